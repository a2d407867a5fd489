"""A homomorphic encoder of a moved input gives, at each base point, what it gives of the input at the moved point."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch

from proofs_check import base, laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import sampled
from proofs_check.learners import BROKEN, SETTINGS, Twins, broken_twins, images, twins


@torch.no_grad()
def residual(make: Callable[..., Twins], setting: str) -> float:
    """The largest difference, over motions, of f(T_g x)(u) and f(x)(g^-1 u) at all base points u."""
    encoder, x = make(setting, "InfoNCE")[1].encoder.eval(), images(2).x
    z = encoder(x)
    points = base.base(encoder.action_out, z.shape[-1])
    u, errors = points.elements(), []
    for g in sampled(encoder.action_in.group, 8):
        moved = encoder(encoder.action_in(g, x))
        errors.append(laws.relative_error(base.read(moved, u), base.read(z, ~base.embed(g, points) @ u)))
    return torch.stack(errors).amax().item()


claim = Claim(
    title="a fibre of a moved input is another fibre of the input",
    statement="f(T_g x)(u) = f(x)(g⁻¹ u) for every base point u = (place, turn) of the feature field, with g⁻¹ u the "
    "product of the group: one pass of the encoder has seen every moved input.",
    source="Keller, Suau & Zappella (arXiv 2211.08282), fig. 1; Cohen & Welling (arXiv 1602.07576), § 4; in this form "
    "derived",
    measured="|f(T_g x)(u) − f(x)(g⁻¹ u)| / |f(x)(g⁻¹ u)| over all base points, the worst of eight motions; g⁻¹ u "
    "comes from the composition of elements alone, not from the action on fields",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(setting, partial(residual, twins, setting), partial(residual, broken_twins, setting), BROKEN[setting])
        for setting in SETTINGS
    ),
)
