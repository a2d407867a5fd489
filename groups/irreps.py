"""Irreducible and defining representations, over the reals, in escnn's and e3nn's conventions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache, singledispatch
from typing import Any

import numpy as np
import torch
from torch import Tensor

from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.planar import O2, SE2, SO2, Affine2, Similarity2, Translation
from groups.plane import affine, linear, rotation
from groups.products import DirectProduct, SemidirectProduct
from groups.representation import Representation
from groups.spatial import SO3, rotation_matrix
from groups.sums import block_diagonal


class Irrep(Representation):
    """A real irreducible representation, named by its frequency.

    Cyclic(n) and SO2: (k), rotation by k times the angle; Dihedral(n) and O2: (j, k), which also reflects, (j, 0) being
    (-1)^(j f); Torus: (k, l), rotation by 2 pi (k rows / h + l columns / w); SO3: (l), dimension 2 l + 1, as e3nn.

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
        return _dim(self.group, self.frequency)

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return _irrep(self.group, self.frequency, g, dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Irrep) and (self.group, self.frequency) == (other.group, other.frequency)

    def __hash__(self) -> int:
        return hash((self.group, self.frequency))

    def __repr__(self) -> str:
        return f"Irrep({self.group}, {', '.join(map(str, self.frequency))})"


@dataclass(frozen=True)
class Standard(Representation):
    """The matrices a group is defined by: 2 x 2 for C_n, D_n, SO(2), O(2), 3 x 3 for SO(3), homogeneous for motions.

    A torus turns one plane per axis; a direct product acts on the sum of its factors' spaces.

    Raises:
        TypeError: the group has no defining matrices here.
    """

    group: Any

    def __post_init__(self) -> None:
        self.matrix(self.group.identity())

    @property
    def dim(self) -> int:
        return self.matrix(self.group.identity()).shape[-1]

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return _standard(g.group, g, dtype)


