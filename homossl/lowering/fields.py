"""Channels as fields of several kinds, in any order, without an index into them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor


@dataclass(frozen=True)
class Run:
    """Fields of one kind that lie side by side."""

    kind: Hashable
    """What is treated alike: a size, or the name of a representation."""
    count: int
    """How many fields."""
    size: int
    """Channels of each."""


@dataclass(frozen=True)
class Fields:
    """The fields of a type as runs of one kind each, (k1 s1) (k2 s2) ...

    >>> fields = Fields.of([("a", 2), ("b", 1), ("b", 1), ("a", 2)])
    >>> fields.sorted(torch.arange(6), dim=0)
    {'a': tensor([0, 1, 4, 5]), 'b': tensor([2, 3])}
    """

    runs: tuple[Run, ...]
    """The runs, in the order of the channels."""

    @classmethod
    def of(cls, kinds: Iterable[tuple[Hashable, int]]) -> Fields:
        """Fields of these (kind, size)."""
        runs = [(kind, size, len(list(group))) for (kind, size), group in groupby(kinds)]
        return cls(tuple(Run(kind, count, size) for kind, size, count in runs))

    @classmethod
    def by_size(cls, field_type: object) -> Fields:
        """The fields of an escnn type, alike where their sizes are."""
        return cls.of((r.size, r.size) for r in field_type.representations)  # type: ignore[attr-defined]

    @classmethod
    def by_name(cls, field_type: object) -> Fields:
        """The fields of an escnn type, alike where their representations are."""
        return cls.of((r.name, r.size) for r in field_type.representations)  # type: ignore[attr-defined]

    @property
    def sizes(self) -> dict[Hashable, int]:
        """Channels of a field of each kind, kinds in the order in which they appear."""
        return {run.kind: run.size for run in self.runs}

    def count(self, kind: Hashable) -> int:
        """How many fields of a kind."""
        return sum(run.count for run in self.runs if run.kind == kind)

    def channels(self, kind: Hashable) -> int:
        """How many channels the fields of a kind have."""
        return self.count(kind) * self.sizes[kind]

    def sorted(self, x: Tensor, dim: int = 1) -> dict[Hashable, Tensor]:
        """The channels of each kind, side by side."""
        if len(self.runs) == 1:
            return {self.runs[0].kind: x}
        parts = x.split([run.count * run.size for run in self.runs], dim)
        pairs = list(zip(self.runs, parts, strict=True))
        return {kind: _joined([part for run, part in pairs if run.kind == kind], dim) for kind in self.sizes}

    def restored(self, parts: dict[Hashable, Tensor], dim: int = 1, sizes: dict[Hashable, int] | None = None) -> Tensor:
        """The channels of each kind put back in order; fields of other sizes than before, if given."""
        if len(self.runs) == 1:
            return parts[self.runs[0].kind]
        sizes = sizes or self.sizes
        rest = {
            kind: iter(part.split([run.count * sizes[kind] for run in self.runs if run.kind == kind], dim))
            for kind, part in parts.items()
        }
        return _joined([next(rest[run.kind]) for run in self.runs], dim)

    def map(self, x: Tensor, function: Callable[[Hashable, Tensor], Tensor]) -> Tensor:
        """Fields (b k s h w) of each kind mapped to fields (b k t h w), (b c h w) -> (b d h w)."""
        fields = {kind: part.unflatten(1, (-1, self.sizes[kind])) for kind, part in self.sorted(x).items()}
        parts = {kind: function(kind, part) for kind, part in fields.items()}
        sizes = {kind: part.shape[2] for kind, part in parts.items()}
        return self.restored({kind: part.flatten(1, 2) for kind, part in parts.items()}, sizes=sizes)


def _joined(parts: Sequence[Tensor], dim: int) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(list(parts), dim)
