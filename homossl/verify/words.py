"""Elements in words, with their motions in degrees and pixels."""

from __future__ import annotations

import math
from functools import singledispatch

from groups import O2, O3, SE2, SE3, SO2, SO3, Cyclic, Dihedral, Element, Group, Symmetric, Torus, Translation
from groups.products import Product


def in_words(g: Element) -> str:
    """One element g: (), its group and its parameters, and what they mean where that is known.

    >>> in_words(Cyclic(4).element([1]))
    'Cyclic(n=4) [1] (90 degrees)'
    """
    params = g.params.tolist()
    values = ", ".join(f"{p:.4g}" for p in params)
    meaning = motion(g.group, params)
    return f"{g.group} [{values}]" + (f" ({meaning})" if meaning else "")


@singledispatch
def motion(group: Group, params: list[float]) -> str:
    """What the parameters of an element mean; nothing where that is not known.

    >>> motion(Dihedral(4), [1, 1])
    'a reflection, then 90 degrees'
    """
    return ""


@motion.register
def _(group: Cyclic, params: list[float]) -> str:
    return f"{360 * params[0] / group.n:.4g} degrees"


@motion.register
def _(group: Dihedral, params: list[float]) -> str:
    return _reflected(params[0], 360 * params[1] / group.n)


@motion.register
def _(group: O2, params: list[float]) -> str:
    return _reflected(params[0], math.degrees(params[1]))


@motion.register
def _(group: SO2, params: list[float]) -> str:
    return f"{math.degrees(params[0]):.4g} degrees"


@motion.register
def _(group: SO3, params: list[float]) -> str:
    return f"{math.degrees(group.norm(group.element(params)).item()):.4g} degrees"


@motion.register
def _(group: O3, params: list[float]) -> str:
    return motion(SO3(), params[1:]) + (", inverted" if params[0] else "")


@motion.register
def _(group: SE3, params: list[float]) -> str:
    return f"{motion(SO3(), params[:4])}, shifted by {', '.join(f'{p:.4g}' for p in params[4:])}"


@motion.register
def _(group: Symmetric, params: list[float]) -> str:
    return f"{sum(i != p for i, p in enumerate(params))} of {group.n} points exchanged"


@motion.register
def _(group: Torus, params: list[float]) -> str:
    return f"{params[0]} rows, {params[1]} columns"


@motion.register
def _(group: Translation, params: list[float]) -> str:
    return f"{', '.join(f'{p:.4g}' for p in params)} pixels"


@motion.register
def _(group: SE2, params: list[float]) -> str:
    return f"{math.degrees(params[0]):.4g} degrees, {params[1]:.4g} right, {params[2]:.4g} up"


@motion.register
def _(group: Product, params: list[float]) -> str:
    split = group.first.param_dim
    factors = motion(group.first, params[:split]), motion(group.second, params[split:])
    return " and ".join(filter(None, factors))


def _reflected(flip: float, degrees: float) -> str:
    return f"a reflection, then {degrees:.4g} degrees" if flip else f"{degrees:.4g} degrees"
