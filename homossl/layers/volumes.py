"""The two kinds of layers on voxels."""

from __future__ import annotations

from typing import Any, Literal

from torch import nn

from groups import Octahedral, Regular, Trivial, VolumeAction
from groups._escnn import enn
from groups.interop import to_escnn
from homossl.layers.kinds import Layers, Plain, Steerable
from homossl.layers.local_norm import LocalNorm
from homossl.layers.steerable3d import steerable_conv3d


class Volumes(Layers):
    """Layers on fields over a cubic grid: k regular fields of an Octahedral group, in k |H| channels each."""

    @property
    def order(self) -> int:
        return self._cube.order

    @property
    def padding(self) -> Literal["zeros"]:
        return "zeros"

    def fields(self, k: int, stride: int = 1) -> Any:
        """The action on k regular fields at a stride."""
        return VolumeAction(self._cube, k * Regular(self.group), stride)

    def images(self, channels: int) -> Any:
        """The action on voxels of the input."""
        return VolumeAction(self._cube, Trivial(self.group, channels))

    @property
    def _cube(self) -> Octahedral:
        if not isinstance(self.group, Octahedral):
            raise TypeError(f"an encoder of voxels needs the group Octahedral(), got {self.group}")
        return self.group


class SteerableVolumes(Volumes, Steerable):
    """Layers of escnn in space, equivariant by construction; bodies of them are lowered to plain torch."""

    def conv(self, before: Any, after: Any, kernel: int = 3, bias: bool = False) -> nn.Module:
        return steerable_conv3d(before, after, kernel, bias)

    def pool(self, before: Any, after: Any) -> nn.Module:
        return enn.PointwiseMaxPool3D(to_escnn(before), 3, after.stride // before.stride, padding=1)


class PlainVolumes(Volumes, Plain):
    """The same layers with every weight free."""

    def conv(self, before: Any, after: Any, kernel: int = 3, bias: bool = False) -> nn.Module:
        sizes = before.fibre.dim, after.fibre.dim, kernel, after.stride // before.stride
        conv = nn.Conv3d(*sizes, padding=kernel // 2, bias=bias)
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        if conv.bias is not None:
            nn.init.zeros_(conv.bias)
        return conv

    def norm(self, field: Any) -> nn.Module:
        return (LocalNorm if self.norm_kind == "local" else nn.BatchNorm3d)(field.fibre.dim)

    def pool(self, before: Any, after: Any) -> nn.Module:
        return nn.MaxPool3d(3, after.stride // before.stride, padding=1)
