"""Scenes that are warped: images, masks and boxes move together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Similarity2
from groups.strategies import elements
from homossl.data import VOID, DigitScenes, MovedScenes, SceneBatch
from homossl.data.scenes.objects import boxes_of
from homossl.data.scenes.warped import moved_boxes, moved_scenes


def rectangles() -> SceneBatch:
    """Two rectangles in an image of 12 x 12 pixels."""
    seen = torch.zeros(2, 12, 12, dtype=torch.bool)
    seen[0, 1:6, 2:7], seen[1, 8:11, 5:8] = True, True
    mask = (seen * torch.tensor([1, 2])[:, None, None]).sum(0)
    labels = (torch.tensor([0, 1]),)
    return SceneBatch(seen.sum(0)[None, None].float(), mask[None], (boxes_of(seen),), labels, None, (seen,))


def motion(turn: float = 0.0, zoom: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> Any:
    return MovedScenes(DigitScenes(), turn=turn, zoom=zoom, shift=shift).motion


@given(st.integers(0, 3))
def test_quarter_turns_move_everything_alike(quarters: int) -> None:
    scenes, turned = rectangles(), moved_scenes(motion(90.0 * quarters), rectangles())
    assert turned.x.equal(scenes.x.rot90(quarters, (2, 3)))
    assert turned.mask is not None
    assert turned.mask.equal(scenes.mask.rot90(quarters, (1, 2)))  # type: ignore[union-attr]
    assert turned.boxes is not None
    corners = moved_scenes(motion(90.0 * quarters), replace(rectangles(), instances=None)).boxes
    assert corners is not None
    assert (turned.boxes[0] - corners[0]).abs().max() < 1e-4
    assert quarters == 0 or not turned.boxes[0].equal(scenes.boxes[0])  # type: ignore[index]


def test_shifts_go_right_and_up_and_leave_void_behind() -> None:
    moved = moved_scenes(motion(shift=(2.0, 1.0)), rectangles())
    assert moved.boxes is not None
    assert moved.boxes[0].tolist() == [[4, 0, 9, 5], [7, 7, 10, 10]]
    assert moved.mask is not None
    assert (moved.mask[0, :, :2] == VOID).all()
    assert (moved.mask[0, 11] == VOID).all()
    assert moved.mask[0, :11, 2:].ne(VOID).all()


@given(elements(Similarity2()))
def test_boxes_about_corners_hold_those_about_masks(g: Any) -> None:
    scenes, g = rectangles(), g.to(torch.float64)
    assert scenes.boxes is not None
    whole, seen = moved_boxes(g, scenes.boxes[0], 12, 12), moved_scenes(g, scenes)
    assert seen.boxes is not None
    assert seen.instances is not None
    slack = 1.0  # a mask is moved by its nearest pixels
    for box, label in zip(seen.boxes[0], seen.labels[0], strict=True):
        outer = whole[label]
        assert (box[:2] >= outer[:2] - slack).all()
        assert (box[2:] <= outer[2:] + slack).all()


def test_objects_that_leave_are_dropped() -> None:
    crowd = replace(rectangles(), crowd=(torch.tensor([True, False]),))
    for scenes in (crowd, replace(crowd, instances=None)):
        for shift, kept in ((1.0, [0, 1]), (4.0, [0, 1]), (5.0, [1]), (9.0, [1]), (20.0, [])):
            moved = moved_scenes(motion(shift=(0.0, shift)), scenes)
            assert moved.labels[0].tolist() == kept
            assert moved.crowd is not None
            assert moved.crowd[0].tolist() == [label == 0 for label in kept]
            assert len((moved.boxes or ())[0]) == len(kept)


def test_zooming_counts_what_is_left_by_the_larger_object() -> None:
    moved = moved_scenes(motion(zoom=3.0, shift=(0.0, -9.0)), rectangles())
    assert moved.labels[0].tolist() == [0]
    moved = moved_scenes(motion(zoom=3.0), rectangles())
    assert moved.labels[0].tolist() == []  # 6/15 times 9/15 of it, in 54 pixels where there were 25
    assert moved.mask is not None
    assert moved.mask.eq(1).sum() == 54


def test_scenes_without_boxes_have_the_classes_that_are_seen() -> None:
    scenes = replace(rectangles(), boxes=None, instances=None)
    assert moved_scenes(motion(), scenes).labels[0].tolist() == [0, 1]
    assert moved_scenes(motion(shift=(0.0, 6.0)), scenes).labels[0].tolist() == [1]
