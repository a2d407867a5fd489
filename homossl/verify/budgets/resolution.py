"""Error budgets on finer and finer grids: what falls with the grid is the grid's, what stays is the model's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import nn

from groups import Element, FieldAction
from homossl.verify.budgets.budget import Budget, budget
from homossl.verify.budgets.spectral import band_limited


def budgets_by_resolution(
    model: nn.Module,
    source: FieldAction,
    target: FieldAction,
    g: Element,
    *,
    sizes: Sequence[int] = (17, 33, 65),
    n: int = 2,
    band: float = 8.0,
    seed: int = 0,
    refinement: int = 4,
) -> tuple[Budget, ...]:
    """Budgets of the same weights on the same n fields of a band, sampled on finer and finer grids.

    The filters keep their pixels, so that they, too, get smaller against the field.
    """
    inputs = [band_limited(source, n, size, band, torch.Generator().manual_seed(seed)) for size in sizes]
    return tuple(budget(model, source, target, x, g, refinement=refinement) for x in inputs)


def rates(budgets: Sequence[Budget]) -> dict[str, tuple[float, ...]]:
    """How often each part halves from one budget to the next: log2 |V| - log2 |V'|, 2 for an error of second order."""
    norms = {name: [budget.norms[name] for budget in budgets] for name in budgets[0].norms}
    return {name: tuple(_halvings(a, b) for a, b in pairwise(v)) for name, v in norms.items()}


def _halvings(a: float, b: float) -> float:
    return math.log2(a / b) if a and b else math.nan
