"""Features of a frozen encoder, which is left exactly as it was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from homossl.data import AnyImages


class Encoder(Protocol):
    """A torch module x: (b c h w) -> z, with pose(z): (b c g), features averaged over space, group axis last."""

    def __call__(self, x: Tensor, /) -> Any:
        """A batch of images to features z."""
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


def features(encoder: Encoder, images: AnyImages, pose: bool = True, batch_size: int = 512) -> Tensor:
    """Features for a probe, (n d): the pose kept, d = c g, or pooled over the group, d = c."""
    return read_out(poses(encoder, images, batch_size)[0], pose)


def read_out(p: Tensor, pose: bool) -> Tensor:
    """(n c g) -> (n (c g)) with the pose kept, or -> (n c), the mean over the group axis."""
    return p.flatten(1) if pose else p.mean(-1)


def poses(encoder: Encoder, images: AnyImages, batch_size: int = 512) -> tuple[Tensor, Tensor]:
    """Poses p: (n c g) and labels y: (n), on the CPU, of a frozen encoder."""
    (p,), y = read_all(encoder, images, lambda x: [encoder.pose(encoder(x))], batch_size)
    return p, y


def read_all(
    encoder: Encoder, images: AnyImages, read: Callable[[Tensor], Iterable[Tensor]], batch_size: int
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
