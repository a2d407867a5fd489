"""Every table loads, says what its rows are, and its recipes build; rows differ in what they claim to differ in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import torch

from experiments.tables._local import PUBLISHED
from homossl.experiment import SIZES, Experiment, Row, load_table
from homossl.train import Recipe
from homossl.transfer import backbone_of

FOLDER = Path(__file__).parents[1] / "experiments" / "tables"
TABLES = sorted(file.parent.name for file in FOLDER.glob("*/__init__.py"))
PAPERS = {
    "hssl_mnist",
    "hssl_cifar10",
    "hssl_tiny_imagenet",
    "stec_cifar100",
    "stec_others",
    "local_cifar",
    "local_stl10",
}
OURS = {"structure", "group", "window", "efference", "credit"}
DISTINCT = [(name, size) for name in TABLES for size in SIZES if size != "smoke" or name in OURS]
"""Smoke rows of a paper's table may learn from the same digits."""


@cache
def loaded(name: str) -> Experiment:
    return load_table(FOLDER / name)


def anonymous(recipe: Recipe) -> Recipe:
    return replace(recipe, name="")


def shape(data: Any) -> tuple[int, int, int]:
    if hasattr(data, "size"):
        return getattr(data, "channels", 1), data.size, data.size
    return shape(data.data)


def alike(rows: Iterable[Row], size: Any) -> bool:
    """Whether two rows have the same recipe."""
    recipes = [anonymous(row.recipe(size)).to_json() for row in rows]
    return len(set(recipes)) < len(recipes)


def test_all_tables_are_there():
    assert set(TABLES) >= PAPERS | OURS


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_named_and_measured(name):
    table = loaded(name)
    assert len({row.title for row in table.rows.values()}) == len(table.rows)
    assert set(table.table.order) == set(table.rows), "order names every row"
    assert table.table.about
    assert all(table.table.tasks[size] for size in SIZES)
    assert all(row.recipe(size).name == row_name for row_name, row in table.rows.items() for size in SIZES)


@pytest.mark.parametrize("name", TABLES)
def test_some_rows_are_not_trained_and_smoke_is_short(name):
    rows = loaded(name).rows.values()
    assert any(row.small.epochs == 0 for row in rows)
    assert all(row.smoke.epochs <= 1 for row in rows)
    assert all(row.small.epochs == 0 for row in rows if row.paper.epochs == 0)


@pytest.mark.parametrize(("name", "size"), DISTINCT)
def test_no_two_trained_rows_are_the_same_run(name, size):
    rows = [row for row in loaded(name).rows.values() if row.paper.epochs]
    assert not alike(rows, size)
    assert alike([*rows, replace(rows[0], title="again")], size), "control"


@pytest.mark.parametrize("name", TABLES)
def test_recipes_are_values(name):
    for row in loaded(name).rows.values():
        assert Recipe.from_json(row.paper.to_json()) == row.paper
        assert Recipe.from_json(row.small.to_json()) == row.small


@pytest.mark.parametrize("name", sorted(PAPERS | OURS))
def test_recipes_build(name):
    rows = list(loaded(name).rows.values())
    for row in (rows[len(rows) // 2], rows[-1]):
        assert row.small.learner(shape(row.small.data)).encoder
    assert rows[-1].smoke.learner(shape(rows[-1].smoke.data)).encoder


def test_structure_rows_differ_from_their_baseline_by_the_structure_alone():
    rows = loaded("structure").rows
    spoiled = {name: row for name, row in rows.items() if row.baseline and row.baseline.endswith("intact")}
    assert len(spoiled) == 3 * (4 + 3)
    for row in spoiled.values():
        baseline = rows[str(row.baseline)]
        assert all(
            replace(row.recipe(s), structure="intact", name=baseline.small.name) == baseline.recipe(s) for s in SIZES
        )
        assert row.small != baseline.small, "control"


@torch.no_grad()
def test_rows_of_structure_are_read_with_all_points_in_place():
    rows, x = loaded("structure").rows, torch.rand(4, 1, 9, 9)
    names = [f"hssl_infonce_{state}" for state in ("intact", "permuted_base")]
    intact, permuted = (backbone_of(rows[name].small.learner((1, 9, 9)).encoder, (1, 9, 9)) for name in names)
    (kept, pooled), others = intact.readings(intact(x)), permuted.readings(permuted(x))
    torch.testing.assert_close(others, (kept, pooled))
    assert not torch.allclose(intact(x)[-1].mean((2, 3)), permuted(x)[-1].mean((2, 3))), "control"


def test_hssl_rows_see_the_draws_of_assl():
    for name in ("hssl_mnist", "hssl_cifar10", "hssl_tiny_imagenet"):
        rows = loaded(name).rows
        for motion in ("rotation", "translation", "scale"):
            one, other = (rows[f"{motion}_{kind}"] for kind in ("hssl", "assl"))
            for size in SIZES:
                a, b = one.recipe(size), other.recipe(size)
                assert replace(a, views=b.views, name=b.name) == b
                assert a.views != b.views
                assert (a.views.motion, a.views.window) == (b.views.motion, b.views.window)  # type: ignore[attr-defined]


SAME, WIDE = (
    ("c1", "c2", "c4", "c8", "c16", "d4", "c4_scale"),
    ("c1_wide", "c2_wide", "c4_wide", "c8", "d4", "c16_narrow"),
)


def test_groups_have_as_many_parameters_or_channels():
    rows = loaded("group").rows
    encoders = {name: rows[name].small.learner((1, 17, 17)).encoder for name in {*SAME, *WIDE}}
    sizes = {name: sum(p.numel() for p in encoder.parameters()) for name, encoder in encoders.items()}
    channels = {name: encoder.action_out.fibre.dim for name, encoder in encoders.items()}  # type: ignore[attr-defined]
    assert all(abs(sizes[name] / 4670 - 1) < 0.04 for name in SAME)
    assert all(channels[name] == 64 for name in WIDE)
    assert sizes["c1_wide"] > 2 * 4670, "control"
    assert channels["c16"] != 64, "control"


def test_published_figures_are_those_of_the_papers():
    stec = loaded("stec_cifar100").rows
    figures = {name: row.published.value for name, row in stec.items() if row.published}
    assert figures == {"simclr": 65.40, "stec_simclr": 66.80}
    for name, prefix in (("local_cifar", ""), ("local_stl10", "stl-")):
        rows = loaded(name).rows
        ours = {prefix + row.replace("_", "-"): rows[row].published.value for row in rows}  # type: ignore[union-attr]
        assert ours == {key: value for key, value in PUBLISHED.items() if key.startswith("stl-") == bool(prefix)}


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_sizes_that_are_not_the_papers_say_how_they_differ(name):
    for row in loaded(name).rows.values():
        assert all(row.differs.get(size) for size in ("smoke", "small"))


def test_a_row_without_its_docstring_is_refused(tmp_path):
    folder = Path(copytree(FOLDER / "window", tmp_path / "window_without"))
    assert load_table(folder).rows
    file = Path(copytree(FOLDER / "window", tmp_path / "window_silent")) / "frozen.py"
    file.write_text(file.read_text().replace("Expected:", "Hoped:"))
    with pytest.raises(ValueError, match="frozen"):
        load_table(file.parent)
