"""Features of a frozen encoder, which is left exactly as it was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from homossl.data import AnySamples


class Encoder(Protocol):
    """A torch module x: (b *event) -> z, with pose(z): (b c g), features averaged over space, group axis last.

    One that has `readings(z)` instead says by itself what is read with the pose kept (b d) and pooled away (b k).
    """

    def __call__(self, x: Tensor, /) -> Any:
        """A batch of samples to features z."""
        ...

    def pose(self, z: Any, /) -> Tensor:
        """Features averaged over space, (b c g)."""
        ...

    def modules(self) -> Iterator[nn.Module]:
        """The module itself, then all modules inside it, parents first."""
        ...

    def parameters(self) -> Iterator[nn.Parameter]:
        """All parameters."""
        ...

    def eval(self) -> Any:
        """Switch to evaluation mode."""
        ...


@dataclass(frozen=True, eq=False)
class Readings:
    """What was read of samples, on the CPU: features with the pose kept (n d) and pooled away (n k), labels (n)."""

    kept: Tensor
    pooled: Tensor
    y: Tensor

    def split(self, pose: bool) -> tuple[Tensor, Tensor]:
        """Features with the pose kept or pooled away, and labels."""
        return self.kept if pose else self.pooled, self.y


def features(encoder: Encoder, images: AnySamples, pose: bool = True, batch_size: int = 512) -> Tensor:
    """Features for a probe: with the pose kept, (n d), d = c g of regular fields, or pooled over the group, (n k)."""
    return readings(encoder, images, batch_size).split(pose)[0]


def readings(encoder: Encoder, images: AnySamples, batch_size: int = 512) -> Readings:
    """What is read of samples with a frozen encoder."""
    (kept, pooled), y = read_all(encoder, images, lambda x: read_of(encoder, encoder(x)), batch_size)
    return Readings(kept, pooled, y)


def read_of(encoder: Any, z: Tensor) -> tuple[Tensor, Tensor]:
    """Features z with the pose kept (b d), and pooled away (b k)."""
    if hasattr(encoder, "readings"):
        return encoder.readings(z)
    p = encoder.pose(z)
    return p.flatten(1), p.mean(-1)


def poses(encoder: Encoder, images: AnySamples, batch_size: int = 512) -> tuple[Tensor, Tensor]:
    """Poses p: (n c g) and labels y: (n), on the CPU, of a frozen encoder."""
    (p,), y = read_all(encoder, images, lambda x: [encoder.pose(encoder(x))], batch_size)
    return p, y


def read_all(
    encoder: Encoder, images: AnySamples, read: Callable[[Tensor], Iterable[Tensor]], batch_size: int
) -> tuple[list[Tensor], Tensor]:
    """Everything that is read of images, each (n ...), and labels y: (n), on the CPU, with an encoder frozen."""
    like, batches, y = any_weight(encoder), [], []
    with frozen(encoder):
        for batch in images.batches(torch.arange(len(images)).split(batch_size)):
            batches.append([z.cpu() for z in read(batch.still.to(like))])
            y.append(batch.y)
    return [torch.cat(parts) for parts in zip(*batches, strict=True)], torch.cat(y).cpu()


def any_weight(encoder: Encoder | nn.Module) -> Tensor:
    """A parameter of an encoder, whose number format and device its inputs take; a number on the CPU if it has none."""
    return next(encoder.parameters(), torch.empty(0))


@contextmanager
def frozen(encoder: Encoder) -> Iterator[None]:
    """Evaluation mode without gradients inside; afterwards every module is back in its own mode."""
    modes = [(module, module.training) for module in encoder.modules()]
    encoder.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        _restore(modes)


def _restore(modes: list[tuple[nn.Module, bool]]) -> None:
    # Through train(), not the attribute: steerable convolutions keep an expanded filter in evaluation mode.
    # Parents come first, so a child whose mode differs has the last word.
    for module, mode in modes:
        if module.training != mode:
            module.train(mode)
