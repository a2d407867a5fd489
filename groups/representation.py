"""Linear actions: rho(g h) = rho(g) rho(h)."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from groups.action import Action
from groups.element import Element

if TYPE_CHECKING:
    from groups.sums import DirectSum


class Representation(Action):
    """A linear action on R^dim, rho(g) x, with x: (*batch dim).

    r1 + r2 is the direct sum, r1 * r2 the tensor product, 3 * r three copies.
    Permutation representations act by gather.
    """

    @property
    def event_dim(self) -> int:
        return 1

    @property
    @abstractmethod
    def dim(self) -> int:
        """The dimension of the space it acts on."""

    @property
    def is_permutation(self) -> bool:
        """Whether rho(g) permutes the coordinates."""
        return False

    def permutation(self, g: Element) -> Tensor:
        """Where each coordinate comes from, (rho(g) x)_i = x_p(i), int64 (*batch dim)."""
        raise TypeError(f"{self} is not a permutation representation")

    @abstractmethod
    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor: ...

    def matrix(self, g: Element, *, dtype: torch.dtype | None = None) -> Tensor:
        """rho(g), (*batch dim dim), in the given dtype, or else in that of g, or else in torch's default."""
        if g.group != self.group:
            raise TypeError(f"{self} represents {self.group}, got an element of {g.group}")
        wanted = dtype or g.float_dtype
        precision = torch.promote_types(wanted, torch.float32)
        return self._matrix(g.to(precision), precision).to(wanted)

    def act(self, g: Element, x: Tensor) -> Tensor:
        if x.shape[-1] != self.dim:
            raise ValueError(f"{self} acts on vectors of dimension {self.dim}, got x of shape {tuple(x.shape)}")
        if self.is_permutation:
            source = self.permutation(g)
            batch = torch.broadcast_shapes(source.shape, x.shape)
            return x.expand(batch).gather(-1, source.expand(batch))
        return torch.einsum("...ij,...j->...i", self.matrix(g, dtype=x.dtype), x)

    def invariants(self, x: Tensor) -> Tensor:
        """What no rho(g) changes of vectors, (*batch dim) -> (*batch k): here their length, as rho is orthogonal."""
        return x.norm(dim=-1, keepdim=True)

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Normal numbers, (n dim)."""
        return torch.randn(n, self.dim, generator=generator, dtype=torch.float64)

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return z, self.invariants(z)

    def on_channels(self, g: Element, x: Tensor) -> Tensor:
        """Move the channels of every pixel alike, x: (*batch dim h w)."""
        return self(g[..., None, None], x.movedim(-3, -1)).movedim(-1, -3)

    def __add__(self, other: Representation) -> Representation:
        return direct_sum(self, other)

    def __rmul__(self, copies: int) -> Representation:
        return direct_sum(*[self] * copies)

    def __mul__(self, other: Representation) -> Representation:
        from groups.sums import Tensor

        return Tensor(self, other)


def direct_sum(*terms: Representation) -> DirectSum:
    """The block-diagonal sum of representations, nested sums flattened."""
    from groups.sums import DirectSum

    flat = [inner for rho in terms for inner in (rho.terms if isinstance(rho, DirectSum) else (rho,))]
    return DirectSum(tuple(flat))


@dataclass(frozen=True)
class Trivial(Representation):
    """rho(g) = I on R^dim."""

    group: Any
    """The group that acts."""
    size: int = 1
    """Dimension of the space."""

    @property
    def dim(self) -> int:
        return self.size

    @property
    def is_permutation(self) -> bool:
        return True

    def permutation(self, g: Element) -> Tensor:
        return torch.arange(self.dim, device=g.device).expand(*g.shape, self.dim)

    def invariants(self, x: Tensor) -> Tensor:
        """All of the vector."""
        return x

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return torch.eye(self.dim, device=g.device, dtype=dtype).expand(*g.shape, self.dim, self.dim)


@dataclass(frozen=True)
class Regular(Representation):
    """The group moving functions on itself: rho(g) e_h = e_gh, so (rho(g) x)_h = x_(g^-1 h).

    >>> from groups import Cyclic
    >>> Regular(Cyclic(3))(Cyclic(3).element([1]), torch.tensor([1.0, 2.0, 3.0])).tolist()
    [3.0, 1.0, 2.0]

    Raises:
        TypeError: the group is infinite.
    """

    group: Any
    """The finite group that acts."""

    def __post_init__(self) -> None:
        if self.group.order is None:
            raise TypeError(f"the regular representation needs a finite group, got {self.group}")

    @property
    def dim(self) -> int:
        return self.group.order

    @property
    def is_permutation(self) -> bool:
        return True

    def permutation(self, g: Element) -> Tensor:
        return self.group.index((~g)[..., None] @ self.group.elements(device=g.device))

    def invariants(self, x: Tensor) -> Tensor:
        """The mean over the group."""
        return x.mean(-1, keepdim=True)

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return torch.nn.functional.one_hot(self.permutation(g), self.dim).to(dtype)
