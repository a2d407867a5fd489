"""The distributions of cosine distances within and between classes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from homossl.evaluate.latent.classes import ClassSums

BINS = 80
SAMPLE = 2000
"""Latents among which all pairs are counted, drawn at random where there are more."""


@dataclass(frozen=True)
class Histogram:
    """Probability densities of the cosine distance, over bins of equal width from 0 to 2."""

    within: tuple[float, ...]
    """Of two latents of one class."""
    between: tuple[float, ...]
    """Of two latents of different classes."""

    @property
    def edges(self) -> list[float]:
        """The ends of the bins."""
        return torch.linspace(0, 2, len(self.within) + 1).tolist()


def cosine_histogram(classes: ClassSums, generator: torch.Generator | None = None) -> Histogram:
    """The densities over all pairs of latents, or of SAMPLE of them drawn from the generator."""
    n = len(classes.units)
    index = torch.randperm(n, generator=generator)[:SAMPLE].to(classes.units.device)
    units, members = classes.units[index], classes.members[index]
    i, j = torch.triu_indices(len(index), len(index), offset=1, device=units.device)
    distances, same = 1 - (units @ units.T)[i, j], members[i] == members[j]
    return Histogram(_density(distances[same]), _density(distances[~same]))


def _density(distances: Tensor) -> tuple[float, ...]:
    counts = torch.histc(distances.clamp(0, 2), BINS, 0, 2)
    return tuple((counts / counts.sum().clamp_min(1) * BINS / 2).tolist())
