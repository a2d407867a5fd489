"""From features to vectors, and small networks on vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import ClassVar, Literal

import torch
from einops import rearrange, reduce
from torch import Tensor, nn

from groups import Group
from homossl.objectives.checks import check_choice, check_positive


@dataclass(frozen=True)
class Readout:
    """Features (b c *space) as vectors: averaged over space (b c), or flattened (b c*space).

    >>> Readout(pool=True).dim((16, 2, 2)), Readout(pool=False).dim((16, 2, 2))
    (16, 64)
    """

    pool: bool = True
    """Average over space; else flatten it."""

    def dim(self, shape: Sequence[int]) -> int:
        """Length of the vector read from features of event shape (c *space).

        Raises:
            ValueError: the shape is empty or holds a size below 1.
        """
        if not shape or min(shape) < 1:
            raise ValueError(f"Readout expects an event shape (c, *space) of positive sizes, got {tuple(shape)}")
        return shape[0] if self.pool else prod(shape)

    def __call__(self, features: Tensor) -> Tensor:
        """(b c *space) -> (b d)."""
        return reduce(features, "b c ... -> b c", "mean") if self.pool else rearrange(features, "b ... -> b (...)")


def side_by_side(name: str, readout: Readout, views: Sequence[Tensor], dim: int) -> Tensor:
    """The vectors read of views, one after the other, (b dim), for the head of a named objective.

    Raises:
        ValueError: the views are not of the shape that the head was built for.
    """
    seen = torch.cat([readout(view) for view in views], dim=1)
    if seen.shape[1] != dim:
        raise ValueError(f"{name}: head built for {dim} features, got {seen.shape[1]}")
    return seen


@dataclass(frozen=True)
class Network(ABC):
    """A network on vectors: hyper-parameters only, the weights live in the module it builds."""

    reads_motion: ClassVar[bool] = False
    """Whether the module maps pairs, whose motion it reads, to pairs; else it maps vectors (b d) to vectors."""

    @abstractmethod
    def width(self, dim: int) -> int:
        """Length of the vectors that come out for those of length dim."""

    @abstractmethod
    def build(self, dim: int, group: Group | None = None) -> nn.Module:
        """The module for vectors of length dim, in pairs that the group moves (None: not known)."""


@dataclass(frozen=True)
class MLP(Network):
    """A perceptron on vectors: (Linear, BatchNorm, ReLU) * (layers - 1), Linear; norm and norm_out choose the norms.

    norm_out adds a BatchNorm after the last layer: True without scale or shift, as in SimSiam's projector, "scale" with
    a scale but no shift, as in S-TEC's.

    Raises:
        ValueError: hidden or out is below 1, or layers below 2; norm_out is none of those.
    """

    hidden: int
    """Units of each hidden layer."""
    out: int
    """Length of the vectors that come out."""
    layers: int = 2
    """Linear layers."""
    norm: bool = True
    """Put a BatchNorm after each hidden layer."""
    norm_out: Literal[False, True, "scale"] = False
    """Put a BatchNorm after the last layer; "scale" lets it learn a scale."""

    def __post_init__(self) -> None:
        check_positive(self, "hidden", "out")
        if self.layers < 2:
            raise ValueError(f"MLP.layers must be at least 2, got {self.layers}")
        check_choice(self, norm_out=(False, True, "scale"))

    def width(self, dim: int) -> int:
        return self.out

    def build(self, dim: int, group: Group | None = None) -> nn.Sequential:
        """The network (b dim) -> (b out)."""
        widths = [dim] + [self.hidden] * (self.layers - 1)
        blocks = [module for a, b in pairwise(widths) for module in self._block(a, b)]
        return nn.Sequential(*blocks, *self._last())

    def _block(self, a: int, b: int) -> list[nn.Module]:
        norm = [nn.BatchNorm1d(b)] if self.norm else []
        return [nn.Linear(a, b, bias=not self.norm), *norm, nn.ReLU()]

    def _last(self) -> list[nn.Module]:
        if not self.norm_out:
            return [nn.Linear(self.hidden, self.out)]
        norm = nn.BatchNorm1d(self.out, affine=self.norm_out == "scale")
        norm.register_parameter("bias", None)
        return [nn.Linear(self.hidden, self.out, bias=False), norm]
