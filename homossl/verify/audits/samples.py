"""Features of every layer for moved images, read at the same places: what a representation is fitted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor, nn

from groups import Action, Element
from homossl.evaluate import frozen
from homossl.verify.audits.layers import tapped
from homossl.verify.audits.readings import Reading, reading

CHUNK = 16
"""Images that pass through the model at a time."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Features of one layer at p places u for b images and n elements g, on the CPU, (n b p d) each.

    >>> Samples(*torch.arange(4.0).reshape(1, 1, 4, 1, 1).expand(5, 1, 4, 1, 1)).halves()[1].after.flatten().tolist()
    [1.0, 3.0]
    """

    after: Tensor
    """h(g x)(u)."""
    moved: Tensor
    """h(x)(g^-1 u)."""
    still: Tensor
    """h(x)(u); n = 1."""
    pooled: Tensor
    """The mean over the whole grid of h(g x); p = 1."""
    pooled_still: Tensor
    """The mean over the whole grid of h(x); n = p = 1."""

    def halves(self) -> tuple[Samples, Samples]:
        """Every other image, to fit on and to score on."""
        return self.map(lambda z: z[:, ::2]), self.map(lambda z: z[:, 1::2])

    def map(self, f: Callable[[Tensor], Tensor]) -> Samples:
        """The same function of every field."""
        return Samples(*[f(getattr(self, field.name)) for field in fields(self)])

    def shuffled(self, n: int, generator: torch.Generator) -> Samples:
        """The features of each image for the first n elements in an order of its own."""
        images = self.after.shape[1]
        order = torch.rand(n, images, generator=generator).argsort(0)
        return replace(self, after=self.after[order, torch.arange(images)])


def readings(
    model: nn.Module, source: Action, x: Tensor, g: Element, names: Sequence[str], generator: torch.Generator
) -> dict[str, Reading]:
    """How to read each layer that gives a batch of features for x: (b c h w) under elements g: (n).

    Raises:
        ValueError: the model does not take x.
    """
    with frozen(model), tapped(model, names) as outputs:  # type: ignore[arg-type]
        try:
            model(x[:2])
        except (RuntimeError, AssertionError) as error:
            raise ValueError(f"{type(model).__name__} does not take images {tuple(x.shape)}: {error}") from error
        batches = {name: outputs[name] for name in names if name in outputs and len(outputs[name]) == 2}
    return {name: reading(source, x, output, g, generator) for name, output in batches.items()}


def collect(
    model: nn.Module, source: Action, x: Tensor, g: Element, layers: Mapping[str, Reading]
) -> dict[str, Samples]:
    """The features of each layer for images x: (b c h w) moved by each g: (n).

    Images pass in chunks and only the places that are read are kept, so that memory does not grow with the grid.
    """
    with frozen(model), tapped(model, tuple(layers)) as outputs:  # type: ignore[arg-type]
        chunks = [_collect(model, source, part, g, layers, outputs) for part in x.split(CHUNK)]
    return {name: _join([chunk[name] for chunk in chunks]) for name in layers}


def _collect(
    model: nn.Module,
    source: Action,
    x: Tensor,
    g: Element,
    layers: Mapping[str, Reading],
    outputs: dict[str, Tensor],
) -> dict[str, Samples]:
    model(x)
    still, rows = dict(outputs), {name: [] for name in layers}
    for i in range(len(g)):
        model(source(g[i], x))
        for name, read in layers.items():
            after = outputs[name]
            rows[name].append((read(after), read.moved(g[i], still[name]), read.pooled(after)))
    return {name: _stack(rows[name], read, still[name]) for name, read in layers.items()}


def _stack(rows: list[tuple[Tensor, ...]], read: Reading, still: Tensor) -> Samples:
    after, moved, pooled = (torch.stack(part).cpu() for part in zip(*rows, strict=True))
    return Samples(after, moved, read(still)[None].cpu(), pooled, read.pooled(still)[None].cpu())


def _join(chunks: list[Samples]) -> Samples:
    return Samples(*[torch.cat([getattr(chunk, field.name) for chunk in chunks], dim=1) for field in fields(Samples)])
