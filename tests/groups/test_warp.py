"""Resampling against its definition, pixel by pixel in float64; what counts as on the lattice; what gets a gradient."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import Affine2, Translation, host, image_action
from groups.affine import homogeneous
from groups.strategies import elements
from groups.warp import ON_PIXEL, WHOLE, gather, source_points, warp

PADDINGS = ["zeros", "border", "circular"]
WINDOWS = [WHOLE, (slice(1, 4), slice(0, 6)), (slice(2, 3), slice(5, 6))]


def reference(x: np.ndarray, matrix: np.ndarray, padding: str, aside: float = 0.0) -> np.ndarray:
    """[g x](u) = x(g^-1 u), read bilinearly: the four pixels around each point, weighed by their nearness."""
    _, h, w = x.shape
    out = np.zeros_like(x)
    for i in range(h):
        for j in range(w):
            right, up, _ = matrix @ [j - (w - 1) / 2, (h - 1) / 2 - i, 1]
            row, column = (h - 1) / 2 - up, (w - 1) / 2 + right + aside
            for k in (math.floor(row), math.floor(row) + 1):
                for m in (math.floor(column), math.floor(column) + 1):
                    near = (1 - abs(row - k)) * (1 - abs(column - m))
                    out[:, i, j] += near * pixel(x, k, m, padding)
    return out


def pixel(x: np.ndarray, row: int, column: int, padding: str) -> np.ndarray:
    _, h, w = x.shape
    if padding == "circular":
        return x[:, row % h, column % w]
    if padding == "zeros" and not (0 <= row < h and 0 <= column < w):
        return np.zeros(len(x))
    return x[:, min(max(row, 0), h - 1), min(max(column, 0), w - 1)]


def image(h: int = 6, w: int = 7) -> torch.Tensor:
    return torch.rand(2, h, w, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("padding", PADDINGS)
@settings(max_examples=15, deadline=None)
@given(g=elements(Affine2(), (2,)), shift=st.floats(-9, 9))
def test_moved_images_are_the_definition(padding, g, shift):
    matrices = homogeneous(g.params + torch.tensor([0, 0, 0, 0, shift, -shift], dtype=torch.float64))
    x = image()
    expected = torch.stack([torch.from_numpy(reference(x.numpy(), m.numpy(), padding)) for m in matrices])
    for window in WINDOWS:
        assert (warp(x, matrices, padding, window) - expected[(..., *window)]).abs().max() < near_lattice(matrices)
    low = warp(x.float(), matrices.float(), padding)
    assert (low - expected).abs().max() < max(1e-4, near_lattice(matrices))


def near_lattice(matrices: torch.Tensor) -> float:
    """Rounding, or what a motion may be off that is taken for one of the lattice."""
    offset = (source_points(matrices, 6, 7) - source_points(matrices, 6, 7).round()).abs().amax((1, 2, 3))
    return 4 * ON_PIXEL if (offset < 2 * ON_PIXEL).any() else 1e-10


@pytest.mark.parametrize("padding", PADDINGS)
def test_control_a_tenth_of_a_pixel_aside_is_another_image(padding):
    matrix = homogeneous(torch.tensor([0.8, 0.3, -0.2, 1.1, 0.7, -0.4], dtype=torch.float64))
    moved = warp(image(), matrix, padding)
    assert (moved - torch.from_numpy(reference(image().numpy(), matrix.numpy(), padding))).abs().max() < 1e-10
    aside = torch.from_numpy(reference(image().numpy(), matrix.numpy(), padding, aside=0.1))
    assert (moved - aside).abs().max() > 1e-2


@pytest.mark.parametrize("padding", PADDINGS)
@given(rows=st.integers(-7, 7), columns=st.integers(-7, 7), off=st.floats(-0.9, 0.9), turned=st.booleans())
def test_motions_near_the_lattice_copy_pixels(padding, rows, columns, off, turned):
    turn = [0.0, -1.0, 1.0, 0.0] if turned else [1.0, 0.0, 0.0, 1.0]
    exact = homogeneous(torch.tensor([*turn, columns, rows], dtype=torch.float64))
    near = homogeneous(torch.tensor([*turn, columns + off * ON_PIXEL, rows - off * ON_PIXEL], dtype=torch.float64))
    x = image(7, 7)
    assert torch.equal(warp(x, near, padding), gather(x, source_points(exact, 7, 7), padding))
    assert torch.equal(warp(x.float(), near.float(), padding), warp(x, near, padding).float())


def test_control_motions_farther_from_the_lattice_do_not():
    off = homogeneous(torch.tensor([1, 0, 0, 1, 2 + 1.1 * ON_PIXEL, 0], dtype=torch.float64))
    grown = homogeneous(torch.tensor([1 + ON_PIXEL, 0, 0, 1, 0, 0], dtype=torch.float64))
    for matrix in (off, grown):  # the second is near the lattice at the centre, but not at the border
        copied = gather(image(), source_points(matrix, 6, 7), "border")
        assert not torch.equal(warp(image(), matrix, "border"), copied)


@pytest.mark.parametrize("padding", PADDINGS)
def test_a_device_that_is_not_waited_for_gives_the_same(padding, monkeypatch):
    shifts = torch.tensor([[0.0, 0.0], [0.5, 1.2], [2.0, -1.0]], dtype=torch.float64)
    g, action = Translation(2).element(shifts), image_action(Translation(2), 2, padding)
    moved = action(g, image())
    monkeypatch.setattr(host, "at_hand", lambda x: False)
    assert torch.equal(action(g, image()), moved)


def test_only_motions_between_pixels_have_a_gradient():
    shifts = torch.tensor([[2.0, -1.0], [2.3, -1.0]], dtype=torch.float64, requires_grad=True)
    x = image().requires_grad_()
    image_action(Translation(2), 2)(Translation(2).element(shifts), x).square().sum().backward()
    assert shifts.grad is not None
    assert x.grad is not None
    assert (shifts.grad[0] == 0).all()
    assert shifts.grad[1].abs().min() > 1e-3
    assert x.grad.abs().max() > 0


def test_grids_of_one_pixel_have_an_outside_too():
    matrix = homogeneous(torch.tensor([1.0, 0.0, 0.0, 1.0, 0.25, 0.0]))
    one = torch.ones(1, 1, 1)
    seen = {padding: warp(one, matrix, padding).item() for padding in PADDINGS}  # type: ignore[arg-type]
    assert seen == {"zeros": 0.75, "border": 1.0, "circular": 1.0}
