"""A window in pixels covers the same part of the image after every stage."""

import pytest
import torch

from groups import Cyclic, FieldAction, Regular
from homossl.views import Window


def field(stride: int) -> FieldAction:
    return FieldAction(Cyclic(4), Regular(Cyclic(4)), stride)


@pytest.mark.parametrize(("stride", "cells"), [(1, 8), (2, 4), (4, 2), (8, 1)])
def test_pixels_are_cells_times_the_stride(stride, cells):
    z = torch.rand(2, 4, 32 // stride, 32 // stride)
    in_pixels, in_cells = Window(pixels=8), Window(cells)
    assert torch.equal(in_pixels.crop(field(stride), z), in_cells.crop(field(stride), z))
    g = Cyclic(4).sample(2, 2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(in_pixels.read(field(stride), g, z), in_cells.read(field(stride), g, z))
    assert in_pixels.keeps(field(stride), z) == in_cells.keeps(field(stride), z)


def test_a_window_in_pixels_is_not_the_whole_field():
    assert not Window(pixels=8).whole
    assert Window(pixels=8).keeps(field(1), torch.rand(4, 8, 8))
    assert not Window(pixels=7).keeps(field(1), torch.rand(4, 8, 8))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pixels": 0}, "Window.pixels must be a whole number, at least 1, got 0"),
        ({"pixels": 8.0}, "Window.pixels must be a whole number, at least 1, got 8.0"),
        ({"size": 2.5}, "Window.size must be a whole number, at least 1, got 2.5"),
        ({"fibre": True}, "Window.fibre must be a whole number, at least 1, got True"),
        ({"size": "5"}, "Window.size must be a whole number, at least 1, got '5'"),
        ({"pixels": 8, "size": 2}, "Window takes size or pixels, got 2 and 8"),
    ],
)
def test_a_window_is_one_of_cells_or_of_pixels(options, message):
    with pytest.raises(ValueError, match=message):
        Window(**options)


def test_a_window_that_does_not_fit_the_field():
    z = torch.rand(1, 4, 4, 4)
    with pytest.raises(ValueError, match="8 pixels is no number of cells in a field of stride 3"):
        Window(pixels=8).crop(field(3), z)
    with pytest.raises(ValueError, match="a window of 8 x 8 cells does not fit a field on 4 x 4"):
        Window(pixels=8).crop(field(1), z)
