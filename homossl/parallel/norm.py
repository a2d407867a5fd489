"""Batch normalisation over the batches of all processes, on any device."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from homossl.layers import LocalNorm
from homossl.lowering import FieldNorm
from homossl.parallel.gather import average
from homossl.parallel.world import size


def synchronise(module: nn.Module) -> None:
    """Let every batch norm within take its statistics from the batches of all processes; nothing where there is one.

    Parameters, buffers and their names stay what they are, so that state dicts go both ways. Torch's SyncBatchNorm,
    which runs on CUDA only, is left alone.

    Raises:
        ValueError: there is a norm of another kind, or the module itself is one.
    """
    norms = {name: norm for name, part in module.named_modules() if (norm := _synchronised(name, part))}
    for name, norm in norms.items() if size() > 1 else ():
        parent, _, last = name.rpartition(".")
        module.get_submodule(parent).register_module(last, norm)


def _synchronised(name: str, part: nn.Module) -> SynchronisedNorm | None:
    """What takes the place of a norm; None where the part is none, or is synchronised already."""
    match part:
        case SynchronisedNorm() | nn.SyncBatchNorm():
            return None
        case FieldNorm() if name:
            return SynchronisedNorm(part, part.order)
        case LocalNorm() if name:
            return SynchronisedNorm(part, part.order, constant=True)
        case nn.BatchNorm2d() if name:
            return SynchronisedNorm(part)
    if isinstance(part, _BatchNorm) or any(key.endswith("running_var") for key, _ in part.named_buffers(recurse=False)):
        kinds = "those of FieldNorm, LocalNorm and BatchNorm2d within a module"
        raise ValueError(f"batch statistics that processes can share are {kinds}, got {type(part).__name__} {name!r}")
    return None


class SynchronisedNorm(FieldNorm):
    """y = w (x - mean) / sqrt(var + eps) + b, with mean and var of every process's x: (b (k g) h w), for each k.

    Each process has as many samples: mean is the mean of theirs, and var + mean^2 that of var_r + mean_r^2, added in
    float64, as their difference may be small. Both are differentiable, unless statistics are `constant`.
    """

    local = False

    def __init__(self, norm: _BatchNorm, order: int = 1, constant: bool = False) -> None:
        super().__init__(norm, order)
        self.constant = constant

    def moments(self, x: Tensor) -> tuple[Tensor, Tensor, int | Tensor]:
        with torch.set_grad_enabled(torch.is_grad_enabled() and not self.constant):
            mean, var, count = super().moments(x)
            wide, spread = mean.double(), var.double()
            first, second = average(torch.stack([wide, spread + wide.square()]))
            return first.to(mean.dtype), (second - first.square()).to(var.dtype), count * size()
