"""How a batch is dealt out to processes, and where each part of it draws its views from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from groups import Action, Element
from homossl.types import Batch, Draw
from homossl.views import ViewSource


@dataclass(frozen=True)
class Shards:
    """A batch in `count` equal parts, one after the other, for processes that take them in turn.

    A process reads count / processes parts. Where there are more processes than parts, processes / count of them read
    the same part, draw all of its views, and keep a share of them each.
    """

    count: int
    """Parts of a batch, each of which draws its views from a stream of its own."""
    processes: int = 1
    """Processes that train together; this number divides that of the parts, or is a multiple of it."""
    rank: int = 0
    """The number of this one."""

    @property
    def part(self) -> tuple[int, int]:
        """What this process reads of a batch, as `Loader.part`."""
        read = min(self.count, self.processes)
        return self.rank * read // self.processes, read

    @property
    def streams(self) -> range:
        """The numbers of the parts that this process reads."""
        index, read = self.part
        each = self.count // read
        return range(index * each, (index + 1) * each)

    @property
    def share(self) -> tuple[int, int]:
        """What this process keeps of the views that it draws, (index, number of shares)."""
        shares = self.processes // self.part[1]
        return self.rank % shares, shares


@dataclass(frozen=True)
class ShardedViews(ViewSource):
    """Views of a batch part by part; part number k draws from the stream whose seed is k more than that of part 0."""

    views: ViewSource
    """Where the views of each part come from."""
    shards: Shards
    """Which parts are drawn here."""

    def on(self, action: Action) -> ShardedViews:
        return replace(self, views=self.views.on(action))

    def example(self, shape: tuple[int, ...]) -> Batch:
        return self.views.example(shape)

    def draw(self, batch: Batch, rng: torch.Generator) -> Draw:
        streams = self.shards.streams
        parts = zip(_batches(batch, len(streams)), streams, strict=True)
        draws = [self.views.draw(part, _stream(rng, number)) for part, number in parts]
        return _share(_joined(draws), *self.shards.share)

    def pair(self, features: Tensor, draw: Draw, action: Action) -> Any:
        return self.views.pair(features, draw, action)


def _stream(rng: torch.Generator, number: int) -> torch.Generator:
    return torch.Generator(rng.device).manual_seed(rng.initial_seed() + number)


def _batches(batch: Batch, count: int) -> list[Batch]:
    return [batch.each(lambda x, i=index: x.chunk(count)[i]) for index in range(count)]


def _joined(draws: Sequence[Draw]) -> Draw:
    """Draws for several batches as one for all of them; x is (v b), so that they are joined within each v."""
    first = draws[0]
    x = torch.cat([_by_view(draw) for draw in draws], dim=1).flatten(0, 1)
    g = Element(first.g.group, torch.cat([draw.g.params for draw in draws], dim=-2))
    hidden = [draw.hidden for draw in draws if draw.hidden is not None]
    return Draw(x, g, torch.cat(hidden) if hidden else None)


def _share(draw: Draw, index: int, count: int) -> Draw:
    """One of count equal parts of the samples."""
    x = _by_view(draw).chunk(count, dim=1)[index].flatten(0, 1)
    g = Element(draw.g.group, draw.g.params.chunk(count, dim=-2)[index])
    return Draw(x, g, None if draw.hidden is None else draw.hidden.chunk(count)[index])


def _by_view(draw: Draw) -> Tensor:
    """x: (v b *event) as (v b *event) in two axes."""
    return draw.x.unflatten(0, (-1, draw.g.shape[-1]))
