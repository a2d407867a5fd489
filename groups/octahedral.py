"""The motions of the cube."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations, product

import torch
from torch import Tensor, nn

from groups.element import Element
from groups.group import FiniteGroup
from groups.spatial import SO3, rotation_matrix


@dataclass(frozen=True)
class Octahedral(FiniteGroup):
    """O, the 24 rotations of the cube, params (k); or O_h, with reflections, params (f, k): the element (-1)^f R_k.

    R_k is the k-th of the 24 permutation matrices with signs whose determinant is 1: permutations of the axes in
    lexicographic order, each with its signs, + before -. R_0 = I, and the matrices are exact whole numbers.

    >>> from groups import Octahedral, Standard
    >>> Standard(Octahedral()).matrix(Octahedral().element([1])).tolist()
    [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]
    """

    reflections: bool = False
    """Whether there are reflections, f."""

    @property
    def moduli(self) -> tuple[int, ...]:
        return (2, 24) if self.reflections else (24,)

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        (f, k), (g, m) = _flip_turn(p), _flip_turn(q)
        turn = _products().to(p.device)[k.long(), m.long()].to(p.dtype)
        return self._join(torch.remainder(f + g, 2), turn)

    def _inverse(self, p: Tensor) -> Tensor:
        f, k = _flip_turn(p)
        return self._join(f, _inverses().to(p.device)[k.long()].to(p.dtype))

    def _norm(self, p: Tensor) -> Tensor:
        f, k = _flip_turn(p)
        angle = _angles().to(p.device)[k.long()]
        return torch.where(f == 0, angle, torch.full_like(angle, math.pi))

    def _join(self, f: Tensor, k: Tensor) -> Tensor:
        return torch.stack(torch.broadcast_tensors(f, k) if self.reflections else [k], dim=-1)


def cube_matrix(g: Element, dtype: torch.dtype = torch.float64) -> Tensor:
    """How an element of an Octahedral group moves (x, y, z), (*batch 3 3)."""
    f, k = _flip_turn(g.params)
    return (1 - 2 * f.to(dtype))[..., None, None] * _turns().to(g.device)[k.long()].to(dtype)


def cube_element(matrix: Tensor, group: Octahedral) -> Element:
    """The element that moves (x, y, z) by a matrix of whole numbers, (*batch 3 3).

    Raises:
        ValueError: no element does.
    """
    everything = group.elements(device=matrix.device)
    same = (cube_matrix(everything) == matrix.double().round()[..., None, :, :]).all(-1).all(-1)
    if not same.any(-1).all() or not matrix.double().allclose(matrix.double().round(), atol=1e-6):
        raise ValueError(f"no element of {group} moves space by {matrix.tolist()}")
    return everything[same.long().argmax(-1)]


def cube_rotation(g: Element) -> Element:
    """A rotation of the cube as one of SO3.

    >>> from groups import Octahedral
    >>> cube_rotation(Octahedral().element([1])).params.tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    return SO3().element(_quaternions().to(g.device, g.float_dtype)[g.params[..., -1].long()])


def _flip_turn(p: Tensor) -> tuple[Tensor, Tensor]:
    return (p[..., 0], p[..., 1]) if p.shape[-1] == 2 else (torch.zeros_like(p[..., 0]), p[..., 0])


@lru_cache(maxsize=1)
def _turns() -> Tensor:
    """R_k, (24 3 3) int64."""
    eye = torch.eye(3, dtype=torch.int64)
    signed = [
        torch.tensor(s)[:, None] * eye[list(p)] for p in permutations(range(3)) for s in product((1, -1), repeat=3)
    ]
    return torch.stack([m for m in signed if m.double().det() > 0])


@lru_cache(maxsize=1)
def _products() -> Tensor:
    """Which R R_k R_m is, (24 24)."""
    turns = _turns()
    return _which(turns[:, None] @ turns)


@lru_cache(maxsize=1)
def _inverses() -> Tensor:
    """Which R is the inverse of R_k, (24)."""
    return _which(_turns().mT)


def _which(matrices: Tensor) -> Tensor:
    return (matrices[..., None, :, :] == _turns()).all(-1).all(-1).long().argmax(-1)


@lru_cache(maxsize=1)
def _angles() -> Tensor:
    """The angle of each R_k in radians, (24)."""
    trace = _turns().diagonal(dim1=-2, dim2=-1).sum(-1)
    return ((trace - 1) / 2).to(torch.get_default_dtype()).acos()


@lru_cache(maxsize=1)
def _quaternions() -> Tensor:
    """R_k as (w, x, y, z), (24 4) float64, the first number that is not 0 positive."""
    several = [q for q in product((0, 1, -1), repeat=4) if sum(map(abs, q)) in (1, 2, 4) and next(filter(None, q)) > 0]
    unit = nn.functional.normalize(torch.tensor(several, dtype=torch.float64), dim=-1)
    return unit[_which(rotation_matrix(unit).round()).argsort()]
