"""Rows are run once, go on where they were stopped, and are told apart by what they are made of."""

from __future__ import annotations

import csv
import json
import re
from itertools import count
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from mini_table import Mini, tables

from homossl.experiment.kept import look
from homossl.report import interval, paired
from homossl.train.trainer import Trainer

ROWS = ["frozen", "long", "own"]


class Death(BaseException):
    """The power goes out."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A table with all of its runs, as a pattern for the tests' own."""
    folder = tmp_path_factory.mktemp("finished")
    Mini(folder).run(whole=True)
    return folder


@pytest.fixture
def mini(finished, tmp_path) -> Mini:
    """A table with all of its runs."""
    made = Mini(tmp_path)
    copytree(finished / "out", made.out)
    return made


@pytest.fixture
def steps(monkeypatch) -> list[str]:
    """The run of every step that is taken."""
    taken, step = [], Trainer.step

    def noted(self):
        taken.append(self.recipe.name)
        return step(self)

    monkeypatch.setattr(Trainer, "step", noted)
    return taken


def states(results) -> dict[str, str]:
    return {row: results.state(row) for row in results.rows}


def test_figures_are_means_over_seeds_with_paired_differences(mini):
    results = mini.run()
    measured = {row: [json.loads(path.read_text())["scores"]["size"] for path in files(mini, row)] for row in ROWS}
    percent = {row: [100 * value for value in values] for row, values in measured.items()}
    assert len({value for values in percent.values() for value in values}) == 6
    for row in ROWS:
        assert results.mean(row, "weights") == interval(percent[row])
    assert results.gain("long", "weights") == paired(percent["long"], percent["frozen"])
    assert results.gain("long", "weights") != paired(percent["long"], percent["frozen"][::-1])
    assert results.gain("frozen", "weights") is None


def files(mini: Mini, row: str) -> list[Path]:
    return [mini.out / f"{row}-{seed}" / "measured" / "weights.json" for seed in (0, 1)]


def test_tables_hold_the_same_figures(mini):
    results = mini.run()
    mean, gain = results.mean("long", "weights"), results.gain("long", "weights")
    assert f"| Long | {mean} | {gain:+} | 91.5 |" in (mini.out / "table.md").read_text().splitlines()
    with (mini.out / "table.csv").open() as file:
        lines = {(line["row"], line["score"]): line for line in csv.DictReader(file)}
    assert len(lines) == 6
    line = lines["long", "size"]
    assert (float(line["mean"]), float(line["minus_baseline_half"])) == (mean.mean, gain.half)
    assert (line["published"], lines["long", "half"]["published"], line["state"]) == ("91.5", "", "done")
    row = json.loads((mini.out / "table.json").read_text())["rows"]["long"]
    size = row["tasks"]["weights"]["percent"]["size"]
    assert size["seeds"] == {str(seed): value for seed, value in results.percent("long", "weights").items()}
    assert size["minus_baseline"] == {"mean": gain.mean, "half": gain.half}
    assert row["recipe"]["epochs"] == 3


def test_what_the_table_leaves_out_follows_it(mini):
    results = mini.run()
    text = (mini.out / "table.md").read_text()
    half, size = results.mean("long", "weights", "half"), results.mean("long", "weights")
    assert "| row | weights: half |" in text.partition("## Other scores")[2]
    assert f"| Long | {half} |" in text.splitlines()
    assert "| row | 0 | 90 |" in text.partition("## weights: size by turn, in degrees")[2]
    assert f"| Long | {size} | {half} |" in text.splitlines()


def test_page(finished, mini):
    page = (finished / "out" / "report.html").read_text()
    assert "http" not in page
    assert page.count("<svg") == 2
    results = mini.run()
    assert f"<td>{results.gain('own', 'weights'):+.2f}</td>" in page
    assert "<td>91.5</td>" in page
    assert all(
        f"<h2>{title}</h2>" in page for title in ("Training", "Robustness of size", "Runs", "Machines", "Versions")
    )
    assert "Stale, failed and missing rows" not in page
    mini.change("long", "epochs=3", "epochs=1")
    mini.run(show=True)
    assert "<dt>Long</dt><dd>stale: epochs: 3 -&gt; 1</dd>" in (mini.out / "report.html").read_text()


def test_what_is_there_is_not_run_again(mini, steps):
    before = mini.runs(), tables(mini.out)
    assert set(states(mini.run()).values()) == {"done"}
    assert (mini.runs(), tables(mini.out)) == before
    assert steps == []


def test_a_changed_recipe_marks_its_own_row_stale_and_that_alone_is_run_again(mini, steps):
    before = mini.runs()
    mini.change("long", "epochs=3", "epochs=1")
    shown = mini.run(show=True)
    assert states(shown) == {"frozen": "done", "long": "stale", "own": "done"}
    assert shown.why("long") == ["epochs: 3 -> 1"]
    assert shown.mean("long", "weights") is not None
    assert shown.gain("long", "weights") is None
    assert "| stale |" in (mini.out / "table.md").read_text()
    assert (mini.runs(), steps) == (before, [])
    assert set(states(mini.run()).values()) == {"done"}
    assert set(steps) == {"long-0", "long-1"}
    others = {path: content for path, content in before.items() if "long" not in str(path)}
    assert others.items() <= mini.runs().items()
    assert not list(mini.out.glob("*.old"))


