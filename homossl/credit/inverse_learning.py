"""Inverses of stages, and how they learn: by an Adam of their own, from noisy activities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call
from torch.optim.adam import adam

from homossl.credit.base import Stages
from homossl.credit.inverse import Inverse
from homossl.credit.streams import stream


class Inverses(nn.Module):
    """Inverses g_l of all stages but the first, with the state of their Adam, beta = (0.9, 0.999) and eps = 1e-8.

    The weights require no gradient, so that no other optimiser takes them, and the state is buffers: the moments (2 n)
    of all n weights, and the steps made. Checkpoints keep all of it.
    """

    def __init__(self, inverses: Sequence[nn.Module], seed: int = 0) -> None:
        super().__init__()
        self.seed = seed
        self.of_stages = nn.ModuleList(inverses).requires_grad_(False)
        flat = [torch.zeros_like(w).flatten() for w in self.of_stages.parameters()]
        self.register_buffer("moments", torch.stack(2 * [torch.cat(flat or [torch.zeros(0)])]))
        self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    def __iter__(self) -> Iterator[nn.Module]:
        return iter(self.of_stages)

    def check(self, stages: Stages) -> None:
        """Refuse a network of another number of stages.

        Raises:
            ValueError: it is one.
        """
        if len(stages) != len(self.of_stages) + 1:
            raise ValueError(f"the inverses were built for {len(self.of_stages) + 1} stages, got {len(stages)}")

    def learn(self, stages: Stages, hidden: Sequence[Tensor], sigma: float, lr: float, seed: int) -> list[Tensor]:
        """One step of Adam; the losses mean (g_l(f_l(h~)) - h~)^2 before it, h~ = h_{l-1} + sigma noise.

        The noise is a function of the seed, added to that of the run, and of how many steps came before. The stages
        stay as they are.
        """
        rng = stream(seed + self.seed, int(self.get_buffer("steps")), hidden[0].device)
        noisy = [h + sigma * torch.randn(h.shape, generator=rng, device=h.device, dtype=h.dtype) for h in hidden[:-1]]
        outputs = [untouched(stage, h) for stage, h in zip(list(stages)[1:], noisy, strict=True)]
        weights = list(self.of_stages.parameters())
        with learning(weights):
            losses = [F.mse_loss(g(z), h) for g, z, h in zip(self, outputs, noisy, strict=True)]
            gradients = torch.autograd.grad(sum(losses), weights) if weights else ()  # type: ignore[arg-type]
        self._adam(weights, gradients, lr)
        return [loss.detach() for loss in losses]

    @torch.no_grad()
    def _adam(self, weights: Sequence[Tensor], gradients: Sequence[Tensor], lr: float) -> None:
        count = self.get_buffer("steps")
        first, second = (views(moment, weights) for moment in self.get_buffer("moments"))
        counts = [count.float() for _ in weights]  # which Adam adds to
        options: Any = {"amsgrad": False, "maximize": False, "weight_decay": 0.0, "capturable": count.is_cuda}
        rates = {"lr": lr, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
        adam(list(weights), list(gradients), first, second, [], counts, **rates, **options)
        count += 1


def inverses_of(spec: Inverse, stages: Stages, x: Tensor) -> list[nn.Module]:
    """The inverses of all stages but the first, built by an example x of what enters that one.

    Raises:
        ValueError: a stage has no inverse of the kind, or one that gives another shape or has weights of the stage,
            naming the stage.
    """
    x, inverses = torch.cat([x, x]), []  # as batch statistics of one cell need two samples
    for i, stage in enumerate(stages):
        z = untouched(stage, x)
        inverses += [_inverse(spec, i, stage, x, z)] if i else []
        x = z
    return inverses


def _inverse(spec: Inverse, i: int, stage: nn.Module, x: Tensor, z: Tensor) -> nn.Module:
    try:
        inverse = spec.build(stage, x, z).to(x)
    except ValueError as error:
        raise ValueError(f"stage {i}: {error}") from error
    if (seen := untouched(inverse, z).shape) != x.shape:
        raise ValueError(f"stage {i}: its inverse must give {tuple(x.shape)} for {tuple(z.shape)}, got {tuple(seen)}")
    if {*inverse.parameters()} & {*stage.parameters()}:
        raise ValueError(f"stage {i}: its inverse must have weights of its own, got some of the stage's")
    return inverse


def views(flat: Tensor, shapes: Sequence[Tensor]) -> list[Tensor]:
    """Parts of a vector, (n), as views of these shapes one after the other."""
    parts = flat.split([like.numel() for like in shapes])
    return [part.view_as(like) for part, like in zip(parts, shapes, strict=True)]


@contextmanager
def learning(weights: Sequence[Tensor]) -> Iterator[None]:
    """Within, the weights require a gradient."""
    for weight in weights:
        weight.requires_grad_(True)
    try:
        yield
    finally:
        for weight in weights:
            weight.requires_grad_(False)


@torch.no_grad()
def untouched(stage: nn.Module, x: Tensor) -> Tensor:
    """What a stage makes of x, in the mode that it is in, without a graph; its batch statistics stay what they were."""
    return functional_call(stage, {name: buffer.clone() for name, buffer in stage.named_buffers()}, (x,))
