"""Changes of colour as maps of each pixel, one for each image: x(u) -> M x(u) + w . m, (b c c) and (b c).

m is the mean colour of the image.
"""

from __future__ import annotations

import torch
from torch import Tensor

from groups import SO2, hue_action

LUMA = {1: (1.0,), 3: (0.2989, 0.587, 0.114)}
"""Weights of the channels in the grey value (ITU-R BT.601), by their number."""

ColourMap = tuple[Tensor, Tensor]


def recolour(x: Tensor, colours: ColourMap) -> Tensor:
    """clamp(M x + w . m, 0, 1) at every pixel of x: (b c h w)."""
    matrix, weights = colours
    offset = (weights * x.mean((2, 3))).sum(1)[:, None, None]
    return torch.baddbmm(offset, matrix, x.flatten(2)).clamp_(0, 1).view_as(x)


def brightness(x: Tensor, factor: Tensor) -> ColourMap:
    """f x, factor: (b)."""
    return _scaling(x, factor), _none(x)


def contrast(x: Tensor, factor: Tensor) -> ColourMap:
    """f x + (1 - f) grey(m), factor: (b)."""
    return _scaling(x, factor), (1 - factor)[:, None] * luma(x)


def saturation(x: Tensor, factor: Tensor) -> ColourMap:
    """f x + (1 - f) grey(x), factor: (b)."""
    return _scaling(x, factor) + (1 - factor)[:, None, None] * luma(x), _none(x)


def hue(x: Tensor, angle: Tensor) -> ColourMap:
    """rho(angle) x, colours turned about the grey axis by an element of SO(2), angle: (b) in radians."""
    turn = hue_action().representation.matrix(SO2().element(angle[:, None]), dtype=x.dtype)
    return turn, _none(x)


def luma(x: Tensor) -> Tensor:
    """The weights of the channels of x: (b c h w) in the grey value, (c).

    Raises:
        ValueError: the images have neither 1 nor 3 channels.
    """
    if x.shape[1] not in LUMA:
        raise ValueError(f"the grey value is that of images with 1 or 3 channels, got x of shape {tuple(x.shape)}")
    return torch.stack([x.new_full((), weight) for weight in LUMA[x.shape[1]]])  # unlike a copy, needs no waiting


def require_colours(name: str, x: Tensor) -> None:
    """Check that images are red, green and blue."""
    if x.shape[1] != 3:
        raise ValueError(f"{name} changes the colours of images (b 3 h w), got x of shape {tuple(x.shape)}")


def _scaling(x: Tensor, factor: Tensor) -> Tensor:
    return factor[:, None, None] * torch.eye(x.shape[1], dtype=x.dtype, device=x.device)


def _none(x: Tensor) -> Tensor:
    return x.new_zeros(x.shape[:2])
