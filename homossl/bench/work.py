"""What a benchmark runs: arms of some kinds, each of which builds work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from torch import nn

from homossl.bench.setting import Setting

Step = Callable[[], object]


@dataclass(frozen=True)
class Work:
    """One step, which can be repeated, and what it gets done."""

    step: Step
    """Do it once; the device may still be at it afterwards."""
    images: int = 0
    """Images that go in."""
    pairs: int = 0
    """Pairs of views that the loss compares, or that come out."""
    counting: Step | None = None
    """The same operators run one by one, for counting; None where that would tell nothing."""
    flops: int | None = None
    """Floating-point operations, where they are known without counting."""
    moved: int | None = None
    """Bytes read and written, where they are known without counting."""
    module: nn.Module | None = None
    """What holds the gradients of the step before."""


@dataclass(frozen=True)
class Kind:
    """Arms of which the same is timed."""

    name: str
    title: str
    timed: str
    """What is timed."""
    references: tuple[str, ...]
    """Arms that every other one of the kind is divided by; the first is always measured."""


@dataclass(frozen=True)
class Arm:
    """One of the things that are set side by side."""

    name: str
    title: str
    kind: Kind
    build: Callable[[Setting], Work]
    needs: tuple[str, ...] = ()
    """Packages that it needs."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(package for package in self.needs if find_spec(package) is None)


ENCODER = Kind("encoder", "Encoder", "forward and backward pass of the encoder, one for each image", ("plain",))
TRAINING = Kind(
    "training",
    "Training step",
    "views, encoder, loss, backward pass and optimiser",
    ("assl-plain", "assl"),
)
VIEWS = Kind(
    "views",
    "Augmentation",
    "two views of each image: affine crop, flip, jitter, greyscale, drawn for each view",
    ("ours",),
)
DEVICE = Kind("device", "Device", "one large product of matrices, and one large copy", ("matmul",))
KINDS = {kind.name: kind for kind in (ENCODER, TRAINING, VIEWS)}
"""The kinds that can be chosen, by name."""
