"""What the folder of a run tells, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from homossl.run_report import read_run, read_runs
from homossl.run_report.logged import layers_of, logged

ROWS = [
    {"step": 1, "epoch": 0.5, "loss": 3.0, "terms": {"a": 1.0, "angle/stage1.layer10": 80.0}, "images_per_s": 9.0},
    {"step": 2, "epoch": 1.0, "loss": 2.0, "terms": {"a": 0.5, "angle/head": 0.0}, "images_per_s": 7.0},
    {"step": 4, "epoch": 2.0, "loss": 1.0, "terms": {"b": 4.0, "angle/stage1.layer2": 60.0}, "images_per_s": 8.0},
]
RECIPE = {"class": "mine:Recipe", "name": "small", "epochs": 2, "credit": {"class": "mine:Rule"}}


def write_run(folder: Path, recipe: object = RECIPE, log: str | None = None, scores: object = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "recipe.json").write_text(json.dumps(recipe))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS) if log is None else log)
    if scores is not None:
        (folder / "scores.json").write_text(json.dumps(scores))
    return folder


def test_a_run_is_read_without_the_classes_of_its_recipe(tmp_path):
    run = read_run(write_run(tmp_path / "run"))
    assert run.recipe == RECIPE
    assert run.scores == {}
    assert run.series("loss") == ([0.5, 1.0, 2.0], [3.0, 2.0, 1.0])
    assert run.series("a") == ([0.5, 1.0], [1.0, 0.5])
    assert run.series("none") == ([], [])


def test_a_row_that_is_being_written_is_left_out(tmp_path):
    log = "".join(json.dumps(row) + "\n" for row in ROWS[:2]) + '{"step": 3, "ep'
    assert [row["step"] for row in read_run(write_run(tmp_path / "run", log=log)).rows] == [1, 2]


def test_a_run_that_has_logged_nothing_has_no_rows(tmp_path):
    silent = write_run(tmp_path / "silent", log="", scores={"accuracy": {}})
    without = write_run(tmp_path / "without", log="")
    (without / "metrics.jsonl").unlink()
    runs = read_runs([silent, without, write_run(tmp_path / "run")])
    assert [len(run.rows) for run in runs.values()] == [0, 0, 3]
    assert list(logged(runs)) == ["run"]


def test_layers_come_in_their_order_with_the_head_last(tmp_path):
    runs = read_runs([write_run(tmp_path / "run")])
    assert layers_of(runs) == ["stage1.layer2", "stage1.layer10", "head"]


def test_runs_are_called_by_what_tells_them_apart(tmp_path):
    named = [write_run(tmp_path / "x" / name, RECIPE | {"name": name.upper()}) for name in ("a", "b")]
    assert list(read_runs(named)) == ["A", "B"]
    alike = [write_run(tmp_path / "y" / name) for name in ("a", "b")]
    assert list(read_runs(alike)) == ["a", "b"]
    nested = [write_run(tmp_path / name / "run") for name in ("1", "2")]
    assert list(read_runs(nested)) == list(map(str, nested))


def test_runs_are_different_ones(tmp_path):
    run = write_run(tmp_path / "run")
    with pytest.raises(ValueError, match=r"expected different runs, got .*run, .*run"):
        read_runs([run, run / ".." / "run"])
    with pytest.raises(ValueError, match="expected different runs, got none"):
        read_runs([])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda run: (run / "recipe.json").unlink(), r"holds no run: there is no recipe\.json in it"),
        (lambda run: (run / "metrics.jsonl").write_text("[]\n"), r"metrics\.jsonl, line 1: expected a row"),
        (lambda run: (run / "recipe.json").write_text("{"), r"recipe\.json: expected JSON, got"),
        (lambda run: (run / "recipe.json").write_text("[1]"), r"recipe\.json: expected a JSON object, got \[1\]"),
        (lambda run: (run / "scores.json").write_text("{"), r"scores\.json: expected JSON, got"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path, spoil, message):
    run = write_run(tmp_path / "run")
    read_run(run)  # the control
    spoil(run)
    with pytest.raises((FileNotFoundError, ValueError), match=message):
        read_run(run)
