"""Regions are read where they are."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchvision.ops import MultiScaleRoIAlign

from homossl.transfer import Level
from homossl.transfer.detection.cells import centres
from homossl.transfer.detection.region_pool import RegionPool

BINS = 7


def places(levels: list[Level], grids: list[int]) -> dict[str, Tensor]:
    """Features that say where each cell lies, (1 2 n n): linear, so that bilinear reading is exact."""
    like = torch.zeros((), dtype=torch.float64)
    at = [centres(level, n, like) for level, n in zip(levels, grids, strict=True)]
    return {str(k): torch.stack(torch.meshgrid(c, c, indexing="xy"))[None] for k, c in enumerate(at)}


@settings(max_examples=15)
@given(st.booleans(), st.lists(st.floats(4, 60), min_size=4, max_size=4, unique=True))
def test_bins_are_read_where_they_are(aligned, ends):
    levels, grids = [Level(2, s, aligned) for s in (4, 8)], [17, 9] if aligned else [16, 8]
    (x0, x1), (y0, y1) = sorted(ends[:2]), sorted(ends[2:])
    box = torch.tensor([[x0, y0, x1, y1]], dtype=torch.float64)
    bins = (torch.arange(BINS, dtype=torch.float64) + 0.5) / BINS
    expected = torch.stack(torch.meshgrid(x0 + (x1 - x0) * bins, y0 + (y1 - y0) * bins, indexing="xy"))[None]
    features, size = places(levels, grids), 65 if aligned else 64
    assert (RegionPool(levels, BINS)(features, [box], None) - expected).abs().max() < 1e-10
    theirs = MultiScaleRoIAlign(["0", "1"], BINS, sampling_ratio=2)(features, [box], [(size, size)])
    assert (theirs - expected).abs().max() > 0.1  # control: half a pixel off, or half a cell


@pytest.mark.parametrize(("side", "level"), [(10, 0), (111, 0), (112, 1), (223, 1), (224, 2), (999, 2)])
def test_larger_regions_are_read_from_coarser_levels(side, level):
    pool = RegionPool([Level(2, s, True) for s in (4, 8, 16)], BINS)
    assert pool.level_of(torch.tensor([[0.0, 0.0, side, side]])).item() == level


def test_each_image_is_read_for_its_own_regions():
    levels = [Level(1, 4, True), Level(1, 8, True)]
    features = {name: torch.arange(3.0)[:, None, None, None].expand(3, 1, n, n) for name, n in (("0", 17), ("1", 9))}
    box = torch.tensor([[8.0, 8.0, 30.0, 30.0]])
    pooled = RegionPool(levels, BINS)(features, [box, box[:0], box.repeat(2, 1)], None)
    assert pooled.mean((1, 2, 3)).tolist() == [0, 2, 2]
