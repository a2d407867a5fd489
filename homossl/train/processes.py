"""Which devices a run computes on, and with how many processes."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import torch
import torch.distributed as dist

from homossl.parallel import rank, shard, share, size, synchronise, told_by_first
from homossl.train.recipe import Hardware
from homossl.train.shards import ShardedViews, Shards

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from homossl.learner import Learner

PATIENCE = timedelta(minutes=10)
"""How long a process waits for the others before it takes them for lost."""


def as_launched(hardware: Hardware) -> Hardware:
    """The hardware with the numbers of devices and nodes that torchrun has started processes for.

    Raises:
        ValueError: other numbers were asked for.
    """
    if not (dist.is_available() and dist.is_torchelastic_launched()):
        return hardware
    devices, nodes = int(os.environ["LOCAL_WORLD_SIZE"]), int(os.environ["GROUP_WORLD_SIZE"])
    asked = hardware.devices, hardware.nodes
    if asked not in ((1, 1), (devices, nodes)):
        raise ValueError(f"torchrun started {devices} processes on {nodes} nodes, but (devices, nodes) are {asked}")
    return replace(hardware, devices=devices, nodes=nodes)


def build_fabric(hardware: Hardware) -> Fabric:
    """The devices at one precision; more than one have a process each, which `launch` starts.

    Raises:
        ValueError: if they are not available here.
    """
    from lightning_fabric import Fabric  # takes seconds to import, and a recipe is often only read
    from lightning_fabric.utilities.exceptions import MisconfigurationException

    if hardware.threads:
        torch.set_num_threads(hardware.threads)
    try:
        fabric = Fabric(**_placed(hardware), precision=hardware.precision)
    except (MisconfigurationException, RuntimeError, ValueError) as error:
        raise ValueError(f"device {hardware.device!r} at {hardware.precision} is not available: {error}") from None
    if (seen := fabric.strategy.precision.precision) != hardware.precision:
        raise ValueError(f"device {fabric.device} has no {hardware.precision}: use {seen} or 32-true")
    return fabric


def share_out(learner: Learner, shards: Shards, device: torch.device, sharded: bool) -> None:
    """Let a learner be one of several, each of which sees a part of every batch, or keeps a part of the weights too."""
    if shards.count > 1 or size() > 1:
        learner.views = ShardedViews(learner.views, shards)
    if size() == 1:
        return
    share(learner)
    encoders: list[Any] = [learner.encoder, learner.teacher.encoder]
    for encoder in filter(None, encoders):
        synchronise(encoder)
        for stage in encoder.stages if sharded else ():
            shard(stage, device)


def agree_on(step: int, device: torch.device) -> None:
    """Refuse to go on from another step than process 0.

    Raises:
        ValueError: the processes have not read the same checkpoint.
    """
    if step != (first := told_by_first(step, device)):
        seen = f"process {rank()} found step {step}, and process 0 step {first}"
        raise ValueError(f"the folder of a run must be the same for all processes, but {seen}")


def _placed(hardware: Hardware) -> dict[str, Any]:
    from lightning_fabric.strategies.ddp import DDPStrategy

    kind, _, index = hardware.device.partition(":")
    if hardware.processes == 1:
        return {"accelerator": kind, "devices": [int(index)] if index else 1}
    strategy = DDPStrategy(timeout=PATIENCE)  # starts processes and connects them; modules are not wrapped by it
    return {"accelerator": kind, "devices": hardware.devices, "num_nodes": hardware.nodes, "strategy": strategy}
