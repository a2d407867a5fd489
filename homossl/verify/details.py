"""What a check adds to its residuals: irreps of the fibres, Lie derivatives, an error budget, an orbit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from groups import Action, Cyclic, Dihedral, Element, FieldAction, LieGroup, Representation
from groups.representation import direct_sum
from groups.sums import DirectSum
from homossl.encoders import Encoder, Stage
from homossl.report.orbit import Orbit
from homossl.report.text import aligned
from homossl.verify.budgets.budget import Budget, budget
from homossl.verify.budgets.resolution import budgets_by_resolution, rates
from homossl.verify.elements import MOST
from homossl.verify.lie_layers import Layer, LieReport, lie_by_layer
from homossl.verify.scores import LatentScores, latent_scores
from homossl.verify.truncation_table import TruncationTable, truncation_table

FEW = 2
"""Samples that a budget is made of."""


@dataclass(frozen=True, eq=False)
class Details:
    """What there is to say of a model beyond its residuals; what does not apply is empty."""

    latent: LatentScores | None = None
    """Whether the fibres of the target represent their group, and by which irreps, one of each kind of fibre."""
    lie: tuple[LieReport, ...] = ()
    """Lie derivatives, one for each generator of the algebra."""
    budget: Budget | None = None
    """What the residual is made of at the first element that interpolates."""
    by_resolution: tuple[Budget, ...] = ()
    """The same on finer and finer grids, of band-limited fields."""
    truncated: TruncationTable | None = None
    """What is cut off, where something is."""
    orbit: Orbit | None = field(default=None, repr=False)
    """The latents of the first sample as it is turned all the way round."""

    def to_dict(self) -> dict[str, Any]:
        """Every figure, ready for JSON."""
        return {
            "latent": self.latent and self.latent.to_dict(),
            "lie": [report.to_dict() for report in self.lie],
            "budget": self.budget and self.budget.to_dict(),
            "by resolution": [made.to_dict() for made in self.by_resolution],
            "truncation": self.truncated and self.truncated.to_dict(),
        }

    def tables(self) -> list[str]:
        """What there is, as plain text."""
        latent = [f"Fibres of the target\n{self.latent.table()}"] if self.latent else []
        lie = [f"Lie derivative, generator {i}\n{report.table()}" for i, report in enumerate(self.lie)]
        budgets = [self.budget.table()] if self.budget else []
        finer = [aligned(*resolution_table(self.by_resolution))] if self.by_resolution else []
        cut = [aligned(*self.truncated.table())] if self.truncated else []
        return [*latent, *lie, *budgets, *finer, *cut]


def details(
    model: nn.Module,
    source: Action,
    target: Action,
    x: Tensor,
    g: Element,
    interpolated: Tensor,
    resolutions: Sequence[int] = (),
) -> Details:
    """Everything that applies; g: (n), and for which of them the model interpolates, (n)."""
    made, finer = None, ()
    if interpolated.any() and isinstance(source, FieldAction) and isinstance(target, FieldAction):
        first = g[interpolated][0]
        made = budget(model, source, target, x[:FEW], first)
        finer = budgets_by_resolution(model, source, target, first, sizes=resolutions, n=FEW)
    cut = truncation_table(model, source, target, x, g)
    return Details(latent(target), lie(model, source, target, x), made, finer, cut, orbit(model, source, target, x[0]))


def resolution_table(budgets: Sequence[Budget]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A header and, for each part, its size on each grid and how often it halves from one grid to the next."""
    sizes = [f"{made.size[0]} px" for made in budgets]
    halved = rates(budgets)
    rows = [(name, *[f"{made.norms[name]:.2g}" for made in budgets], _listed(halved[name])) for name in halved]
    residual = ("residual", *[f"{made.total:.2g}" for made in budgets], "")
    return ("part, of |f(x)|", *sizes, "halvings"), [*rows, residual]


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values)


def latent(target: Action) -> LatentScores | None:
    """The scores of one fibre of each kind, where they represent a small finite group."""
    rho = target.fibre if isinstance(target, FieldAction) else target
    if not isinstance(rho, Representation) or rho.group.order is None or not 1 < rho.group.order <= MOST:
        return None
    kinds = dict.fromkeys(rho.terms if isinstance(rho, DirectSum) else (rho,))
    matrices = direct_sum(*kinds).matrix(rho.group.elements(), dtype=torch.float64)  # type: ignore[attr-defined]
    return latent_scores(matrices, rho.group)  # type: ignore[arg-type]


def lie(model: nn.Module, source: Action, target: Action, x: Tensor) -> tuple[LieReport, ...]:
    """The Lie derivative for every generator of the algebra, layer by layer for an Encoder."""
    if not isinstance(source.group, LieGroup):
        return ()
    layers: list[Layer] | Encoder = model if isinstance(model, Encoder) else [("model", model, source, target)]
    generators = torch.eye(source.group.algebra_dim, dtype=x.dtype, device=x.device)
    return tuple(lie_by_layer(layers, x, v) for v in generators)


def orbit(model: nn.Module, source: Action, target: Action, x: Tensor) -> Orbit | None:
    """The orbit of one image (c h w) in feature space, where turns act on both."""
    if not isinstance(source, FieldAction) or (turns := turns_of(source)) is None:
        return None
    whole = model if isinstance(model, Encoder) else Encoder([Stage(model, source, target)])
    return Orbit.of(whole, x, turns.to(x.device))


def turns_of(action: FieldAction) -> Element | None:
    """The turns of the plane in C_n and D_n, n > 2, in order of their angle."""
    if not isinstance(action.group, Cyclic | Dihedral) or action.group.n < 3:
        return None
    return action.group.elements()[: action.group.n]
