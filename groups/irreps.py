"""Irreducible representations over the reals, in escnn's and e3nn's conventions."""

from __future__ import annotations

import math
from functools import singledispatch

import torch
from torch import Tensor

from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.frequencies import dimension, frequencies
from groups.group import Group
from groups.harmonics import wigner
from groups.planar import O2, SO2
from groups.plane import rotation
from groups.representation import Representation
from groups.spatial import O3, SO3, rotation_matrix


class Irrep(Representation):
    """A real irreducible representation, named by its frequency.

    Cyclic(n) and SO2: (k), rotation by k times the angle; Dihedral(n) and O2: (j, k), which also reflects, (j, 0) being
    (-1)^(j f); Torus: (k, l), rotation by 2 pi (k rows / h + l columns / w); SO3: (l), dimension 2 l + 1, as e3nn;
    O3: (j, l), which also inverts, as (-1)^j: j = 0 is even parity, e3nn's "e", and j = 1 is odd, "o".

    >>> from groups import Cyclic
    >>> Irrep(Cyclic(4), 1).dim, Irrep(Cyclic(4), 2).dim
    (2, 1)

    Raises:
        ValueError: the group has no irrep of that frequency.
        TypeError: the irreps of the group are not known here.
    """

    def __init__(self, group: Group, *frequency: int) -> None:
        known = frequencies(group, max([abs(k) for k in frequency], default=0))
        if frequency not in known:
            raise ValueError(f"{group} has irreps {known[:12]}, got frequency {frequency}")
        self._group, self.frequency = group, frequency

    @property
    def group(self) -> Group:
        return self._group

    @property
    def dim(self) -> int:
        return dimension(self.group, self.frequency)

    @property
    def is_trivial(self) -> bool:
        """Whether no element moves it."""
        return not any(self.frequency)

    def invariants(self, x: Tensor) -> Tensor:
        """The number itself where it is trivial, and the length elsewhere."""
        return x if self.is_trivial else super().invariants(x)

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return _irrep(self.group, self.frequency, g, dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Irrep) and (self.group, self.frequency) == (other.group, other.frequency)

    def __hash__(self) -> int:
        return hash((self.group, self.frequency))

    def __repr__(self) -> str:
        return f"Irrep({self.group}, {', '.join(map(str, self.frequency))})"


@singledispatch
def _irrep(group: Group, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    raise TypeError(f"irreps are not known for {group}")


@_irrep.register(Cyclic)
@_irrep.register(SO2)
def _(group: Cyclic | SO2, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    turn = rotation(frequency[0] * _angle(g, dtype))
    return turn if dimension(group, frequency) == 2 else turn[..., :1, :1]


@_irrep.register(Dihedral)
@_irrep.register(O2)
def _(group: Dihedral | O2, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    (j, k), sign = frequency, 1 - 2 * g.params[..., 0].to(dtype)
    turn = rotation(k * _angle(g, dtype))
    if dimension(group, frequency) == 1:
        return turn[..., :1, :1] * (sign**j)[..., None, None]
    return torch.stack([turn[..., 0], turn[..., 1] * sign[..., None]], dim=-1)


@_irrep.register
def _(group: Torus, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    rates = torch.tensor([frequency[0] / group.h, frequency[1] / group.w], dtype=dtype, device=g.device)
    turn = rotation(2 * math.pi * (g.params.to(dtype) * rates).sum(-1))
    return turn if dimension(group, frequency) == 2 else turn[..., :1, :1]


@_irrep.register
def _(group: SO3, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    return wigner(frequency, rotation_matrix(g.params.to(dtype)))[0]


@_irrep.register
def _(group: O3, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    (j, l), sign = frequency, 1 - 2 * g.params[..., 0].to(dtype)
    return (sign**j)[..., None, None] * wigner((l,), rotation_matrix(g.params[..., 1:].to(dtype)))[0]


def _angle(g: Element, dtype: torch.dtype) -> Tensor:
    turns = g.params[..., -1].to(dtype)
    return turns * (2 * math.pi / g.group.n) if isinstance(g.group, Cyclic | Dihedral) else turns
