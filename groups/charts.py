"""Elements as numbers: the coordinates of each group, with their ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from groups.affine import Affine2
from groups.element import Element
from groups.finite import Cyclic, Dihedral, Torus
from groups.group import Group
from groups.lie import wrap
from groups.line import Affine1
from groups.octahedral import Octahedral
from groups.permutations import Symmetric
from groups.planar import O2, SO2, Translation
from groups.products import Product
from groups.rigid import SE3
from groups.scale import Scale
from groups.similarity import SE2, Similarity2
from groups.spatial import O3, SO3

QUATERNIONS = {SO3: slice(0, 4), O3: slice(1, 5), SE3: slice(0, 4)}
"""Where the parameters of a group hold the quaternion of a rotation."""


@dataclass(frozen=True)
class Coordinate:
    """A number that an element has, in radians for angles, pixels for shifts, and log-scale for zooms."""

    name: str
    """What it is called."""
    low: float | None = None
    """The least value, None where there is none."""
    high: float | None = None
    """The bound above, not reached by what goes around; None where there is none."""
    periodic: bool = False
    """Whether it goes around: high is low once more."""
    size: int | None = None
    """How many values a digit has, None for a real number."""


@dataclass(frozen=True)
class Chart:
    """The coordinates of a group, in order."""

    group: Group
    """Whose elements they name."""
    axes: tuple[Coordinate, ...]
    """Each coordinate."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the coordinates are called."""
        return tuple(axis.name for axis in self.axes)

    def coordinates(self, g: Element) -> Tensor:
        """The numbers of each element, (*batch k); angles in [-pi, pi).

        Raises:
            TypeError: they are elements of another group.
        """
        if g.group != self.group:
            raise TypeError(f"a chart of {self.group} was given elements of {g.group}")
        columns = zip(self.axes, _numbers(g).unbind(-1), strict=True)
        return torch.stack([_half_open(v) if axis.periodic and axis.size is None else v for axis, v in columns], dim=-1)


def chart(group: Group) -> Chart:
    """The coordinates of a group: its own parameters, and the rotation vector in the place of a quaternion.

    >>> from groups import SE2
    >>> chart(SE2()).names
    ('angle', 'x', 'y')

    Raises:
        TypeError: none are known for it.
    """
    return Chart(group, _axes(group))


ANGLE = Coordinate("angle", -math.pi, math.pi, periodic=True)
X, Y, Z = Coordinate("x"), Coordinate("y"), Coordinate("z")
ROTATION = tuple(Coordinate(f"rotation_{axis}", -math.pi, math.pi) for axis in "xyz")
LOG_SCALE = Coordinate("log_scale")


def _axes(group: Group) -> tuple[Coordinate, ...]:
    match group:
        case Cyclic(n):
            return (_digit("turn", n),)
        case Dihedral(n):
            return (_digit("flip", 2), _digit("turn", n))
        case Torus(h, w):
            return (_digit("row", h), _digit("column", w))
        case Octahedral(reflections):
            return ((_digit("flip", 2),) if reflections else ()) + (Coordinate("rotation", 0.0, 24.0, size=24),)
        case SO2():
            return (ANGLE,)
        case O2():
            return (_digit("flip", 2), ANGLE)
        case Translation(d):
            return tuple(map(Coordinate, "xyz" if d <= 3 else map("x_{}".format, range(d))))[:d]
        case Affine1():
            return (Coordinate("log_scale"), X)
        case SE2():
            return (ANGLE, X, Y)
        case Scale():
            return (LOG_SCALE,)
        case Similarity2():
            return (ANGLE, LOG_SCALE, X, Y)
        case Affine2():
            return (*map(Coordinate, "abcd"), X, Y)
        case SO3():
            return ROTATION
        case O3():
            return (_digit("inversion", 2), *ROTATION)
        case SE3():
            return (*ROTATION, X, Y, Z)
        case Symmetric(n):
            return tuple(_digit(f"point_{i}", n) for i in range(n))
        case Product(first, second):
            return _joined(_axes(first), _axes(second))
    raise TypeError(f"no chart is known for {group}")


def _digit(name: str, size: int) -> Coordinate:
    return Coordinate(name, 0.0, float(size), periodic=True, size=size)


def _joined(first: tuple[Coordinate, ...], second: tuple[Coordinate, ...]) -> tuple[Coordinate, ...]:
    shared = {axis.name for axis in first} & {axis.name for axis in second}
    factors = [("first", axis) for axis in first] + [("second", axis) for axis in second]
    return tuple(replace(axis, name=f"{f}_{axis.name}") if axis.name in shared else axis for f, axis in factors)


def _numbers(g: Element) -> Tensor:
    if isinstance(g.group, Product):
        return torch.cat([_numbers(factor) for factor in g.group.split(g)], dim=-1)
    where = QUATERNIONS.get(type(g.group))
    if where is None:
        return g.params
    before, turn, after = g.params[..., : where.start], g.params[..., where], g.params[..., where.stop :]
    return torch.cat([before, SO3().log(SO3().element(turn)), after], dim=-1)


def _half_open(angle: Tensor) -> Tensor:
    wrapped = wrap(angle)
    return torch.where(wrapped >= math.pi, wrapped - 2 * math.pi, wrapped)
