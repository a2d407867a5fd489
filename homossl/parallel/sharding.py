"""Weights of which every process keeps a part."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from homossl.lowering import LoweredConv
from homossl.parallel.world import answered, size


def shard(module: nn.Module, device: torch.device) -> None:
    """Cut each parameter into as many parts as there are processes, and keep one, with its gradient.

    The whole is there while the module runs, forward or backward, and after it gradients are averaged over processes:
    `average_gradients` leaves them alone. Torch's fully_shard.
    """
    from torch.distributed.device_mesh import init_device_mesh  # takes seconds to import
    from torch.distributed.fsdp import fully_shard

    for part in module.modules():
        if isinstance(part, LoweredConv):
            part.keeps = False  # weights come and go without its being told
    fully_shard(module, mesh=init_device_mesh(device.type, (size(),)), reshard_after_forward=True)


def is_sharded(x: Any) -> bool:
    """Whether a tensor is one of several parts."""
    return hasattr(x, "full_tensor")


def whole(x: Tensor) -> Tensor:
    """The whole of a tensor, in all processes, each of which must ask."""
    if not is_sharded(x):
        return x
    with answered():
        return x.full_tensor()  # type: ignore[attr-defined]


def cut_like(held: Tensor, x: Tensor) -> Tensor:
    """A whole tensor x, known to all processes, cut as another one is."""
    if not is_sharded(held):
        return x
    from torch.distributed.tensor import distribute_tensor

    mesh, placements = held.device_mesh, held.placements  # type: ignore[attr-defined]
    return distribute_tensor(x.to(held.device), mesh, placements, src_data_rank=None)
