"""Deep InfoMax's local objective is InfoNCE of the summary of a feature field among places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from groups import Element, Group, Torus
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import Linear, PerMotion
from homossl.views import GlobalLocal, Motion
from proofs_check.claim import Case, Claim
from proofs_check.claims.cpc import CPC, SIDE
from proofs_check.examples import noise
from proofs_check.published import departure, surprise

CRITICS = {"bilinear critic": Linear(), "critic per place": PerMotion()}


@dataclass(frozen=True)
class Everyone(Motion):
    """The same place for every sample: g1 the identity, g2 given."""

    g: Element

    def draw(self, group: Group, n: int, rng: torch.Generator) -> Element:
        params = torch.stack([torch.zeros_like(self.g.params), self.g.params])
        return Element(group, params[:, None].expand(2, n, -1))


def critic(made: Learner, shift: Element) -> Tensor:
    """W of T(l, s) = l^T W s, at the place that a shift takes to the centre."""
    matrix, (rows, columns) = made.head.get_parameter("predictor.weight"), shift.params.tolist()
    return matrix if matrix.ndim == 2 else matrix[SIDE * rows + columns]


def formula(made: Learner, x: Tensor, g: Element, swapped: bool = False) -> Tensor:
    """Eq. 5 at the place that all samples share: -1/b sum_n [T(l_n, s_n) - log sum_m exp T(l_m, s_n)]."""
    field = made.encoder(x)
    row, column = (SIDE // 2 - g.params[1, 0]).remainder(SIDE).tolist()
    local, summary = field[:, :, row, column], field.mean((2, 3))
    scores = local @ critic(made, g[1, 0]) @ summary.T
    columns = scores if swapped else scores.T
    return torch.stack([surprise(column, n) for n, column in enumerate(columns)]).mean()


def residual(predictor: Linear | PerMotion, swapped: bool = False) -> float:
    """How far the learner's step is from the published one, in the mean over all places (eq. 6)."""
    group, views = Torus(SIDE, SIDE), GlobalLocal()
    objective = replace(CPC, predictor=predictor)
    made = build(group, CNN(fields=(3, 4), steps=(1, 1)), views, objective, shape=(1, SIDE, SIDE)).double()
    places = [replace(made.views, motion=Everyone(g)) for g in group.elements()]
    return departure(made, noise(6, 1, SIDE, SIDE), partial(formula, swapped=swapped), places)


claim = Claim(
    title="DIM(L) is a configuration",
    statement=(
        "GlobalLocal × InfoNCE(dot, left anchors, other side's candidates) × Backprop, in the mean over the M² places: "
        "L = −1/M² Σᵤ 1/b Σₙ [T(zₙ(u), sₙ) − log Σₘ exp T(zₘ(u), sₙ)], s = mean of z, T(l, s) = lᵀ W s."
    ),
    source="Hjelm et al. 2019 (arXiv 1808.06670), eq. 5 and 6",
    measured="the larger of |L − L'| / |L'| and |∇L − ∇L'| / |∇L'|, over encoder and critic",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, spec), partial(residual, spec, True), "one place among the summaries instead")
        for name, spec in CRITICS.items()
    ),
)
