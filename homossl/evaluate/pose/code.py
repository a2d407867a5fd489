"""Group elements as vectors that a regression can predict, and vectors back to elements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import torch
from torch import Tensor

from groups import Element, Group
from groups.charts import QUATERNIONS, Coordinate, chart
from groups.products import Product
from homossl.evaluate.pose.parts import Angle, Digit, Number, Part, Rotation


def code(g: Element) -> Tensor:
    """The vectors of elements, (*batch k): cosine and sine of an angle, a digit one-hot, q q^T of a quaternion.

    Other coordinates of the group's chart are as they are; products of groups are concatenated.

    >>> from groups import SE2
    >>> code(SE2().element([0.0, 3.0, -1.5])).tolist()
    [1.0, 0.0, 3.0, -1.5]

    Raises:
        TypeError: the group has no chart.
    """
    own = parts(g.group)
    values = g.params.to(g.float_dtype).split([part.params for part in own], dim=-1)
    return torch.cat([part.encode(value) for part, value in zip(own, values, strict=True)], dim=-1)


def decode(group: Group, vectors: Tensor) -> Element:
    """The elements whose code is nearest to vectors: (*batch k), part by part; decode(G, code(g)) = g.

    >>> from groups import SO2
    >>> decode(SO2(), torch.tensor([0.0, 3.0])).params.tolist()
    [1.57...]
    """
    own = parts(group)
    pieces = vectors.split([len(part.names) for part in own], dim=-1)
    params = torch.cat([part.decode(piece) for part, piece in zip(own, pieces, strict=True)], dim=-1)
    dtype = group.identity().params.dtype
    return Element(group, params if dtype.is_floating_point else params.to(dtype))


def names(group: Group) -> tuple[str, ...]:
    """What each number of a code is.

    >>> from groups import SE2
    >>> names(SE2())
    ('cos angle', 'sin angle', 'x', 'y')
    """
    return tuple(name for part in parts(group) for name in part.names)


def parts(group: Group) -> tuple[Part, ...]:
    """The parts of which the parameters of a group consist, in order."""
    axes = iter(chart(group).axes)
    return tuple(part for factor in _factors(group) for part in _parts(factor, axes))


def _factors(group: Group) -> Iterator[Group]:
    if isinstance(group, Product):
        yield from _factors(group.first)
        yield from _factors(group.second)
    else:
        yield group


def _parts(group: Group, axes: Iterator[Coordinate]) -> Iterable[Part]:
    where = QUATERNIONS.get(type(group))  # whose chart is the rotation vector, not its parameters
    if where is None:
        return map(_part, islice(axes, group.param_dim))
    before, (x, _, _) = [_part(axis) for axis in islice(axes, where.start)], islice(axes, 3)
    after = map(_part, islice(axes, group.param_dim - where.stop))
    return [*before, Rotation(x.name.removesuffix("_x")), *after]


def _part(axis: Coordinate) -> Part:
    if axis.size is not None:
        return Digit(axis.name, axis.size)
    return Angle(axis.name) if axis.periodic else Number(axis.name)
