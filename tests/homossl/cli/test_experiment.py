"""`homossl experiment` runs, shows, fails, is stopped and told what is wrong."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from mini_table import Mini, here

from homossl.cli import experiment, main
from homossl.experiment import conducting


@pytest.fixture
def mini(tmp_path, monkeypatch) -> Mini:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(conducting, "slots", here)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for module in [name for name in sys.modules if name.partition(".")[0] == "mini"]:
        monkeypatch.delitem(sys.modules, module)
    return Mini(tmp_path)


def test_from_the_command_line(mini, capsys):
    assert main(["experiment", "mini", "--show"]) == 0
    assert "missing" in capsys.readouterr().out
    assert not Path("runs").exists()
    assert main(["experiment", "mini", "--size", "smoke", "--rows", "frozen", "--workers", "1"]) == 0
    told = capsys.readouterr().out
    out = Path("runs/experiments/mini/smoke")
    assert "frozen, seed 0: weights " in told
    assert told.splitlines()[-1] == f"report: {(out / 'report.html').resolve()}"
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"frozen-0", "curves"}
    written = (out / "table.md").read_text()
    shown = next(line for line in told.splitlines() if line.startswith("Frozen "))
    assert "| " + " | ".join(shown.split()) in written.replace("|  |", "|")
    assert main(["experiment", "mini", "--size", "smoke", "--show"]) == 0
    assert "seed 0: " not in capsys.readouterr().out


def test_a_row_that_fails_makes_the_status_1(mini, capsys):
    mini.change("long", "epochs=3", "batch_size=10**6")
    assert main(["experiment", "mini", "--size", "smoke", "--rows", "long"]) == 1
    told = capsys.readouterr().out
    assert "long, seed 0: failed: ValueError: " in told
    assert "Long: failed: ValueError: " in told
    assert main(["experiment", "mini", "--size", "smoke", "--show", "--rows", "own"]) == 0


def test_ctrl_c_prints_the_command_that_goes_on(mini, monkeypatch, capsys):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(experiment, "conduct", interrupted)
    args = ["experiment", "mini", "--out", "my runs"]
    assert main(args) == 130
    assert capsys.readouterr().out == f"stopped; go on with: {shlex.join(['homossl', *args])}\n"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["maxi"], "expected the folder of a table, or one of those in experiments/tables: (none); got maxi"),
        (["mini", "--rows", "short"], "mini has the rows frozen, long, own, got 'short'"),
        (["mini", "--size", "huge"], "invalid choice 'huge'"),
        (["mini", "--seeds", "0"], "seeds must be at least 1, got 0"),
        (["mini", "--workers", "0"], "workers must be at least 1, got 0"),
        (["--show", "mini"], "expected TABLE first, got --show"),
    ],
)
def test_errors_are_one_line_and_write_nothing(args, message, mini, capsys):
    assert main(["experiment", *args]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not Path("runs").exists()


def test_help(capsys, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[3])
    assert main(["experiment"]) == 0
    assert "cifar10, " in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["experiment", "anything", "--help"])
    told = capsys.readouterr().out
    assert all(f"--{flag} " in told for flag in ("size", "rows", "seeds", "workers", "out", "show"))
