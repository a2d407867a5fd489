from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from homossl import recipes
from homossl.data import Digits
from homossl.demo import Results, compare, main, make_arms
from homossl.demo.results import Timing
from homossl.demo.story import write_report
from homossl.demo.table import header, rows, terminal_table
from homossl.encoders import CNN
from homossl.sweep.board import last_row
from homossl.train import Recipe


def tiny(recipe: Recipe) -> Recipe:
    return replace(recipe, data=Digits(9), encoder=CNN(fields=(1, 1), steps=(1, 1)))


@pytest.fixture(scope="module")
def arms():
    return make_arms(tiny(recipes.hssl), tiny(recipes.assl), tiny(recipes.plain), epochs=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def printed() -> StringIO:
    return StringIO()


@pytest.fixture(scope="module")
def results(arms, folder: Path, printed: StringIO) -> Results:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("homossl.demo.comparison.ROUNDS", 2)
        return compare(arms, 1, folder, 1, Console(file=printed, width=80))


def test_every_arm_is_run_and_kept(results: Results, folder: Path) -> None:
    for arm in results.arms:
        run = folder / "arms" / f"{arm.name}-0"
        assert {f.name for f in run.iterdir()} >= {"recipe.json", "checkpoint.safetensors", "accuracy.json"}
        assert 10 < results.mean(arm.name).mean <= 100
    saved = json.loads((folder / "results.json").read_text())
    assert set(saved["accuracy"]) == {"frozen", "assl", "hssl", "plain-frozen", "plain"}
    assert all(saved["machine"].values())


def test_progress_is_told_without_a_terminal(results: Results, printed: StringIO) -> None:
    lines = printed.getvalue().splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("A-SSL, seed 0: ")


def test_times_are_of_arms_that_train(results: Results) -> None:
    assert set(results.timing.ms) == {"assl", "hssl", "plain"}
    assert all(ms > 0 for times in results.timing.ms.values() for ms in times)


def test_report(results: Results, folder: Path) -> None:
    page = write_report(results, folder).read_text()
    assert "http" not in page
    assert page.count("<figure>") == 5
    assert page.count("<svg") == 3
    assert page.count("data:image/png") == 2
    for row in rows(results):
        assert all(f"<td>{cell}</td>" in page for cell in row)


def test_table(results: Results) -> None:
    assert [row[0] for row in rows(results)] == [arm.title for arm in results.arms]
    assert all(len(row) == len(header()) for row in rows(results))
    console = Console(file=StringIO(), width=80, record=True)
    console.print(terminal_table(results))
    assert "plain, H-SSL" in console.export_text()


def test_arms_differ_in_one_thing(arms) -> None:
    frozen, assl, hssl, plain_frozen, plain = (arm.recipe for arm in arms)
    assert replace(assl, name=hssl.name, views=hssl.views) == hssl
    assert (assl.views.motion, assl.views.window) == (hssl.views.motion, hssl.views.window)
    assert replace(plain, name=hssl.name, structure="intact") == hssl
    assert replace(frozen, name=hssl.name, epochs=hssl.epochs) == hssl
    assert replace(plain_frozen, name=plain.name, epochs=plain.epochs) == plain


def test_gains_are_paired_by_seed(arms) -> None:
    def scores(accuracy: float):
        return {"pose kept": {"5 labels per class": {"mean": accuracy, "std": None}}}

    made = {"hssl": [scores(0.80), scores(0.90)], "frozen": [scores(0.70), scores(0.80)]}
    gain = Results(arms, made, {}, Timing(0, 0, {})).gain("hssl", "frozen")
    assert gain.mean == pytest.approx(10)
    assert gain.half == pytest.approx(0, abs=1e-9)


def test_ratio_is_the_median_of_rounds() -> None:
    """A round that the whole machine slowed does not count for more."""
    timing = Timing(3, 1, {"hssl": [5.0, 50.0, 6.0], "assl": [10.0, 100.0, 10.0]})
    assert timing.ratio("hssl", "assl") == 0.5
    assert timing.typical("hssl") == 6


def test_last_row_of_a_growing_log(tmp_path: Path) -> None:
    log = tmp_path / "metrics.jsonl"
    assert last_row(log) is None
    log.write_text('{"epoch": 1.0}\n{"epoch": 2.0}\n{"epo')
    assert last_row(log) == {"epoch": 2.0}


@pytest.mark.parametrize("option", ["seeds", "epochs", "workers"])
def test_refuses_none_of_a_thing(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([f"--{option}", "0"])
    assert f"{option} must be at least 1, got 0" in capsys.readouterr().err


def test_refuses_a_used_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(FileExistsError, match="is not empty"):
        main(["--out", str(tmp_path)])


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--overwrite" in capsys.readouterr().out
