"""The feature pyramid over a backbone. torchvision takes seconds to import: this is imported where it is built."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.ops import FeaturePyramidNetwork

from homossl.transfer.backbone import Backbone
from homossl.transfer.levels import Level

GROUPS = 8
"""Groups of channels that are normalised together, in the pyramid and in the heads."""
SIDE = 4
"""Cells along the side of the objects that a level is for, at the least (RetinaNet's P3 has strides of 8 for 32)."""


class Pyramid(FeaturePyramidNetwork):
    r"""Features of one width on each level that a detector reads, x: (b c h w) -> (b width h_k w_k), fine to coarse.

    $m_k = L_k f_k + U m_{k+1}$ and $p_k = W_k * m_k$, with L 1 x 1, W 3 x 3, and U bilinear between the places where
    cells lie; torchvision's own takes the nearest index, which on grids of 2^k + 1 is off to one side. Levels beyond
    the backbone's last, each of half the resolution, are added while their objects fit into the image.

    Source: Lin et al. 2017 (arXiv 1612.03144), section 3; U and the added levels are ours.
    """

    def __init__(self, backbone: Backbone, width: int, finest: int, size: int) -> None:
        read = read_levels(backbone.levels, finest)
        super().__init__([level.channels for level in read], width, norm_layer=partial(nn.GroupNorm, GROUPS))
        self.body, self.out_channels, self.read = backbone, width, len(read)
        self.levels = with_coarser([level._replace(channels=width, action=None) for level in read], size)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        maps = self.merged(self.body(x)[-self.read :])
        maps = [smooth(m) for smooth, m in zip(self.layer_blocks, maps, strict=True)]
        for level in self.levels[self.read :]:
            maps.append(halved(maps[-1], level.aligned))
        return OrderedDict((str(k), p) for k, p in enumerate(maps))

    def merged(self, features: Sequence[Tensor]) -> list[Tensor]:
        """What each level has seen, and all coarser ones, m_k: (b width h_k w_k)."""
        laterals = [inner(f) for inner, f in zip(self.inner_blocks, features, strict=True)]
        merged = laterals[-1:]
        for level, lateral in zip(self.levels[self.read - 1 : 0 : -1], laterals[-2::-1], strict=True):
            merged.insert(0, lateral + resized(merged[0], lateral, level.aligned))
        return merged


def read_levels(levels: Sequence[Level], finest: int) -> Sequence[Level]:
    """The levels whose stride is not below the finest, the last one at least."""
    return [level for level in levels if level.stride >= finest] or levels[-1:]


def with_coarser(levels: list[Level], size: int) -> tuple[Level, ...]:
    """Levels, and those of half the resolution whose objects fit into images of size x size."""
    while 2 * SIDE * levels[-1].stride <= size:
        levels = [*levels, levels[-1]._replace(stride=2 * levels[-1].stride)]
    return tuple(levels)


def resized(z: Tensor, like: Tensor, aligned: bool) -> Tensor:
    """Features on the finer grid of others, read where its cells lie."""
    return F.interpolate(z, size=like.shape[-2:], mode="bilinear", align_corners=aligned)


def halved(z: Tensor, aligned: bool) -> Tensor:
    """Features of half the resolution: every other cell where the corners coincide, else the means of 2 x 2 cells."""
    return z[..., ::2, ::2] if aligned else F.avg_pool2d(z, 2)
