"""Actions on voxels: [g f](u) = rho(g) f(g^-1 u) for the motions of the cube."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups.base_space import Field
from groups.element import Element
from groups.octahedral import Octahedral
from groups.representation import Representation, Trivial
from groups.voxels import WHOLE, Cube, source_voxels, voxels_at

SIDE = 9
"""Voxels along each side of a default field: of the form 2^k + 1, on which strides of 2 keep the cube's motions."""


@dataclass(frozen=True)
class VolumeAction(Field):
    """The motions of the cube moving a field over a cubic grid, f: (*batch c d h w), c = dim rho.

    Voxels move onto voxels, so they are gathered, and the law holds to the bit. As in escnn, x runs along the last
    axis, and y and z against the one before and the first: z up, y up, x to the right.

    >>> from groups import Octahedral, Trivial, VolumeAction
    >>> x = torch.zeros(1, 3, 3, 3)
    >>> x[0, 1, 1, 2] = 1.0  # a voxel on the axis of x
    >>> about_z = Octahedral().element([10])
    >>> VolumeAction(Octahedral(), Trivial(Octahedral()))(about_z, x)[0, 1].tolist()  # and then on that of y
    [[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]

    Raises:
        TypeError: the group is no Octahedral one, or the fibre represents another.
        ValueError: stride < 1; a field of another number of channels, or a grid that is no cube.
    """

    group: Octahedral
    """The group that moves the field."""
    fibre: Representation
    """How it acts on the channels."""
    stride: int = 1
    """Voxels of the input between cells of the grid."""

    def __post_init__(self) -> None:
        if not isinstance(self.group, Octahedral):
            raise TypeError(f"voxels are moved by Octahedral groups, got {self.group}")
        if self.fibre.group != self.group:
            raise TypeError(f"a field of {self.group} cannot have fibres that represent {self.fibre.group}")
        if self.stride < 1:
            raise ValueError(f"VolumeAction needs stride >= 1, got {self.stride}")

    @property
    def event_dim(self) -> int:
        return 4

    def check(self, g: Element, x: Tensor) -> None:
        super().check(g, x)
        if x.shape[-4] != self.fibre.dim or len(set(x.shape[-3:])) > 1:
            raise ValueError(f"{self} moves fields (*batch {self.fibre.dim} n n n), got {tuple(x.shape)}")

    def act(self, g: Element, x: Tensor) -> Tensor:
        return self._read(g, x, WHOLE)

    def read(self, g: Element, x: Tensor, region: Cube | None = None) -> Tensor:
        """The moved field on a cube of the grid only, [g f](B), (*batch c k k k)."""
        self.check(g, x)
        return self._read(g, x, region or WHOLE)

    def mean(self, g: Element, x: Tensor, region: Cube | None = None) -> Tensor:
        """The mean of the moved field over a cube, (*batch c 1 1 1); a centred cube is nowhere moved."""
        if not self.keeps(tuple(x.shape[-4:]), region):
            return super().mean(g, x, region)
        self.check(g, x)
        return self._move_fibres(g, self.average(self.crop(x, region)))

    def keeps(self, shape: tuple[int, ...], region: Cube | None) -> bool:
        """Whether the cube is the whole grid, or about its centre."""
        sides = [range(n)[part] for n, part in zip(shape[-3:], region or WHOLE, strict=True)]
        return all(side[0] + side[-1] == n - 1 for n, side in zip(shape[-3:], sides, strict=True))

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Normal numbers, (n c size size size): nothing is interpolated, so that they need not be smooth."""
        return torch.randn(n, self.fibre.dim, *3 * (size or SIDE,), generator=generator, dtype=torch.float64)

    def _read(self, g: Element, x: Tensor, region: Cube) -> Tensor:
        moved = voxels_at(x, source_voxels(~g, x.shape[-1], region))
        return moved if isinstance(self.fibre, Trivial) else self._move_fibres(g, moved)

    def _move_fibres(self, g: Element, x: Tensor) -> Tensor:
        return self.fibre(g[..., None, None, None], x.movedim(-4, -1)).movedim(-1, -4)
