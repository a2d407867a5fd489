"""Actions seen by the abelian normal subgroup along whose axes an FFT runs.

What is known of a class may not hold for its subclasses, which can act otherwise: they are not known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from groups.action import Action
from groups.correlation.pieces import Axes, Functions, Piece, Waves
from groups.field import FieldAction
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.irreps import Irrep
from groups.lattice import point_group
from groups.plane import torus_of
from groups.products import DirectProduct, Product, SemidirectProduct
from groups.representation import Regular, Trivial
from groups.sums import DirectSum


class NoFourierTransform(TypeError):
    """No abelian subgroup is known along whose axes an action could be transformed."""


def axes_of(group: Group) -> Axes:
    """The orders of the cyclic axes of the subgroup: the turns of D_n, the first factor of a product.

    Raises:
        NoFourierTransform: none is known.
    """
    shifts: Any = group.first if type(group) in (DirectProduct, SemidirectProduct) and group.order else group  # type: ignore[attr-defined]
    if type(shifts) in (Cyclic, Torus):
        return shifts.moduli
    if type(group) is Dihedral:
        return (group.n,)
    raise NoFourierTransform(f"there is no FFT over {group}")


def pieces_of(rho: Action, axes: Axes) -> tuple[Piece, ...]:
    """The parts of an event, in the order of its coordinates.

    Raises:
        NoFourierTransform: they are not known.
    """
    if type(rho) not in PIECES:
        raise NoFourierTransform(f"there is no FFT for {rho}")
    return PIECES[type(rho)](rho, axes)


def _of_trivial(rho: Trivial, axes: Axes) -> tuple[Piece, ...]:
    return (Waves(axes, rho.dim, 1, (0,) * len(axes)),)


def _of_irrep(rho: Irrep, axes: Axes) -> tuple[Piece, ...]:
    return (Waves(axes, 1, rho.dim, rho.frequency[-len(axes) :]),)


def _of_regular(rho: Regular, axes: Axes) -> tuple[Piece, ...]:
    if isinstance(rho.group, Product):
        return (Functions(axes, 1, rho.group.second.order or 0),)
    return (Functions(axes, 2 if isinstance(rho.group, Dihedral) else 1),)


def _of_sum(rho: DirectSum, axes: Axes) -> tuple[Piece, ...]:
    return tuple(part for term, copies in rho.runs for part in _repeated(pieces_of(term, axes), copies))


def _of_field(rho: FieldAction, axes: Axes) -> tuple[Piece, ...]:
    if torus_of(rho.group) and rho.stride == 1 and _is_still(rho):
        return (Functions(axes, rho.fibre.dim),)
    raise NoFourierTransform(f"there is no FFT for {rho}: no torus shifts it by whole cells")


PIECES: dict[type, Any] = {
    Trivial: _of_trivial,
    Irrep: _of_irrep,
    Regular: _of_regular,
    DirectSum: _of_sum,
    FieldAction: _of_field,
}


def _repeated(parts: tuple[Piece, ...], copies: int) -> tuple[Piece, ...]:
    match parts:
        case (Waves() as waves,):
            return (replace(waves, copies=copies * waves.copies),)
        case (Functions() as functions,):
            return (replace(functions, outer=copies * functions.outer),)
    return parts * copies


def _is_still(field: FieldAction) -> bool:
    """Whether shifts leave the fibres as they are."""
    terms = field.fibre.terms if isinstance(field.fibre, DirectSum) else (field.fibre,)
    return field.fibre.group == point_group(field.group) or all(type(term) is Trivial for term in terms)
