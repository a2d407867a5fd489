"""What a group is: identity, composition, inverse, sampling, distance; and its elements, where it is finite."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.sampling import Radius, Sampling, device_of


@dataclass(frozen=True)
class Group(ABC):
    """A group, equal by value; its elements are batched tensors.

    Subclasses give the law on parameters, p, q: (*batch param_dim): `_compose(p, q)`, `_inverse(p)`, `_identity()`.
    """

    @property
    def param_dim(self) -> int:
        """How many numbers name an element."""
        return len(self._identity())

    @abstractmethod
    def _identity(self) -> list[float]: ...

    @abstractmethod
    def _compose(self, p: Tensor, q: Tensor) -> Tensor: ...

    @abstractmethod
    def _inverse(self, p: Tensor) -> Tensor: ...

    @abstractmethod
    def _norm(self, p: Tensor) -> Tensor: ...

    @property
    def order(self) -> int | None:
        """The number of elements, None when infinite."""
        return None

    @property
    def algebra_dim(self) -> int | None:
        """The dimension of the Lie algebra, None when the group has no exp."""
        return None

    def element(
        self, params: Sequence[float] | Tensor, *, device: Any = None, dtype: torch.dtype | None = None
    ) -> Element:
        """The elements with these parameters, (*batch param_dim)."""
        return Element(self, torch.as_tensor(params, device=device, dtype=dtype or self._dtype(params)))

    def _dtype(self, params: Sequence[float] | Tensor) -> torch.dtype:
        return params.dtype if isinstance(params, Tensor) else torch.get_default_dtype()

    def identity(self, *shape: int, device: Any = None, dtype: torch.dtype | None = None) -> Element:
        """A batch of identities, e g = g e = g."""
        return self.element(self._identity(), device=device, dtype=dtype).expand(*shape)

    def compose(self, a: Element, b: Element) -> Element:
        """The product a b: b acts first.

        Raises:
            TypeError: a or b belongs to another group.
        """
        self._check(a)
        self._check(b)
        return Element(self, self._compose(a.params, b.params))

    def inverse(self, a: Element) -> Element:
        """The inverse, a^-1 a = e."""
        self._check(a)
        return Element(self, self._inverse(a.params))

    def norm(self, a: Element) -> Tensor:
        """The distance from the identity, (*batch), in the group's own units (radians, pixels, log-scale)."""
        self._check(a)
        return self._norm(a.params)

    def distance(self, a: Element, b: Element) -> Tensor:
        """The left-invariant distance d(a, b) = |a^-1 b|, so that d(g a, g b) = d(a, b)."""
        return self.norm(~a @ b)

    @abstractmethod
    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        """Draw elements: Haar-uniform where the group is compact, exp of a normal algebra vector elsewhere."""

    @abstractmethod
    def ball(self, radius: Radius, *shape: int, **draw: Unpack[Sampling]) -> Element:
        """Draw elements near the identity, within a radius; a tuple has one per factor or coordinate.

        Finite groups are uniform over those of norm at most the radius; Lie groups are exp of a vector uniform in the
        ball of the algebra (for a tuple, in the box), which is not Haar-uniform where they do not commute.
        """

    def _check(self, a: Element) -> None:
        if a.group != self:
            raise TypeError(f"expected an element of {self}, got one of {a.group}")


@dataclass(frozen=True)
class FiniteGroup(Group):
    """A finite group whose elements are mixed-radix integers, digit i modulo moduli[i]; element 0 is the identity."""

    @property
    @abstractmethod
    def moduli(self) -> tuple[int, ...]:
        """The radix of each parameter."""

    @property
    def order(self) -> int:
        return math.prod(self.moduli)

    def _identity(self) -> list[float]:
        return [0] * len(self.moduli)

    def _dtype(self, params: Sequence[float] | Tensor) -> torch.dtype:
        return params.dtype if isinstance(params, Tensor) else torch.int64

    def elements(self, *, device: Any = None) -> Element:
        """Every element once, batch shape (order); the last parameter runs fastest.

        >>> from groups import Dihedral
        >>> Dihedral(3).elements().shape
        torch.Size([6])
        """
        digits = [torch.arange(m, device=device) for m in self.moduli]
        return Element(self, torch.cartesian_prod(*digits).reshape(-1, len(digits)))

    def index(self, a: Element) -> Tensor:
        """The position of each element in elements(), int64 (*batch)."""
        self._check(a)
        return sum(
            digit.long() * weight for digit, weight in zip(a.params.unbind(-1), _weights(self.moduli), strict=True)
        )  # type: ignore[return-value]

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        return self._choose(self.elements(device=device_of(draw)), shape, **draw)

    def ball(self, radius: Radius, *shape: int, **draw: Unpack[Sampling]) -> Element:
        everything = self.elements(device=device_of(draw))
        near = self.norm(everything) <= _scalar(radius, self) + 1e-6
        return self._choose(everything[near], shape, **draw)

    def _choose(self, candidates: Element, shape: tuple[int, ...], **draw: Unpack[Sampling]) -> Element:
        index = torch.randint(len(candidates), shape, generator=draw.get("generator"), device=candidates.device)
        dtype = draw.get("dtype") or candidates.params.dtype
        return Element(self, candidates.params[index].to(dtype))


def _scalar(radius: Radius, group: Group) -> float:
    if isinstance(radius, tuple):
        raise ValueError(f"the radius of a ball of {group} is one number, got {radius}")
    return radius


@lru_cache(maxsize=64)
def _weights(moduli: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(math.prod(moduli[i + 1 :]) for i in range(len(moduli)))
