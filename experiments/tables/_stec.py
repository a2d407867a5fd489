"""What the tables of S-TEC share: a baseline, and the same with the inverse model."""

from __future__ import annotations

from dataclasses import replace

from experiments.stec_published import stec
from homossl.objectives import Objective
from homossl.targets import Shared, Target
from homossl.train import Recipe


def doubled(base: Recipe, baseline: Objective, target: Target | None = None) -> Recipe:
    """The baseline with the published weight of discrimination, 2."""
    return replace(base, objective=2.0 * baseline, target=target or Shared())


def with_copy(base: Recipe, baseline: Objective, size: int, weight: float, target: Target | None = None) -> Recipe:
    """The same plus the published inverse model, for images of size x size pixels."""
    return replace(base, objective=stec(baseline, size, weight), target=target or Shared())


def untrained(base: Recipe) -> Recipe:
    """Initial weights."""
    return replace(base, epochs=0)
