"""Running claims: the exit status, what is printed, and the page."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from homossl import cli
from proofs_check import library
from proofs_check.claim import Case, Claim
from proofs_check.command import main
from proofs_check.library import names


def fails() -> float:
    raise ZeroDivisionError("no such number")


def claim_of(residual: Callable[[], float] = lambda: 1e-16, control: Callable[[], float] = lambda: 0.5) -> Claim:
    good = Case("good", lambda: 0.0, lambda: 1.0, "one thing")
    return Claim(
        "a < b", "a < b & c", "derived", "b − a", 1e-10, 1e-3, (good, Case("C4", residual, control, "another"))
    )


@pytest.fixture
def check(monkeypatch, tmp_path) -> Callable[..., tuple[int, str]]:
    """Run one claim; the exit status and the page."""

    def run(claim: Claim, processes: int = 1) -> tuple[int, str]:
        module = ModuleType("proofs_check.claims.made_up")
        module.claim = claim  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(library, "names", lambda: ["made_up"])
        page: Path = tmp_path / "new" / "proofs.html"
        status = main(["made_up", "--report", str(page), "--processes", str(processes)])
        return status, page.read_text(encoding="utf-8")

    return run


def test_a_claim_that_holds(check, capsys) -> None:
    status, page = check(claim_of())
    out = capsys.readouterr().out
    assert status == 0
    assert "made_up: a < b, holds" in out
    assert re.search(r"C4 +1e-16 +1e-10 +0\.5 +0\.001 +holds +another", out)
    assert "1 of 1 claims hold, 2 of 2 cases" in out
    assert "1 of 1" in page


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        ({"residual": lambda: 1e-3}, "residual above its bound"),
        ({"control": lambda: 1e-4}, "control not seen"),
        ({"residual": lambda: math.nan}, "residual above its bound"),
        ({"control": lambda: math.nan}, "control not seen"),
        ({"residual": fails}, "residual: ZeroDivisionError: no such number"),
        ({"control": fails}, "control: ZeroDivisionError: no such number"),
    ],
    ids=["residual", "control", "residual nan", "control nan", "residual raises", "control raises"],
)
def test_what_is_spoiled_is_seen(check, capsys, monkeypatch, spoiled, said) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    status, page = check(claim_of(**spoiled))
    assert status == 1
    assert said in capsys.readouterr().out
    assert said in page
    assert "0 of 1" in page


def test_the_page_is_self_contained(check) -> None:
    _, page = check(claim_of())
    assert "a &lt; b &amp; c" in page
    assert not re.search(r"<script|<link|src=|href=|url\(|https?://", page)
    for item in ("Source", "Measured", "Time", "Processor", "Date", "residual ≤ 1e-10 and control &gt; 0.001"):
        assert item in page


def test_an_unknown_name_is_named(capsys) -> None:
    assert main(["group_axiom"]) == 2
    said = capsys.readouterr().err
    assert "group_axioms" in said
    assert said.strip().endswith("got group_axiom")


def test_the_list(capsys) -> None:
    assert cli.main(["prove", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == names()


def test_less_than_one_process_is_refused(capsys) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--processes", "0"])
    assert "processes must be at least 1, got 0" in capsys.readouterr().err


@pytest.mark.slow
def test_two_processes(tmp_path, capsys) -> None:
    assert main(["exponential", "--report", str(tmp_path / "proofs.html"), "--processes", "2"]) == 0
    assert "1 of 1 claims hold, 7 of 7 cases" in capsys.readouterr().out
