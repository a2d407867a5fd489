"""How a motion is written as the label of a network."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from groups import O2, Element, Group, LieGroup


@dataclass(frozen=True)
class Code(ABC):
    """How a motion is written as a label, and how far what a network says is from it."""

    @abstractmethod
    def width(self, group: Group) -> int:
        """How many numbers the network says of a motion of the group."""

    @abstractmethod
    def compare(self, said: Tensor, motion: Element) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of each pair, (b), and what is logged of it, (b) each; said: (b width), motion: (b)."""


@dataclass(frozen=True)
class Algebra(Code):
    """Regression on the Lie algebra, |(v - log e) / scale|^2 for the vector v = scale * said, both (b algebra_dim).

    The scale makes units comparable, radians with pixels. A turn by pi has two logarithms: Bins has no such jump. A
    flip has none: use Bins, such as Bins.published(32), for crops that flip.

    Raises:
        ValueError: a unit is not positive and finite, or their number is not the dimension of the algebra; at the call,
            a motion without logarithm, as an affine map with a negative eigenvalue.
        TypeError: the group has no logarithm: it is no Lie group, or O(2), whose reflections have none.
    """

    scale: tuple[float, ...] | None = None
    """Unit of each coordinate of the algebra; None takes 1 for all (radians, log-scale, pixels)."""

    def __post_init__(self) -> None:
        if self.scale is not None and not _are_units(self.scale):
            raise ValueError(f"Algebra.scale must be a tuple of positive units, got {self.scale}")

    def width(self, group: Group) -> int:
        """The dimension of the algebra."""
        if not isinstance(group, LieGroup) or group == O2():
            raise TypeError(f"Algebra needs motions of a Lie group other than O2, which have a logarithm, got {group}")
        if self.scale is not None and len(self.scale) != group.algebra_dim:
            raise ValueError(f"Algebra.scale must hold {group.algebra_dim} units for {group}, got {self.scale}")
        return group.algebra_dim

    def compare(self, said: Tensor, motion: Element) -> tuple[Tensor, dict[str, Tensor]]:
        """The squared error; logs the distance of exp v from the motion, and the absolute error of each coordinate."""
        scale = said.new_tensor(self.scale or 1.0)
        error = scale * said - _log(motion).to(said.dtype)
        terms = {f"error.{i}": e for i, e in enumerate(error.detach().abs().unbind(-1))}
        return (error / scale).square().sum(-1), {"distance": _distance(scale * said, motion)} | terms


def _are_units(scale: object) -> bool:
    return isinstance(scale, tuple) and bool(scale) and all(0 < unit < math.inf for unit in scale)


def _log(motion: Element) -> Tensor:
    try:
        return motion.group.log(motion)  # type: ignore[attr-defined]
    except ValueError:
        found = next(g.params.tolist() for g in map(motion.__getitem__, range(len(motion))) if not _has_log(g))
        raise ValueError(f"Algebra needs motions with a logarithm, got {found} of {motion.group}: use Bins") from None


def _has_log(g: Element) -> bool:
    try:
        g.group.log(g)  # type: ignore[attr-defined]
    except ValueError:
        return False
    return True


@torch.no_grad()
def _distance(v: Tensor, motion: Element) -> Tensor:
    """d(exp v, e) = |exp(-v) e|, (b)."""
    group = motion.group
    return group.norm(group.exp(-v) @ motion.to(v.dtype))  # type: ignore[attr-defined]
