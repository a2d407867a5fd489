"""Maps between groups, and actions seen through them: strides, restrictions, quotients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    target: Group
    map: Callable[[Element], Element]

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
class PulledAction(Action):
    """An action of phi.target seen as one of phi.source: g x = phi(g) x."""

    inner: Action
    phi: Homomorphism

    def __post_init__(self) -> None:
        _require_match(self.inner, self.phi)

    @property
    def group(self) -> Group:
        return self.phi.source

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


@dataclass(frozen=True)
class PulledRepresentation(Representation):
    """A representation of phi.target seen as one of phi.source: (phi* rho)(g) = rho(phi(g))."""

    inner: Representation
    phi: Homomorphism

    def __post_init__(self) -> None:
        _require_match(self.inner, self.phi)

    @property
    def group(self) -> Group:
        return self.phi.source

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


def _require_match(action: Action, phi: Homomorphism) -> None:
    if phi.target != action.group:
        raise TypeError(f"an action of {action.group} cannot be pulled back along a map to {phi.target}")
