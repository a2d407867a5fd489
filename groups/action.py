"""What moves a tensor: a group action, or a mere transform."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor

from groups.element import Element
from groups.group import Group


class Action(ABC):
    """A left action on tensors, (g h) x = g (h x) and e x = x; x: (*batch *event), g: (*batch), batches broadcast.

    `event_dim` is the number of event axes. `exact` says that the law holds to rounding; otherwise the action
    interpolates, and its relative error on smooth input stays below `tolerance`.
    """

    @property
    def exact(self) -> bool:
        """Whether the law holds to rounding."""
        return True

    @property
    def tolerance(self) -> float:
        """The relative error on smooth input."""
        return 1e-5

    @property
    def natural(self) -> bool:
        """Whether the group moves samples in space, as encoders of it declare; not in colour, nor as another group."""
        return True

    if TYPE_CHECKING:  # a field in some subclasses and a property in others

        @property
        def group(self) -> Group:
            """Whose action it is."""
            ...

        @property
        def event_dim(self) -> int:
            """How many trailing axes of x are moved as one."""
            ...

    @abstractmethod
    def act(self, g: Element, x: Tensor) -> Tensor:
        """The action on checked arguments."""

    def __call__(self, g: Element, x: Tensor) -> Tensor:
        """Move x by g.

        Raises:
            TypeError: g is an element of another group.
            ValueError: x has too few axes, or the batches of g and x do not broadcast.
        """
        self.check(g, x)
        return self.act(g, x)

    def keeps_grid(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        """For which elements g: (n) moving tensors (... *shape) interpolates nothing and loses nothing, (n) bool."""
        return torch.full(g.shape, self.exact, device=g.device)

    def seen(self, g: Element, shape: tuple[int, ...]) -> Tensor:
        """At which places u of tensors (... *shape) g^-1 u is known, (*batch *places) bool; the rest is truncated."""
        return torch.ones(*g.shape, 1, dtype=torch.bool, device=g.device)

    def inputs(self, n: int, generator: torch.Generator | None = None, size: int | None = None) -> Tensor:
        """Smooth random tensors to check the action on, (n *event) float64; of a grid, so many points along a side.

        Raises:
            TypeError: the shape of what is moved cannot be known.
        """
        raise TypeError(f"x is needed: the shape of what {self} moves is not known")

    def readings(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """What is read of latents z: (b *event): all of them but their place, (b d), and what no element moves, (b k).

        Raises:
            TypeError: no invariants are known.
        """
        raise TypeError(f"nothing invariant is known of latents that {self} moves")

    def scrambled(self, seed: int) -> Action:
        """The same action with fibres moved by what is no homomorphism: rho(e) = I, rho(g h) != rho(g) rho(h).

        Raises:
            ValueError: it moves no fibres.
        """
        raise ValueError(f"{self} moves no fibres, which could be moved otherwise")

    def check(self, g: Element, x: Tensor) -> None:
        """Refuse what cannot be moved, as a call does."""
        if not isinstance(g, Element):
            raise TypeError(f"{self} moves by elements, such as {self.group}.identity(), got {g!r}")
        if g.group != self.group:
            raise TypeError(f"{self} moves by elements of {self.group}, got one of {g.group}")
        if x.dim() < self.event_dim:
            raise ValueError(f"{self} moves tensors with {self.event_dim} event axes, got x of shape {tuple(x.shape)}")
        broadcast_batch(g.shape, x.shape[: x.dim() - self.event_dim])


class Transform(ABC):
    """A map of tensors that is not a group action: a crop, a blur, a clipped jitter.

    It has no inverse or does not compose, so it can augment inputs but has no image in feature space. A `photometric`
    one commutes with motions of the plane, so that it leaves known how they act on what it is applied to.
    """

    photometric: ClassVar[bool] = False

    @abstractmethod
    def __call__(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """A transformed copy of x: (b *event), drawn per sample."""


class PerSample(Transform):
    """A transform that draws before it is applied, and changes each sample by itself: a batch may be changed in parts.

    What is drawn depends on the number, shape, dtype and device of the samples, not on their values.
    """

    @abstractmethod
    def draw(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, ...]:
        """What the samples of x: (b *event) are changed by, (b ...) each; of a Hiding one first which are, (b) bool."""

    @abstractmethod
    def apply(self, x: Tensor, *drawn: Tensor) -> Tensor:
        """A transformed copy of x: (b *event)."""

    def __call__(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        return self.apply(x, *self.draw(x, generator))


class Hiding(Transform):
    """A transform of some samples, whose motion is then not to be learned from."""

    @abstractmethod
    def hide(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """A transformed copy of x: (b *event), drawn per sample, and which samples were transformed, (b) bool."""

    def __call__(self, x: Tensor, generator: torch.Generator | None = None) -> Tensor:
        return self.hide(x, generator)[0]


def broadcast_batch(g_shape: torch.Size, x_batch: torch.Size) -> torch.Size:
    """The common batch of elements and tensors.

    Raises:
        ValueError: they do not broadcast.
    """
    try:
        return torch.broadcast_shapes(g_shape, x_batch)
    except RuntimeError:
        message = (
            f"elements of batch {tuple(g_shape)} cannot move tensors of batch {tuple(x_batch)}: they do not broadcast"
        )
        raise ValueError(message) from None
