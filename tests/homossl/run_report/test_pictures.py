"""Pictures of runs: which curves are drawn, in which panels, and in colours that tell them apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from homossl.run_report import LoggedRun
from homossl.run_report.pictures import (
    angles_picture,
    distinct,
    shades,
    shared_terms,
    terms_picture,
    training_picture,
)


def run(*terms: dict[str, float]) -> LoggedRun:
    rows: list[dict[str, Any]] = [
        {"step": i + 1, "epoch": (i + 1) / 2, "loss": 1.0, "terms": row, "images_per_s": 5.0}
        for i, row in enumerate(terms)
    ]
    return LoggedRun(Path("run"), {"name": "run"}, rows, {})


turns = run({"angle/stage1": 130.0, "a": 1.0}, {"angle/stage0": 80.0, "a": 2.0}, {"angle/stage1": 70.0, "b": 3.0})
whole = run({"angle/stage0": 0.0, "angle/head": 0.0, "a": 1.0, "c": 1.0})
plain = run({"a": 1.0}, {"b": 2.0})


def drawn(axis: Any) -> dict[str, tuple[list[float], list[float]]]:
    """The curves of a panel, by name."""
    lines = [line for line in axis.lines if not line.get_label().startswith("_")]
    return {line.get_label(): (line.get_xdata().tolist(), line.get_ydata().tolist()) for line in lines}


def test_angles_have_a_panel_for_each_run_that_measured_them():
    figure = angles_picture({"turns": turns, "plain": plain, "whole": whole})
    assert figure is not None
    left, right = figure.axes
    assert [axis.get_title(loc="left") for axis in (left, right)] == ["turns", "whole"]
    assert drawn(left) == {"stage0": ([1.0], [80.0]), "stage1": ([0.5, 1.5], [130.0, 70.0])}
    assert set(drawn(right)) == {"stage0", "head"}
    assert all(any(set(line.get_ydata()) == {90} for line in axis.lines) for axis in (left, right))
    assert left.get_ylim()[1] > 130


def test_a_layer_has_one_colour_in_all_panels_and_another_layer_another():
    left, right = angles_picture({"turns": turns, "whole": whole}).axes  # type: ignore[union-attr]
    colours = [{line.get_label(): line.get_color() for line in axis.lines} for axis in (left, right)]
    assert colours[0]["stage0"] == colours[1]["stage0"] != colours[0]["stage1"]


def test_runs_without_angles_or_terms_have_no_picture_of_them():
    assert angles_picture({"plain": plain}) is None
    assert terms_picture({"bare": run({})}) is None
    assert terms_picture({"plain": plain}) is not None
    assert training_picture({}) is None


def test_terms_are_those_that_two_runs_share_or_the_only_one_has():
    assert shared_terms({"turns": turns, "plain": plain, "whole": whole}) == ["a", "b"]
    assert shared_terms({"whole": whole}) == ["a", "c"]


def test_each_run_has_a_curve_of_its_own_length():
    loss, speed = training_picture({"turns": turns, "whole": whole}).axes  # type: ignore[union-attr]
    assert drawn(loss) == {"turns": ([0.5, 1.0, 1.5], [1.0] * 3), "whole": ([0.5], [1.0])}
    assert drawn(speed)["whole"] == ([0.5], [5.0])
    assert [line.get_marker() for line in loss.lines] == ["", "o"], "a curve of one point is seen"


@pytest.mark.parametrize("count", [1, 2, 7, 8, 20])
def test_colours_tell_curves_apart(count):
    assert len(set(distinct(count))) == len(set(shades(count))) == count
