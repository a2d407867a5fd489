"""Optimiser specs. Biases and the parameters of norms are neither decayed nor adapted, as in SimCLR and BYOL."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Optimiser(ABC):
    """What turns .grad into new weights."""

    lr: float
    """Peak learning rate."""

    @abstractmethod
    def build(self, module: nn.Module) -> torch.optim.Optimizer:
        """The torch optimiser of the parameters of `module` that require a gradient."""


@dataclass(frozen=True)
class AdamW(Optimiser):
    """Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2)."""

    lr: float = 1e-3
    """Peak learning rate."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Decay rates of the two moments."""
    eps: float = 1e-8
    """Added to the root of the second moment."""
    weight_decay: float = 1e-4
    """Weight decay."""

    def build(self, module: nn.Module) -> torch.optim.Optimizer:
        """The torch optimiser of the parameters of `module` that require a gradient."""
        weights, plain = split(module)
        groups = [{"params": weights, "weight_decay": self.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        return torch.optim.AdamW(_nonempty(groups), lr=self.lr, betas=self.betas, eps=self.eps)


@dataclass(frozen=True)
class SGD(Optimiser):
    """Stochastic gradient descent with momentum."""

    lr: float = 0.05
    """Peak learning rate."""
    momentum: float = 0.9
    """Momentum."""
    weight_decay: float = 1e-4
    """Weight decay."""
    nesterov: bool = False
    """Whether the momentum is Nesterov's."""

    def build(self, module: nn.Module) -> torch.optim.Optimizer:
        """The torch optimiser of the parameters of `module` that require a gradient."""
        weights, plain = split(module)
        groups = [{"params": weights, "weight_decay": self.weight_decay}, {"params": plain, "weight_decay": 0.0}]
        return torch.optim.SGD(_nonempty(groups), lr=self.lr, momentum=self.momentum, nesterov=self.nesterov)


@dataclass(frozen=True)
class LARS(Optimiser):
    """Layer-wise adaptive rates, for large batches (You et al., arXiv 1708.03888); see `LARSOptimizer`."""

    lr: float = 0.3
    """Peak learning rate."""
    momentum: float = 0.9
    """Momentum."""
    weight_decay: float = 1e-6
    """Weight decay."""
    trust: float = 1e-3
    """Size of a step, as a fraction of the norm of the weight, when lr is 1."""

    def build(self, module: nn.Module) -> torch.optim.Optimizer:
        """The torch optimiser of the parameters of `module` that require a gradient."""
        weights, plain = split(module)
        adapted = {"params": weights, "weight_decay": self.weight_decay, "trust": self.trust}
        groups = [adapted, {"params": plain, "weight_decay": 0.0, "trust": None}]
        return LARSOptimizer(_nonempty(groups), lr=self.lr, momentum=self.momentum)


class LARSOptimizer(torch.optim.Optimizer):
    r"""Momentum descent in which each weight w moves by a fraction of its own norm (arXiv 1708.03888, algorithm 1).

    $u = \nabla + \beta w, \quad v \leftarrow m v + \eta \, (\tau |w| / |u|) \, u, \quad w \leftarrow w - v$;
    the factor in brackets is 1 where `trust` is None or a norm is zero (as in SimCLR and BYOL, u is what is normed).
    """

    def __init__(self, params: Iterable[dict[str, Any]], lr: float, momentum: float):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": 0.0, "trust": None})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._move(weight, group)

    def _move(self, weight: Tensor, group: dict[str, Any]) -> None:
        state = self.state[weight]
        if not state:
            state["velocity"] = torch.zeros_like(weight)
        update = weight.grad + group["weight_decay"] * weight
        if group["trust"] is not None:
            update = update * trust_ratio(weight, update, group["trust"])
        state["velocity"].mul_(group["momentum"]).add_(group["lr"] * update)
        weight.sub_(state["velocity"])


def trust_ratio(weight: Tensor, update: Tensor, trust: float) -> Tensor:
    r"""$\tau |w| / |u|$, or 1 where either norm is zero."""
    w, u = weight.norm(), update.norm()
    return torch.where((w > 0) & (u > 0), trust * w / u, torch.ones_like(w))


def split(module: nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """The trainable parameters of `module`: (weights, biases and norm parameters).

    Steerable layers keep their weights as vectors, so the number of axes does not tell; a bias is told by its name
    and the parameters of a norm by the class of their module.
    """
    weights, plain, seen = [], [], set()
    for owner in module.modules():
        for name, parameter in owner.named_parameters(recurse=False):
            if parameter.requires_grad and parameter not in seen:
                seen.add(parameter)
                (plain if is_plain(owner, name) else weights).append(parameter)
    return weights, plain


def is_plain(owner: nn.Module, name: str) -> bool:
    """Whether parameter `name` of the module `owner` is a bias or belongs to a norm."""
    return name.endswith("bias") or "norm" in type(owner).__name__.lower()


def _nonempty(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not (kept := [group for group in groups if group["params"]]):
        raise ValueError("nothing to optimise: no parameter requires a gradient")
    return kept
