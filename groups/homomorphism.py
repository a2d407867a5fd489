"""Maps between groups, and actions seen through them: strides, restrictions, quotients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from groups.action import Action
from groups.element import Element
from groups.group import Group
from groups.representation import Representation


@dataclass(frozen=True)
class Homomorphism:
    """A map phi: source -> target with phi(g h) = phi(g) phi(h).

    >>> from groups import Cyclic
    >>> half = Homomorphism(Cyclic(4), Cyclic(8), lambda g: Cyclic(8).element(2 * g.params))
    >>> half(Cyclic(4).element([3])).params.tolist()
    [6]

    Raises:
        TypeError: the element is not of the source, or the map does not land in the target.
    """

    source: Group
    """Where it starts."""
    target: Group
    """Where it lands."""
    map: Callable[[Element], Element] = field(repr=False)
    """What it does to a batch of elements of the source."""

    def __call__(self, g: Element) -> Element:
        if g.group != self.source:
            raise TypeError(f"a homomorphism from {self.source} was given an element of {g.group}")
        image = self.map(g)
        if image.group != self.target:
            raise TypeError(f"a homomorphism to {self.target} returned an element of {image.group}")
        return image

    def __matmul__(self, first: Homomorphism) -> Homomorphism:
        """(psi @ phi)(g) = psi(phi(g))."""
        return Homomorphism(first.source, self.target, lambda g: self(first(g)))


@dataclass(frozen=True)
class Pulled:
    """What pulled-back actions and representations share.

    Raises:
        TypeError: phi does not land in the group of the action.
    """

    inner: Any
    """The action of phi.target."""
    phi: Homomorphism
    """The map along which it is pulled back."""

    def __post_init__(self) -> None:
        if self.phi.target != self.inner.group:
            raise TypeError(f"an action of {self.inner.group} cannot be pulled back along a map to {self.phi.target}")

    @property
    def group(self) -> Group:
        """The source of phi."""
        return self.phi.source


@dataclass(frozen=True)
class PulledAction(Pulled, Action):
    """An action of phi.target seen as one of phi.source: g x = phi(g) x."""

    @property
    def event_dim(self) -> int:
        return self.inner.event_dim

    @property
    def exact(self) -> bool:
        return self.inner.exact

    @property
    def tolerance(self) -> float:
        return self.inner.tolerance

    def act(self, g: Element, x: Tensor) -> Tensor:
        return self.inner(self.phi(g), x)

    @property
    def natural(self) -> bool:
        return False

    def keeps_grid(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        return self.inner.keeps_grid(self.phi(g), shape)

    def seen(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        return self.inner.seen(self.phi(g), shape)

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        return self.inner.inputs(n, generator, size)

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.inner.readings(z)


@dataclass(frozen=True)
class PulledRepresentation(Pulled, Representation):
    """A representation of phi.target seen as one of phi.source: (phi* rho)(g) = rho(phi(g))."""

    @property
    def dim(self) -> int:
        return self.inner.dim

    @property
    def is_permutation(self) -> bool:
        return self.inner.is_permutation

    def permutation(self, g: Element) -> Tensor:
        return self.inner.permutation(self.phi(g))

    def _matrix(self, g: Element, dtype: torch.dtype) -> Tensor:
        return self.inner.matrix(self.phi(g), dtype=dtype)


def Pullback(action: Action, phi: Homomorphism) -> Action:
    """The action of phi.source in which g acts as phi(g); a representation stays a representation.

    Raises:
        TypeError: phi does not land in the group of the action.
    """
    if isinstance(action, Representation):
        return PulledRepresentation(action, phi)
    return PulledAction(action, phi)
