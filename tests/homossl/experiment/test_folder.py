"""A table is read from its folder, and whatever is wrong there is told with the file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from mini_table import Mini

from homossl import recipes
from homossl.experiment import SIZES, Published, Row, Table, load_table
from homossl.experiment.results import told_apart
from homossl.experiment.run import named
from homossl.transfer import Classification, Probe

hssl, other = recipes.hssl, replace(recipes.hssl, epochs=7)


@pytest.fixture
def mini(tmp_path, monkeypatch) -> Iterator[Mini]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield Mini(tmp_path, "reading")
    for module in [name for name in sys.modules if name.partition(".")[0] == "reading"]:
        del sys.modules[module]


def test_what_is_read(mini):
    experiment = load_table(mini.folder)
    assert (experiment.name, experiment.table.about) == ("reading", "What a table is about.")
    assert list(experiment.rows) == ["frozen", "long", "own"]
    assert experiment.rows["long"].published == Published(91.5, "size", "Table 1 of nobody")
    expected = {"Source": "ours.", "Setting": "epochs=3, on two lines.", "Expected": "nothing.", "Cost": "a moment."}
    assert experiment.notes["long"] == expected


def test_a_name_is_looked_for_under_experiments(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    Mini(tmp_path / "experiments" / "tables", "by_name")
    for file in (tmp_path / "experiments" / "tables" / "by_name").glob("*.py"):
        file.write_text(file.read_text().replace("from by_name", "from experiments.tables.by_name"))
    monkeypatch.chdir(tmp_path)
    assert type(load_table("by_name").table.tasks["smoke"][0]).__module__ == "experiments.tables.by_name._task"
    with pytest.raises(FileNotFoundError, match=r"one of those in experiments/tables: by_name; got by_nobody"):
        load_table("by_nobody")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("long", "Cost: a moment.", "", r"long\.py: expected a docstring with .* got nothing for Cost"),
        ("long", "Source: ours.", "Source:", r"long\.py: .* got nothing for Source"),
        ("long", '"""A row.', '"""A row."""\n"""', r"long\.py: .* got nothing for Source, Setting, Expected, Cost"),
        ("long", "row = Row(", "rows = Row(", r"long\.py: expected `row = Row\(\.\.\.\)`, got None"),
        ("long", "'frozen'", "'long'", r"long\.py: expected baseline to be one of frozen, own, got 'long'"),
        ("own", "'frozen'", "'ice'", r"own\.py: expected baseline to be one of frozen, long, got 'ice'"),
        ("__init__", "table = ", "tables = ", r"__init__\.py: expected `table = Table\(\.\.\.\)`, got None"),
        ("__init__", '("frozen",)', '("ice",)', r"__init__\.py: order has 'ice', which is none of frozen, long, own"),
    ],
)
def test_faults_are_told_with_the_file(file, old, new, message, mini):
    mini.change(file, old, new)
    with pytest.raises(ValueError, match=message) as told:
        load_table(mini.folder)
    assert str(mini.folder) in str(told.value)


def test_another_module_of_that_name_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    with pytest.raises(ValueError, match=r"another module called json is at .* rename the folder"):
        load_table(Mini(tmp_path, "json").folder)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (lambda: Published(912, "a", "b"), "expected percent, in 0..100, got 912"),
        (lambda: Published(91.2, "accuracy", ""), "needs what it is and its source, got 'accuracy', ''"),
        (
            lambda: Row("A", hssl, hssl, hssl, None, {"tiny": "so"}),
            "differs has the sizes smoke, small, paper, got tiny",
        ),
        (
            lambda: Row("A", hssl, other, hssl, Published(91.2, "a", "b")),
            r"Row 'A': the recipe of small is not that of the paper, .* differs\['small'\] to say how",
        ),
        (lambda: Table("T", {"smoke": (1,)}, dict.fromkeys(SIZES, 1)), "tasks needs the sizes .* got smoke"),
        (lambda: Table("T", dict.fromkeys(SIZES, ()), dict.fromkeys(SIZES, 1)), "tasks for the size smoke, got none"),
        (lambda: Table("T", dict.fromkeys(SIZES, (1,)), dict.fromkeys(SIZES, 0)), "seeds of smoke must be at least 1"),
    ],
)
def test_wrong_rows_and_tables_are_refused(row, message):
    with pytest.raises(ValueError, match=message):
        row()


def test_recipes_that_differ_say_how():
    row = Row("A", other, hssl, hssl, Published(91.2, "a", "b"), {"smoke": "7 epochs"})
    assert [row.recipe(size) for size in SIZES] == [other, hssl, hssl]


def test_tasks_of_one_name_have_numbers():
    tasks = Probe(data=hssl.data), Probe(data=hssl.data, labels=(5,))
    assert list(named(tasks)) == ["probe", "probe-2"]
    assert not re.search(r"\d", next(iter(named(tasks[1:]))))


def test_tasks_of_one_name_are_told_apart_by_what_differs():
    one, other, third = Probe(data=hssl.data), Probe(data=hssl.data, readout="pooled"), Classification(data=hssl.data)
    assert told_apart(one, (one, other, third)) == "probe, readout kept"
    assert told_apart(other, (one, other, third)) == "probe, readout pooled"
    assert told_apart(third, (one, other, third)) == "classification"
