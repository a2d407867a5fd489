"""Subgroups: one group as a part of another."""

from __future__ import annotations

from contextlib import suppress

import torch

from groups.element import Element
from groups.finite import Cyclic, Dihedral
from groups.group import Group
from groups.homomorphism import Homomorphism
from groups.octahedral import Octahedral, cube_rotation
from groups.products import Product
from groups.spatial import SO3


def inclusion(part: Group, whole: Group) -> Homomorphism:
    """The map of a subgroup into a group: C_m in C_n and D_n, D_m in D_n, O in O_h and SO(3), a factor in a product.

    >>> from groups import Cyclic, Dihedral
    >>> inclusion(Cyclic(2), Dihedral(4))(Cyclic(2).elements()).params.tolist()
    [[0, 0], [0, 2]]

    Raises:
        TypeError: it is none of these.
    """
    include(part.identity(), whole)
    return Homomorphism(part, whole, lambda g: include(g, whole))


def include(g: Element, whole: Group) -> Element:
    """An element of a subgroup as one of the whole group.

    Raises:
        TypeError: it is none of the subgroups that `inclusion` knows.
    """
    match g.group, whole:
        case part, _ if part == whole:
            return g
        case Cyclic(m), Cyclic(n) if n % m == 0:
            return Element(whole, g.params * (n // m))
        case Cyclic(m), Dihedral(n) if n % m == 0:
            return Element(whole, torch.cat([torch.zeros_like(g.params), g.params * (n // m)], dim=-1))
        case Dihedral(m), Dihedral(n) if n % m == 0:
            return Element(whole, g.params * g.params.new_tensor([1, n // m]))
        case Octahedral(False), Octahedral():
            return Element(whole, torch.cat([torch.zeros_like(g.params), g.params], dim=-1))
        case Octahedral(False), SO3():
            return cube_rotation(g)
        case _, Product():
            return _as_factor(g, whole)
    raise TypeError(f"{g.group} is not known as a subgroup of {whole}")


def _as_factor(g: Element, whole: Product) -> Element:
    first, second = (factor.identity(*g.shape, device=g.device) for factor in (whole.first, whole.second))
    with suppress(TypeError):
        return whole.pair(include(g, whole.first), second)
    with suppress(TypeError):
        return whole.pair(first, include(g, whole.second))
    raise TypeError(f"{g.group} is not known as a subgroup of {whole}")
