"""From the features of all levels to a class for every pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from groups import Cyclic, FieldAction
from homossl.layers import Layers, Plain, Steerable
from homossl.transfer.levels import Level


class Decoder(nn.Module):
    """Features z_i: (b c_i h_i w_i) of levels i = 1..n, fine to coarse, to logits on the image's grid, (b k h w).

    y_i = ReLU(norm(side_i(z_i) + up(mix_(i+1)(y_(i+1))))), y_n = ReLU(norm(side_n(z_n))), logits = up(score(y_1)):
    sides are 1 x 1 convolutions, mixes 3 x 3 on the coarser grid, where cells are few and far apart, the score is 1 x 1
    with a bias and starts small, and up is bilinear. y_1 has `width` channels, which the group leaves alone, and each
    coarser y_i twice as many as the one before it, in regular fields.

    With steerable layers every part is a homomorphism of turns: bilinear weights depend on distances, which turns keep.
    A linear map of one regular field to a class is no more than its mean over the group; so y_1 is trivial, and the
    non-linearity lies between the fields and the classes.

    Source: Long, Shelhamer & Darrell, Fully Convolutional Networks (arXiv 1411.4038), sec. 4.2; features are joined
        rather than scores, as in Lin et al., Feature Pyramid Networks (arXiv 1612.03144), sec. 3; the rest is ours.
    """

    def __init__(self, layers: Layers, fields: Sequence[FieldAction], aligned: Sequence[bool], width: int, k: int):
        super().__init__()
        self.aligned = tuple(aligned)
        inner = inner_fields(layers, fields, width)
        finest, scores = inner[0], replace(inner[0], fibre=layers.images(k).fibre)
        self.sides = nn.ModuleList(layers.enter(layers.conv(z, y, 1), z) for z, y in zip(fields, inner, strict=True))
        self.mixes = nn.ModuleList(layers.enter(on_one_grid(layers, y, finer), y) for finer, y in pairwise(inner))
        self.acts = nn.ModuleList(layers.enter(nn.Sequential(layers.norm(y), layers.relu(y)), y) for y in inner)
        self.score = layers.enter(layers.conv(finest, scores, 1, bias=True), finest)
        with torch.no_grad():
            for weights in self.score.parameters():
                weights.mul_(0.1)  # no class is likely yet: logits of He's size would first have to be unlearned

    def forward(self, features: Sequence[Tensor], size: Sequence[int]) -> Tensor:
        """Logits of the pixels of images (h, w), (b k h w)."""
        *finer, last = (side(z) for side, z in zip(self.sides, features, strict=True))
        y = self.acts[-1](last)
        for i in reversed(range(len(finer))):
            y = self.acts[i](finer[i] + resized(self.mixes[i](y), finer[i].shape[-2:], self.aligned[i + 1]))
        return resized(self.score(y), size, self.aligned[0])


def inner_fields(layers: Layers, fields: Sequence[FieldAction], width: int) -> list[FieldAction]:
    """What is inside a decoder at each level: trivial fields at the finest, and below it regular ones, at least one."""
    widths = [max(1, round(width * 2**i / layers.order)) for i in range(1, len(fields))]
    coarser = [layers.fields(count, z.stride) for count, z in zip(widths, fields[1:], strict=True)]
    return [replace(layers.images(width), stride=fields[0].stride), *coarser]


def on_one_grid(layers: Layers, before: FieldAction, after: FieldAction) -> nn.Module:
    """A 3 x 3 convolution from one field to another of any stride, on the grid of the first."""
    return layers.conv(before, replace(after, stride=before.stride))


def resized(y: Tensor, size: Sequence[int], aligned: bool) -> Tensor:
    """Bilinear values on a grid of another size, (b c h w) -> (b c *size).

    The centres of the corner cells coincide where grids are aligned, and the borders of the grids where not.
    """
    if y.shape[-2:] == tuple(size):
        return y
    return F.interpolate(y, tuple(size), mode="bilinear", align_corners=aligned)


def steerable_decoder(levels: Sequence[Level], width: int, k: int) -> Decoder:
    """A decoder to k trivial fields with weights tied by the group of the levels, about as many as free ones.

    It has sqrt |H| times as many channels, as each of its maps has 1 / |H| of the weights of a free one.

    Raises:
        ValueError: it is not known how the group moves a level.
        TypeError: its fibres are not copies of the regular representation of a point group C_n or D_n.
    """
    fields: list[Any] = [level.action for level in levels]
    if None in fields:
        raise ValueError(
            "head='equivariant' needs to know how a group moves every level of the backbone, as it is of encoders of "
            f"homossl; it is not of {fields.count(None)} of these {len(fields)} levels: use head='fcn'"
        )
    layers = Steerable(fields[0].group)
    wide = round(width * math.sqrt(layers.order))
    if foreign := [z for z in fields if z.regular_order != layers.order]:
        raise TypeError(f"head='equivariant' needs regular fibres of order {layers.order}, got {foreign[0].fibre}")
    return Decoder(layers, fields, [level.aligned for level in levels], wide, k)


def plain_decoder(levels: Sequence[Level], width: int, k: int) -> Decoder:
    """The same decoder with every weight free, for levels of any kind."""
    layers = Plain(Cyclic(1))
    fields = [layers.fields(level.channels, level.stride) for level in levels]
    return Decoder(layers, fields, [level.aligned for level in levels], width, k)
