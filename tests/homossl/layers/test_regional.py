"""Weights that are shared within regions: one region is a convolution, and more are no homomorphism."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from homossl.layers import RegionalConv


def drawn(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", ["zeros", "circular"])
@pytest.mark.parametrize("sides", [1, 2])
def test_one_region_is_an_ordinary_convolution(stride, padding, sides) -> None:
    ours = RegionalConv(2, 3, 3, sides * (1,), stride, padding).double()
    theirs = (nn.Conv1d, nn.Conv2d)[sides - 1](2, 3, 3, stride, 1, bias=False, padding_mode=padding).double()
    theirs.weight = nn.Parameter(ours.weight)
    x = drawn(4, 2, *[12, 8][:sides])
    torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("stride", [1, 2])
def test_every_region_has_weights_of_its_own(stride) -> None:
    """A cell is the ordinary convolution with the weights of its region, also at its border."""
    ours, x = RegionalConv(2, 3, 3, (2, 4), stride, "circular").double(), drawn(4, 2, 8, 16)
    z, padded = ours(x), F.pad(x, (1, 1, 1, 1), mode="circular")
    assert z.shape == (4, 3, 8 // stride, 16 // stride)
    for row, column, region in ((0, 0, 0), (0, 1, 0), (1, 3, 1), (3, 7, 7), (2, 5, 6)):
        of_side = 8 // stride // 2, 16 // stride // 4
        i, j = (region // 4) * of_side[0] + row % of_side[0], (region % 4) * of_side[1] + column % of_side[1]
        weight = ours.weight.unflatten(0, (8, 3))[region]
        expected = F.conv2d(padded, weight, stride=stride)[..., i, j]
        torch.testing.assert_close(z[..., i, j], expected)
        other = F.conv2d(padded, ours.weight.unflatten(0, (8, 3))[region - 1], stride=stride)[..., i, j]
        assert (z[..., i, j] - other).norm() > 0.1  # control


def test_one_region_for_each_cell_is_locally_connected() -> None:
    ours = RegionalConv(1, 1, 1, (4,)).double()
    torch.testing.assert_close(ours(drawn(2, 1, 4)), drawn(2, 1, 4) * ours.weight.flatten())


@pytest.mark.parametrize(("shape", "stride"), [((1, 1, 9), 1), ((1, 1, 10), 2)])
def test_regions_that_do_not_tile_the_grid_are_refused(shape, stride) -> None:
    with pytest.raises(ValueError, match=f"2 regions with strides of {stride} do not tile a side of {shape[-1]} cells"):
        RegionalConv(1, 1, 3, (2,), stride)(torch.zeros(shape))
