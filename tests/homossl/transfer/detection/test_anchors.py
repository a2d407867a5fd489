"""Anchors sit where cells are, and their set turns with the image."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor
from torchvision.models.detection.anchor_utils import AnchorGenerator

from groups import Dihedral
from groups.strategies import elements
from homossl.transfer import Level
from homossl.transfer.detection.anchors import CellAnchors
from homossl.transfer.detection.cells import centres

SCALES, RATIOS = (3.3, 4.0), (0.5, 1.0, 2.0)


def anchors_of(generator: AnchorGenerator, size: int, grids: list[int]) -> Tensor:
    images = SimpleNamespace(tensors=torch.zeros(1, 1, size, size), image_sizes=[(size, size)])
    return generator(images, [torch.zeros(1, 1, n, n, dtype=torch.float64) for n in grids])[0]  # type: ignore[arg-type]


def as_set(boxes: Tensor) -> set[tuple[float, ...]]:
    return {tuple(box) for box in boxes.round(decimals=9).add(0.0).tolist()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(elements(Dihedral(4)), st.booleans())
def test_the_set_of_anchors_turns_with_the_image(moved_boxes, keeps_corner, g, aligned):
    size, grids = (33, [9, 5]) if aligned else (32, [8, 4])
    levels = [Level(8, stride, aligned) for stride in (4, 8)]
    mine = anchors_of(CellAnchors(levels, SCALES, RATIOS), size, grids)
    assert as_set(moved_boxes(g, mine, size)) == as_set(mine)
    sides = tuple(tuple(s * level.stride for s in SCALES) for level in levels)
    theirs = anchors_of(AnchorGenerator(sides, (RATIOS,) * 2), size, grids)
    assert (as_set(moved_boxes(g, theirs, size)) == as_set(theirs)) == keeps_corner(g)


def test_cells_see_what_lies_at_their_centres():
    x = torch.arange(65.0)[None, None] + 0.5  # the centre of each pixel
    assert centres(Level(1, 4, aligned=True), 17, x).equal(x[0, 0, ::4])
    means = x[..., :64].unflatten(-1, (16, 4)).mean(-1)
    assert centres(Level(1, 4, aligned=False), 16, x).equal(means[0, 0])
    assert not centres(Level(1, 4, aligned=False), 17, x).equal(x[0, 0, ::4])  # control


def test_sides_are_not_rounded():
    (anchor,) = anchors_of(CellAnchors([Level(8, 2, True)], (1.7,), (1.0,)), 1, [1])
    assert torch.allclose(anchor, torch.tensor([-1.2, -1.2, 2.2, 2.2], dtype=torch.float64), atol=1e-12)