def test_old_results_are_kept_until_the_new_ones_are_there(mini, monkeypatch, steps):
    old = mini.run().percent("long", "weights")
    mini.change("long", "epochs=3", "epochs=1")
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", dies)
        dies_in(mini)
    shown = mini.run(show=True)
    assert states(shown) == {"frozen": "done", "long": "stale", "own": "done"}
    assert shown.percent("long", "weights") == old
    mini.change("long", "epochs=1", "epochs=3")
    assert mini.run(show=True).why("long") == ["set aside"]
    steps.clear()
    assert mini.run().percent("long", "weights") == old
    assert steps == []
    assert not list(mini.out.glob("*.old"))


def dies(self):
    raise Death


def test_a_changed_module_marks_the_rows_that_import_it(mini, steps):
    mini.change("_data", "A data set", "Another data set")
    shown = mini.run(show=True)
    assert states(shown) == {"frozen": "done", "long": "done", "own": "stale"}
    assert shown.why("own") == ["code of mini._data"]
    assert set(states(mini.run()).values()) == {"done"}
    assert set(steps) == {"own-0", "own-1"}


@pytest.mark.parametrize("change", [("__init__", "Weights()", "Weights(power=0.5)"), ("_task", "1000", "2000")])
def test_a_changed_task_is_measured_again_without_training(change, mini, steps):
    old = mini.run().percent("long", "weights")
    mini.change(*change)
    assert set(states(mini.run(show=True)).values()) == {"stale"}
    assert mini.run(show=True).why("own")[0].startswith("weights: ")
    now = mini.run()
    assert set(states(now).values()) == {"done"}
    assert set(now.percent("long", "weights").values()).isdisjoint(old.values())
    assert steps == []


def test_titles_figures_of_papers_and_docstrings_make_nothing_stale(mini, steps):
    mini.change("long", "91.5", "90")
    mini.change("long", "A row.", "The row.")
    mini.change("long", "'Long'", "'Longer'")
    results = mini.run()
    assert set(states(results).values()) == {"done"}
    assert "| Longer |" in (mini.out / "table.md").read_text()
    assert steps == []


def dies_in(mini: Mini, *rows: str) -> None:
    with pytest.raises(Death):
        mini.run(*rows)


@pytest.fixture
def begun(mini) -> Mini:
    """A table of which one run is missing."""
    rmtree(mini.out / "long-1")
    return mini


@pytest.mark.parametrize("step", [0, 4])
def test_killed_in_training_and_run_again_the_tables_are_the_same(step, begun, finished, monkeypatch):
    numbers, take = count(), Trainer.step
    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", lambda self: dies(self) if next(numbers) == step else take(self))
        dies_in(begun)
    assert begun.run(show=True).state("long") == "missing"
    begun.run(whole=True)
    assert tables(begun.out) == tables(finished / "out")
    assert set(tables(begun.out)) == {"table.md", "table.csv", "table.json", "learning.png", "weights.png"}


def test_killed_between_training_and_measuring(begun, finished, monkeypatch, steps):
    with monkeypatch.context() as patch:
        patch.setattr("homossl.experiment.work.measure", lambda *_: dies(None))
        dies_in(begun)
    assert set(steps) == {"long-1"}
    steps.clear()
    begun.run(whole=True)
    assert steps == []
    assert tables(begun.out) == tables(finished / "out")


def test_half_a_run_of_another_recipe_is_not_gone_on_with(begun, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("homossl.experiment.work.measure", lambda *_: dies(None))
        dies_in(begun, "long")
    begun.change("long", "epochs=3", "epochs=1")
    assert begun.run(show=True).status("long") == "stale (1 of 2 seeds)"
    assert begun.run("long").state("long") == "done"
    assert not list(begun.out.glob("*.old"))


def test_a_row_that_fails_is_told_and_the_others_go_on(mini, steps):
    mini.change("long", "epochs=3", "batch_size=10**6")
    rmtree(mini.out / "own-1")
    results = mini.run()
    assert states(results) == {"frozen": "done", "long": "failed", "own": "done"}
    (why,) = results.why("long")
    assert re.match(r"ValueError: .* 1000000", why)
    assert f"failed: {why}" in (mini.out / "table.md").read_text()
    assert "Traceback" in (mini.out / "long-0" / "error.txt").read_text()
    assert results.mean("long", "weights") is not None  # of the old recipe, which was set aside
    assert states(mini.run(show=True))["long"] == "failed"
    mini.change("long", "batch_size=10**6", "epochs=1")
    assert set(states(mini.run()).values()) == {"done"}
    assert not list(mini.out.rglob("error.txt"))


def test_rows_of_choice(tmp_path, steps):
    mini = Mini(tmp_path)
    assert states(mini.run("frozen", seeds=1)) == {"frozen": "done", "long": "missing", "own": "missing"}
    with pytest.raises(ValueError, match="mini has the rows frozen, long, own, got 'short'"):
        mini.run("short")


def test_more_seeds_are_added(mini, steps):
    mini.run("long", seeds=3)
    assert set(steps) == {"long-2"}
    shown = mini.run(show=True, seeds=3)
    assert shown.status("own") == "missing (1 of 3 seeds)"
    assert len(shown.percent("own", "weights")) == 2


def test_showing_nothing_writes_nothing(tmp_path):
    mini = Mini(tmp_path)
    assert set(states(mini.run(show=True)).values()) == {"missing"}
    assert not mini.out.exists()


def test_the_state_of_a_run_is_read_only(mini):
    before = mini.runs()
    for run in mini.run(show=True).runs.values():
        assert look(run).state == "done"
    assert mini.runs() == before
