"""A small backbone, and boxes moved by an element."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from groups import Element
from groups.plane import affine
from homossl.transfer import Backbone, backbone_of


@pytest.fixture
def backbone() -> Callable[[int], Backbone]:
    """Makes the backbone of gray images of a size: levels of strides 2, 4 and 8."""

    def block(before: int, after: int) -> list[nn.Module]:
        return [nn.Conv2d(before, after, 3, 2, 1), nn.BatchNorm2d(after), nn.ReLU()]

    def make(size: int) -> Backbone:
        return backbone_of(nn.Sequential(*block(1, 8), *block(8, 16), *block(16, 16)), (1, size, size))

    return make


@pytest.fixture
def moved_boxes() -> Callable[[Element, Tensor, int], Tensor]:
    """Moves boxes (k 4) in an image of a size by one element."""
    return moved


@pytest.fixture
def keeps_corner() -> Callable[[Element], bool]:
    """Whether an element keeps the upper left corner of an image, from which torchvision counts."""
    corner = torch.tensor([[0.0, 0.0, 1.0, 1.0]], dtype=torch.float64)
    return lambda g: bool((moved(g, corner, 9) - corner).abs().max() < 1e-9)


def moved(g: Element, boxes: Tensor, size: int) -> Tensor:
    """Elements act on places from the centre, x to the right and y up."""
    flip = torch.tensor([1.0, -1.0], dtype=boxes.dtype)
    at = (boxes.reshape(-1, 2, 2) - size / 2) * flip @ affine(g)[:2, :2].to(boxes).mT * flip + size / 2
    return torch.cat([at.amin(1), at.amax(1)], dim=1)
