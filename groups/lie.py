"""Lie groups: exp and log."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, Unpack

import torch
from torch import Tensor

from groups.element import Element
from groups.group import Group
from groups.sampling import Radius, Sampling, placed


@dataclass(frozen=True)
class LieGroup(Group):
    """A Lie group with exp: R^algebra_dim -> G and log, its inverse near the identity."""

    @property
    def algebra_dim(self) -> int:
        return self.param_dim

    @abstractmethod
    def _exp(self, v: Tensor) -> Tensor: ...

    @abstractmethod
    def _log(self, p: Tensor) -> Tensor: ...

    def exp(self, v: Tensor) -> Element:
        """The exponential of algebra vectors v: (*batch algebra_dim)."""
        if v.shape[-1] != self.algebra_dim:
            raise ValueError(f"the algebra of {self} has dimension {self.algebra_dim}, got vectors {tuple(v.shape)}")
        return Element(self, self._exp(v))

    def log(self, a: Element) -> Tensor:
        """The principal logarithm, (*batch algebra_dim), exp(log a) = a."""
        self._check(a)
        return self._log(a.params)

    def _norm(self, p: Tensor) -> Tensor:
        return self._log(p).norm(dim=-1)

    def sample(self, *shape: int, **draw: Unpack[Sampling]) -> Element:
        return self.exp(torch.randn((*shape, self.algebra_dim), **placed(draw)))

    def ball(self, radius: Radius, *shape: int, **draw: Unpack[Sampling]) -> Element:
        if isinstance(radius, tuple):
            return self.exp(_in_box(self, radius, shape, **placed(draw)))
        direction = torch.randn((*shape, self.algebra_dim), **placed(draw))
        length = radius * torch.rand((*shape, 1), **placed(draw)) ** (1 / self.algebra_dim)
        return self.exp(length * direction / direction.norm(dim=-1, keepdim=True))


def wrap(angle: Tensor) -> Tensor:
    """The same angle in [-pi, pi], in radians; small angles keep every digit."""
    return angle - 2 * math.pi * torch.round(angle / (2 * math.pi))


def _in_box(group: Group, radius: tuple[Any, ...], shape: tuple[int, ...], **place: Any) -> Tensor:
    if len(radius) != group.algebra_dim:
        raise ValueError(f"a ball of {group} has one radius or {group.algebra_dim} of them, got {radius}")
    box = 2 * torch.rand((*shape, len(radius)), **place) - 1
    return box * torch.as_tensor(radius, device=box.device, dtype=box.dtype)
