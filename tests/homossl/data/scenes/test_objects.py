"""Boxes, areas and the class of an image, from masks."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from homossl.data import VOID, SceneBatch
from homossl.data.scenes.objects import areas_of, boxes_of, classes_in, main_classes

sides = st.tuples(st.integers(0, 6), st.integers(0, 8)).flatmap(
    lambda start: st.tuples(st.just(start), st.tuples(st.integers(start[0] + 1, 7), st.integers(start[1] + 1, 9)))
)


@given(sides)
def test_the_box_of_a_rectangle_is_the_rectangle(ends: tuple[tuple[int, int], tuple[int, int]]) -> None:
    (top, left), (bottom, right) = ends
    mask = torch.zeros(7, 9, dtype=torch.bool)
    mask[top:bottom, left:right] = True
    assert boxes_of(mask).tolist() == [left, top, right, bottom]
    assert areas_of(boxes_of(mask)) == mask.sum()
    assert boxes_of(~mask).tolist() != [left, top, right, bottom] or mask.all()  # control


def test_an_empty_mask_has_an_empty_box() -> None:
    assert boxes_of(torch.zeros(2, 3, 3, dtype=torch.bool)).tolist() == [[0.0] * 4] * 2


def test_the_largest_object_tells_the_class() -> None:
    boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 3.0, 3.0]])
    scenes = SceneBatch(torch.zeros(1, 1, 4, 4), None, (boxes,), (torch.tensor([5, 7]),))
    assert main_classes(scenes).tolist() == [7]
    ring, dot = torch.ones(4, 4, dtype=torch.bool), torch.zeros(4, 4, dtype=torch.bool)
    dot[0, 0] = True
    by_masks = SceneBatch(scenes.x, None, (boxes,), scenes.labels, instances=(torch.stack([ring, dot]),))
    assert main_classes(by_masks).tolist() == [5]
    assert main_classes(SceneBatch(scenes.x, None, None, (torch.tensor([2, 1]),))).tolist() == [2]


def test_a_scene_without_objects_has_no_class() -> None:
    scenes = SceneBatch(torch.zeros(2, 1, 4, 4), None, None, (torch.tensor([0]), torch.zeros(0).long()))
    with pytest.raises(ValueError, match=r"its largest object: 1 scenes show none, first number 1"):
        main_classes(scenes)


def test_classes_in_a_mask_are_ordered_by_their_pixels() -> None:
    mask = torch.tensor([[0, 0, 0, 3], [1, 1, 3, 3], [VOID] * 4])
    assert classes_in(mask).tolist() == [2, 0]
    assert classes_in(torch.full((2, 2), VOID)).tolist() == []
