"""The difference takes the error of an inverse off a target, up to second order in the step at the top."""

from __future__ import annotations

from functools import partial
from itertools import accumulate, product
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.autograd.functional import jvp

from homossl.credit import DifferenceTargetPropagation
from homossl.encoders import CNN
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.learners import SETTINGS, SIDE

ALPHAS = (2**-6, 2**-8, 2**-10)
DEPTHS = (2, 4)
Network = tuple[list[nn.Module], list[Tensor]]


@torch.no_grad()
def network(setting: str, depth: int) -> Network:
    """Inverses of the stages of an encoder but the first, as they are drawn, and what its stages give for noise."""
    group, _ = SETTINGS[setting]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        encoder = CNN(fields=(2,) * depth, steps=(1,) * depth).build(group, 1, SIDE).double()
        stages, x = cast(Any, encoder.stages), noise(4, 1, SIDE, SIDE)
        inverses = DifferenceTargetPropagation().build(stages, nn.Identity(), x)
    return list(inverses), list(accumulate(stages, lambda h, stage: stage(h), initial=x))[1:]


def first_order(inverses: list[nn.Module], hidden: list[Tensor], gradient: Tensor) -> list[Tensor]:
    """d_l = J_{l+1} ... J_n dL/dh_n for l = 1 ... n - 1, J_l the derivative of g_l at h_l."""
    directions = [gradient]
    for inverse, h in reversed(list(zip(inverses, hidden[1:], strict=True))):
        directions.append(cast(Tensor, jvp(inverse, h, directions[-1])[1]))
    return directions[:0:-1]


def errors(made: Network, difference: bool, alpha: float) -> Tensor:
    """|h_l^ - (h_l - alpha d_l)| for every stage but the last."""
    (inverses, hidden), rule = made, DifferenceTargetPropagation(alpha=alpha, difference=difference)
    gradient = noise(*hidden[-1].shape, seed=1)
    told, ways = rule.targets(inverses, hidden, gradient), first_order(inverses, hidden, gradient)
    return torch.stack([(t - h + alpha * d).norm() for t, h, d in zip(told[:-1], hidden[:-1], ways, strict=True)])


def residual(setting: str, depth: int, difference: bool) -> float:
    """How far the power of alpha with which errors fall is from two, at the worst stage."""
    made = network(setting, depth)
    logs = torch.stack([errors(made, difference, alpha) for alpha in ALPHAS]).log()
    x = torch.tensor(ALPHAS, dtype=torch.float64).log()
    centred = x - x.mean()
    return ((centred @ logs / (centred @ centred)) - 2).abs().amax().item()


claim = Claim(
    title="The difference corrects imperfect inverses to first order",
    statement="Whatever g_l is, ĥ_l = h_l − α J_{l+1} … J_n ∂L/∂h_n + O(α²), J_l the derivative of g_l at h_l: as α "
    "→ 0 the target is where the activity is. Without the difference ĥ_l tends to g_{l+1}(… g_n(h_n)), another place.",
    source="derived: Taylor's theorem for g_l(ĥ_l) − g_l(h_l), by induction over layers; Lee et al., Difference target "
    "propagation (arXiv 1412.7525)",
    measured="|p − 2| at the worst stage for the power p of α in |ĥ_l − h_l + α J_{l+1} … J_n ∂L/∂h_n|, by least "
    "squares over α = 2⁻⁶, 2⁻⁸, 2⁻¹⁰ in logarithms; steerable encoders of 2 and 4 stages, inverses as they are "
    "drawn, a random gradient. The bound allows for three steps",
    bound=0.1,
    miss=1.0,
    cases=tuple(
        Case(
            f"{setting}, {depth} stages",
            partial(residual, setting, depth, True),
            partial(residual, setting, depth, False),
            "targets without the difference",
        )
        for setting, depth in product(SETTINGS, DEPTHS)
    ),
)