def frequencies(group: Group, highest: int) -> list[tuple[int, ...]]:
    """The names of the irreps of a group, up to a highest frequency where there are infinitely many."""
    if isinstance(group, Cyclic):
        return [(k,) for k in range(group.n // 2 + 1)]
    if isinstance(group, Dihedral):
        return _dihedral_frequencies(group.n)
    if isinstance(group, Torus):
        return [pair for pair in map(tuple, group.elements().params.tolist()) if pair <= _conjugate(group, pair)]
    if isinstance(group, O2):
        return [(0, 0), (1, 0), *[(1, k) for k in range(1, highest + 1)]]
    if isinstance(group, SO2 | SO3):
        return [(k,) for k in range(highest + 1)]
    raise TypeError(f"irreps are known for Cyclic, Dihedral, Torus, SO2, O2 and SO3, got {group}")


def _dihedral_frequencies(n: int) -> list[tuple[int, ...]]:
    ends = [0, n // 2] if n % 2 == 0 else [0]
    return [*[(j, k) for k in ends for j in (0, 1)], *[(1, k) for k in range(1, (n + 1) // 2)]]


def _conjugate(group: Torus, frequency: tuple[int, ...]) -> tuple[int, ...]:
    return (-frequency[0] % group.h, -frequency[1] % group.w)


def _dim(group: Group, frequency: tuple[int, ...]) -> int:
    k = frequency[-1]
    if isinstance(group, SO3):
        return 2 * k + 1
    if isinstance(group, Torus):
        return 1 if _conjugate(group, frequency) == frequency else 2
    half = isinstance(group, Cyclic | Dihedral) and 2 * k == group.n
    return 1 if k == 0 or half else 2


@singledispatch
def _irrep(group: Group, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    raise TypeError(f"irreps are not known for {group}")


@_irrep.register(Cyclic)
@_irrep.register(SO2)
def _(group: Cyclic | SO2, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    turn = rotation(frequency[0] * _angle(g, dtype))
    return turn if _dim(group, frequency) == 2 else turn[..., :1, :1]


@_irrep.register(Dihedral)
@_irrep.register(O2)
def _(group: Dihedral | O2, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    (j, k), sign = frequency, 1 - 2 * g.params[..., 0].to(dtype)
    turn = rotation(k * _angle(g, dtype))
    if _dim(group, frequency) == 1:
        return turn[..., :1, :1] * (sign**j)[..., None, None]
    return torch.stack([turn[..., 0], turn[..., 1] * sign[..., None]], dim=-1)


@_irrep.register
def _(group: Torus, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    rates = torch.tensor([frequency[0] / group.h, frequency[1] / group.w], dtype=dtype, device=g.device)
    turn = rotation(2 * math.pi * (g.params.to(dtype) * rates).sum(-1))
    return turn if _dim(group, frequency) == 2 else turn[..., :1, :1]


@_irrep.register
def _(group: SO3, frequency: tuple[int, ...], g: Element, dtype: torch.dtype) -> Tensor:
    generators = torch.as_tensor(_so3_generators(frequency[0]), dtype=dtype, device=g.device)
    return torch.linalg.matrix_exp((group.log(g)[..., None, None] * generators).sum(dim=-3))


def _angle(g: Element, dtype: torch.dtype) -> Tensor:
    turns = g.params[..., -1].to(dtype)
    return turns * (2 * math.pi / g.group.n) if isinstance(g.group, Cyclic | Dihedral) else turns


@lru_cache(maxsize=32)
def _so3_generators(degree: int) -> np.ndarray:
    """D(exp(v)) = exp(v . J) with e3nn's matrices D, in float64, (3 d d): the ladder of su(2) in e3nn's real basis."""
    from e3nn.o3 import change_basis_real_to_complex

    m = np.arange(-degree, degree + 1)
    ladder = np.sqrt(degree * (degree + 1) - m[:-1] * m[1:])
    up, down = np.diag(ladder, 1), np.diag(ladder, -1)
    j = np.stack([(up - down) / 2, np.diag(1j * m), (up + down) * 0.5j])
    basis = change_basis_real_to_complex(degree, torch.float64).numpy()  # pyright: ignore[reportCallIssue]
    return (basis.conj().T @ j @ basis).real


@singledispatch
def _standard(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    raise TypeError(f"{group} has no standard representation here")


@_standard.register(Cyclic)
@_standard.register(Dihedral)
@_standard.register(SO2)
@_standard.register(O2)
def _(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    return linear(g, dtype)


@_standard.register(SE2)
@_standard.register(Similarity2)
@_standard.register(Affine2)
@_standard.register(SemidirectProduct)
def _(group: Group, g: Element, dtype: torch.dtype) -> Tensor:
    if isinstance(group, SemidirectProduct) and isinstance(group.first, Torus):
        raise TypeError(f"{group} wraps around: it has no matrices of motion, use Regular")
    return affine(g, dtype)


@_standard.register
def _(group: Translation, g: Element, dtype: torch.dtype) -> Tensor:
    eye = torch.eye(group.d + 1, dtype=dtype, device=g.device).expand(*g.shape, -1, -1)
    shift = torch.nn.functional.pad(g.params.to(dtype), (0, 1), value=1.0)
    return torch.cat([eye[..., :-1], shift[..., None]], dim=-1)


@_standard.register
def _(group: Torus, g: Element, dtype: torch.dtype) -> Tensor:
    turns = g.params.to(dtype) / torch.tensor([group.h, group.w], dtype=dtype, device=g.device)
    return block_diagonal(list(rotation(2 * math.pi * turns).unbind(-3)))


@_standard.register
def _(group: SO3, g: Element, dtype: torch.dtype) -> Tensor:
    return rotation_matrix(g.params.to(dtype))


@_standard.register
def _(group: DirectProduct, g: Element, dtype: torch.dtype) -> Tensor:
    return block_diagonal([_standard(factor.group, factor, dtype) for factor in group.split(g)])
