"""Parts of the parameters of a group, each with a continuous code."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class Part(ABC):
    """Some of the parameters of an element, and the vector that stands for them."""

    name: str
    """What the part is."""

    @property
    def params(self) -> int:
        """How many parameters it takes."""
        return 1

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """What the numbers of the code are."""

    @abstractmethod
    def encode(self, p: Tensor) -> Tensor:
        """Parameters (*batch params) as a vector (*batch k)."""

    @abstractmethod
    def decode(self, v: Tensor) -> Tensor:
        """The parameters whose vector is nearest to v: (*batch k)."""


@dataclass(frozen=True)
class Number(Part):
    """A number, as it is."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def encode(self, p: Tensor) -> Tensor:
        return p

    def decode(self, v: Tensor) -> Tensor:
        return v


@dataclass(frozen=True)
class Angle(Part):
    """An angle in radians, by its cosine and sine."""

    @property
    def names(self) -> tuple[str, ...]:
        return f"cos {self.name}", f"sin {self.name}"

    def encode(self, p: Tensor) -> Tensor:
        return torch.cat([p.cos(), p.sin()], dim=-1)

    def decode(self, v: Tensor) -> Tensor:
        return torch.atan2(v[..., 1:], v[..., :1])


@dataclass(frozen=True)
class Digit(Part):
    """A whole number modulo n, one-hot."""

    modulus: int
    """n."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.name} = {i}" for i in range(self.modulus))

    def encode(self, p: Tensor) -> Tensor:
        return F.one_hot(p.squeeze(-1).round().long(), self.modulus).to(p.dtype)

    def decode(self, v: Tensor) -> Tensor:
        return v.argmax(-1, keepdim=True).to(v.dtype)


@dataclass(frozen=True)
class Rotation(Part):
    """A rotation of space by its unit quaternion q, as the upper triangle of q q^T, which is the same for q and -q.

    It is continuous, and linear in the rotation matrix; decoded by the leading eigenvector. Source: Peretroukhin et
    al., A smooth representation of belief over SO(3) (arXiv 2006.01031), section III.
    """

    @property
    def params(self) -> int:
        return 4

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.name} {'wxyz'[i]}{'wxyz'[j]}" for i, j in self._triangle().T.tolist())

    def encode(self, p: Tensor) -> Tensor:
        i, j = self._triangle()
        return p[..., i] * p[..., j]

    def decode(self, v: Tensor) -> Tensor:
        (i, j), square = self._triangle(), v.new_zeros(*v.shape[:-1], 4, 4)
        square[..., i, j] = square[..., j, i] = v
        return torch.linalg.eigh(square).eigenvectors[..., -1]

    def _triangle(self) -> Tensor:
        return torch.triu_indices(4, 4)
