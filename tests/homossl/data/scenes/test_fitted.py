"""Scenes of any shape are fitted into a square: pixels, masks and boxes alike."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from homossl.data import VOID, SceneBatch
from homossl.data.scenes.fitted import Fit, fitted
from homossl.data.scenes.objects import boxes_of

lengths = st.integers(1, 40)


def painted(h: int, w: int, top: int, left: int, bottom: int, right: int) -> SceneBatch:
    """A bright rectangle in an image of h x w pixels."""
    seen = torch.zeros(1, h, w, dtype=torch.bool)
    seen[:, top:bottom, left:right] = True
    return SceneBatch(200 * seen[:, None].byte(), seen.byte(), (boxes_of(seen),), (torch.tensor([0]),), None, (seen,))


def test_an_image_that_is_twice_as_large_shrinks_with_its_mask_and_box() -> None:
    scenes = fitted(painted(8, 16, 2, 4, 6, 12), 8)
    x, mask, box = scenes.x[0, 0], scenes.mask, scenes.boxes
    assert mask is not None
    assert box is not None
    assert scenes.instances is not None
    assert box[0].tolist() == [[2.0, 3.0, 6.0, 5.0]]
    assert (mask[0, [0, 1, 6, 7]] == VOID).all()
    assert (mask[0, 3:5, 2:6] == 1).all()
    assert mask.eq(1).sum() == 8
    assert scenes.instances[0][0].equal(mask[0] == 1)
    pixels, middle = x.double() / x.sum(), torch.arange(8).double() + 0.5
    assert (pixels.sum(0) @ middle).item() == pytest.approx(4.0)  # as that of the box
    assert (pixels.sum(1) @ middle).item() == pytest.approx(4.0)
    assert x[[0, 1, 6, 7]].eq(0).all()


def test_what_fits_is_left_alone() -> None:
    scenes = painted(7, 7, 1, 2, 3, 6)
    again = fitted(scenes, 7)
    assert again.x.equal(scenes.x)
    assert again.mask is not None
    assert again.mask.equal(scenes.mask)  # type: ignore[arg-type]


def test_images_grow_without_shifting() -> None:
    scenes = fitted(painted(4, 4, 0, 0, 4, 2), 8)
    assert scenes.boxes is not None
    assert scenes.boxes[0].tolist() == [[0.0, 0.0, 4.0, 8.0]]
    assert scenes.x[0, 0, 0].tolist() == [200, 200, 200, 150, 50, 0, 0, 0]


@given(lengths, lengths, st.integers(1, 33))
def test_the_longer_side_is_the_size_and_the_rest_is_shared(h: int, w: int, size: int) -> None:
    fit = Fit(h, w, size)
    assert max(fit.rows, fit.columns) == size
    assert abs(size - fit.rows - 2 * fit.top) <= 1
    assert abs(size - fit.columns - 2 * fit.left) <= 1
    whole = fit.boxes(torch.tensor([[0.0, 0.0, w, h]]))[0]
    edges = [fit.left, fit.top, fit.left + fit.columns, fit.top + fit.rows]
    assert whole.tolist() == pytest.approx(edges, abs=1e-4)
    assert fit.image(torch.full((1, 3, h, w), 9, dtype=torch.uint8)).eq(9).sum() == 3 * fit.rows * fit.columns


def test_a_scene_without_objects() -> None:
    empty = torch.zeros(0, 4, 6, dtype=torch.bool)
    none = (torch.zeros(0, 4),), (torch.zeros(0).long(),)
    scenes = fitted(SceneBatch(torch.zeros(1, 1, 4, 6).byte(), None, *none, None, (empty,)), 9)
    assert scenes.instances is not None
    assert scenes.instances[0].shape == (0, 9, 9)
