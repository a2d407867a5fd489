"""What motions of space consist of: the factors of a product, the rotation in a rigid motion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from groups.element import Element
from groups.group import Group
from groups.homomorphism import Homomorphism, Pullback
from groups.products import DirectProduct
from groups.representation import Representation, Trivial
from groups.rigid import SE3
from groups.spatial import O3, SO3


def factors(g: Element) -> list[Element]:
    """The factors of elements of a direct product, each by itself."""
    return [f for factor in g.group.split(g) for f in factors(factor)] if isinstance(g.group, DirectProduct) else [g]


def parts(g: Element) -> list[Element]:
    """What can move vectors at points: the elements themselves, their factors, and the rotations of rigid motions."""
    split = factors(g)
    rotations = [Element(SO3(), part.params[..., :4]) for part in split if isinstance(part.group, SE3)]
    return [g, *split, *rotations]


def turned_by(group: Group, turned: Callable[[SO3 | O3], Representation]) -> Representation:
    """A representation of the rotations, or rotations and reflections, in a group of motions, as one of that group.

    A group that turns nothing leaves its vectors as they are.
    """
    turns = _turn(group.identity())
    if turns is None:
        return Trivial(group, turned(SO3()).dim)
    rho = turned(turns.group)
    pulled: Any = rho if turns.group == group else Pullback(rho, Homomorphism(group, turns.group, _turn))
    return pulled


def reflects(group: Group) -> bool:
    """Whether a group of motions holds reflections of space."""
    turns = _turn(group.identity())
    return turns is not None and isinstance(turns.group, O3)


def _turn(g: Element) -> Any:
    """The rotation or reflection in each motion, None where there is none."""
    return next((part for part in parts(g) if isinstance(part.group, SO3 | O3)), None)
