"""Targets through exact inverses are the last target, taken back layer by layer."""

from __future__ import annotations

from functools import partial
from itertools import accumulate, product
from typing import Any

import torch
from torch import Tensor, nn

from homossl.credit import DifferenceTargetPropagation
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.invertible import MAPS, Exact, rotations

DEPTHS = (2, 5)
X = noise(3, 5, 4, 4)
RULE = DifferenceTargetPropagation(inverse=Exact(), inverse_steps=0)


@torch.no_grad()
def residual(act: str, depth: int, inverses_seed: int) -> float:
    """How far targets are from the last one taken back, relative to their distances from the hidden activities.

    The inverses are those of a network drawn from a seed; that of the network itself is 0.
    """
    stages: Any = rotations(act, depth)
    inverses = RULE.build(rotations(act, depth, seed=inverses_seed), nn.Identity(), X)
    hidden = list(accumulate(stages, lambda x, stage: stage(x), initial=X))[1:]
    told = RULE.targets(inverses, hidden, noise(*hidden[-1].shape, seed=1))
    taken_back = list(accumulate(reversed(stages[1:]), lambda z, stage: stage.undo(z), initial=told[-1]))[::-1]
    return max(map(_apart, told[:-1], taken_back[:-1], hidden[:-1]))


def _apart(told: Tensor, expected: Tensor, h: Tensor) -> float:
    return ((told - expected).norm() / (expected - h).norm()).item()


claim = Claim(
    title="Targets through exact inverses are layer-wise inverses of the last target",
    statement="If g_l(f_l(h)) = h for all l, difference target propagation gives ĥ_l = f_{l+1}⁻¹(… f_n⁻¹(ĥ_n)): "
    "ĥ_{l−1} = h_{l−1} − g_l(h_l) + g_l(ĥ_l), where g_l(h_l) = h_{l−1}. So f_l(ĥ_{l−1}) = ĥ_l.",
    source="derived: induction over layers; Lee et al., Difference target propagation (arXiv 1412.7525)",
    measured="the largest of |ĥ_l − f_{l+1}⁻¹(… f_n⁻¹(ĥ_n))| / |f_{l+1}⁻¹(… f_n⁻¹(ĥ_n)) − h_l| over l < n, for a "
    "random gradient at the top of n stages h -> act(Q h), Q a random rotation of the channels",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{act}, {depth} stages",
            partial(residual, act, depth, 0),
            partial(residual, act, depth, 1),
            "inverses of other rotations",
        )
        for act, depth in product(MAPS, DEPTHS)
    ),
)
