"""A small network, and target propagation in it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from homossl.credit import DifferenceTargetPropagation
from homossl.credit.inverse_learning import Inverses, untouched
from homossl.types import Loss

Rule = DifferenceTargetPropagation


def noise(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


X = noise(6, 2, 8, 8)


def layer(before: int, after: int, norm: bool) -> nn.Module:
    batch_norm = [nn.BatchNorm2d(after)] * norm
    return nn.Sequential(nn.Conv2d(before, after, 3, padding=1), *batch_norm, nn.MaxPool2d(2), nn.Tanh())


def stages(norm: bool = False) -> nn.ModuleList:
    torch.manual_seed(0)
    return nn.ModuleList([layer(2, 4, norm), layer(4, 6, norm), layer(6, 8, norm)]).double()


def loss_at(k: int, h: Tensor) -> Loss:
    return Loss((h - 0.3).square().mean() * (k + 1), {"size": h.detach().abs().mean()})


def built(rule: Rule, net: nn.ModuleList, x: Tensor = X) -> Inverses:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return rule.build(net, nn.Identity(), x[:1])


def assign(rule: Any, net: nn.ModuleList, state: nn.Module | None = None, x: Tensor = X, **options: Any) -> Loss:
    state = state or (built(rule, net, x) if isinstance(rule, Rule) else None)
    return rule.assign(net, x, loss_at, state=state, **options)


def gradients(net: nn.Module) -> list[Tensor]:
    return [p.grad.clone() for p in net.parameters() if p.grad is not None]


def weights(module: nn.Module) -> list[Tensor]:
    return [p.detach().clone() for p in module.parameters()]


def equal(one: list[Tensor], other: list[Tensor]) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


def hidden(net: nn.ModuleList, x: Tensor = X) -> list[Tensor]:
    found = []
    for stage in net:
        x = untouched(stage, x)
        found.append(x)
    return found


def buffers(net: nn.Module) -> list[Tensor]:
    return [b.clone() for b in net.buffers()]
