"""What all arms of a benchmark share: the network, the batch and the device."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import torch
import tyro

from groups import Cyclic
from homossl.encoders import CNN, ResNet18
from homossl.encoders.architecture import ImageArchitecture
from homossl.train import Hardware
from homossl.train.bounds import at_least
from homossl.train.processes import build_fabric
from homossl.train.recipe import Precision

if TYPE_CHECKING:
    from lightning_fabric import Fabric

ArchitectureName = Literal["cnn", "resnet18"]
CHANNELS = 3
FORMATS = {
    "32-true": torch.float32,
    "64-true": torch.float64,
    "16-mixed": torch.float16,
    "bf16-mixed": torch.bfloat16,
}
"""The number format of the arithmetic, by precision."""


@dataclass(frozen=True)
class Setting:
    """The network, the batch and the device that all arms share.

    Raises:
        ValueError: a number is out of bounds, the width is no whole number of regular fields, or strides break turns on
            a grid of that size.
    """

    device: str = "auto"
    """auto, cpu, cuda, cuda:1, ..."""
    precision: Precision = "32-true"
    """Number format of weights and arithmetic; mixed ones keep float32 weights."""
    architecture: ArchitectureName = "cnn"
    """Three layers of width, 2 width and 4 width channels, or the ResNet-18 form."""
    order: int = 8
    """Order of the group of turns C_n."""
    width: int = 32
    """Channels of the first stage, of every network: width / order regular fields where it is steerable."""
    size: int = 33
    """Pixels along each side of the images."""
    batch: int = 32
    """Images in a batch."""
    threads: int | None = 1
    """CPU threads, None for torch's choice; several wait for each other whenever another program takes a core."""
    processes: Annotated[int, tyro.conf.Suppress] = 1
    """Processes that share out every batch, in a sweep over them."""

    def __post_init__(self) -> None:
        at_least(1, width=self.width, size=self.size, threads=self.threads, processes=self.processes)
        at_least(2, order=self.order, batch=self.batch)
        for name, known in (("architecture", get_args(ArchitectureName)), ("precision", get_args(Precision))):
            if getattr(self, name) not in known:
                raise ValueError(f"{name}: expected one of {', '.join(known)}, got {getattr(self, name)!r}")
        if self.batch % self.processes:
            raise ValueError(f"{self.processes} processes share out batches of a multiple of that, got {self.batch}")
        if self.width % self.order:
            near = self.order * max(1, round(self.width / self.order))
            raise ValueError(f"width must be a multiple of the order {self.order}, such as {near}, got {self.width}")
        self.encoder.check_grid(self.group, self.size)

    @property
    def group(self) -> Cyclic:
        """The turns for which encoders are steerable."""
        return Cyclic(self.order)

    @property
    def encoder(self) -> ImageArchitecture:
        """The architecture at this width."""
        if self.architecture == "resnet18":
            return ResNet18(width=self.width)
        return CNN(fields=tuple(self.width // self.order * m for m in (1, 2, 4)), steps=(1, 2, 2))

    @property
    def cells(self) -> int:
        """Cells along each side of the last feature field."""
        return (self.size - 1) // math.prod(self.encoder.strides) + 1

    @property
    def shape(self) -> tuple[int, int, int]:
        """(c h w) of an image."""
        return CHANNELS, self.size, self.size

    @property
    def hardware(self) -> Hardware:
        """What a recipe holds of it."""
        return Hardware(device=self.device, precision=self.precision, threads=self.threads, devices=self.processes)

    @property
    def format(self) -> torch.dtype:
        """The number format of the arithmetic."""
        return FORMATS[self.precision]

    @cached_property
    def fabric(self) -> Fabric:
        """lightning-fabric there.

        Raises:
            ValueError: the device or the precision is not available.
        """
        return build_fabric(self.hardware)

    @property
    def where(self) -> torch.device:
        """The device itself."""
        return self.fabric.device

    def images(self) -> torch.Tensor:
        """A batch of random images in [0, 1], (b c h w), of the format of the weights, on the device."""
        x = torch.rand(self.batch, *self.shape, generator=torch.Generator().manual_seed(0))
        return x.to(self.where, torch.float64 if self.precision == "64-true" else torch.float32)
