"""Where the targets of a loss come from: the same network, the same without gradient, or its slow average."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import nn

from homossl.types import Views


class Teacher(nn.Module):
    """The network behind the targets; this one has none of its own and hands the online views on."""

    def __init__(self, encoder: nn.Module | None = None, head: nn.Module | None = None) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head

    def pairs(self, online: Views, features_of: Callable[[nn.Module], Views]) -> Views:
        """The target views (b *event): online itself, or what features_of reads from the teacher's encoder."""
        return online

    def update(self, encoder: nn.Module, head: nn.Module, progress: float) -> None:
        """Follow the student, after its step; progress in [0, 1] is the share of training done."""


@dataclass(frozen=True)
class Target(ABC):
    """A policy for targets: hyper-parameters only, the weights live in the teacher it builds."""

    @abstractmethod
    def build(self, encoder: nn.Module, head: nn.Module) -> Teacher:
        """The teacher of a student made of encoder and head."""


@dataclass(frozen=True)
class Shared(Target):
    """The targets are the online views, and gradients reach them too (SimCLR, Barlow Twins, VICReg)."""

    def build(self, encoder: nn.Module, head: nn.Module) -> Teacher:
        """A teacher without weights."""
        return Teacher()


@dataclass(frozen=True)
class StopGradient(Target):
    """The targets are the online views, held constant.

    Source: Chen & He, Exploring simple Siamese representation learning (arXiv 2011.10566), eq. 3.
    """

    def build(self, encoder: nn.Module, head: nn.Module) -> Teacher:
        """A teacher without weights."""
        return DetachedTeacher()


class DetachedTeacher(Teacher):
    """Hands the online views on without gradient."""

    def pairs(self, online: Views, features_of: Callable[[nn.Module], Views]) -> Views:
        """Detached online views."""
        return online.detach()


@dataclass(frozen=True)
class EMA(Target):
    """The targets come from an exponential moving average of the student, xi <- m xi + (1 - m) theta.

    m rises from momentum to final over training, m(k) = final - (final - momentum) (1 + cos(pi k/K)) / 2.

    Raises:
        ValueError: momentum or final lies outside [0, 1].

    Source: Grill et al., Bootstrap your own latent (arXiv 2006.07733), section 3.2, with final = 1.
    """

    momentum: float = 0.996
    """m at the start of training."""
    final: float = 1.0
    """m at its end."""

    def __post_init__(self) -> None:
        for name in ("momentum", "final"):
            _check_unit(f"EMA.{name}", getattr(self, name))

    def momentum_at(self, progress: float) -> float:
        """m at a share of training in [0, 1].

        >>> EMA(momentum=0.5, final=1.0).momentum_at(0.5)
        0.75

        Raises:
            ValueError: progress lies outside [0, 1].
        """
        _check_unit("progress", progress)
        return self.final - (self.final - self.momentum) * (1 + math.cos(math.pi * progress)) / 2

    def build(self, encoder: nn.Module, head: nn.Module) -> Teacher:
        """A copy of the student that no gradient reaches."""
        return AveragedTeacher(self, deepcopy(encoder), deepcopy(head))


class AveragedTeacher(Teacher):
    """A slow copy of the student, frozen for the optimiser.

    Only parameters are averaged. Buffers are the teacher's own: in training its batch norms use, and accumulate, the
    statistics of its own passes, as BYOL's released code does.
    """

    encoder: nn.Module

    def __init__(self, spec: EMA, encoder: nn.Module, head: nn.Module) -> None:
        super().__init__(encoder, head)
        self.spec = spec
        self.requires_grad_(False)

    @torch.no_grad()
    def pairs(self, online: Views, features_of: Callable[[nn.Module], Views]) -> Views:
        """Views read from the averaged encoder."""
        return features_of(self.encoder)

    @torch.no_grad()
    def update(self, encoder: nn.Module, head: nn.Module, progress: float) -> None:
        """xi <- m xi + (1 - m) theta, m at this progress.

        Raises:
            ValueError: the student's parameters are not of the teacher's shapes; nothing is changed then.
        """
        rate = 1 - self.spec.momentum_at(progress)
        mine, theirs = list(self.parameters()), [*encoder.parameters(), *head.parameters()]
        _check_shapes(mine, theirs)
        for average, value in zip(mine, theirs, strict=True):
            average.lerp_(value, rate)


def _check_shapes(mine: list[nn.Parameter], theirs: list[nn.Parameter]) -> None:
    expected, seen = ([tuple(p.shape) for p in parameters] for parameters in (mine, theirs))
    if expected != seen:
        raise ValueError(f"the student must have the teacher's parameter shapes {expected}, got {seen}")


def _check_unit(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must lie in [0, 1], got {value}")
