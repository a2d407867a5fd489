"""Places a bounded distance apart are motions that are uniform, with a bounded relative pose."""

from __future__ import annotations

import math
from functools import partial

import torch
from torch import Tensor

from groups import Element
from proofs_check import base, laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.learners import SETTINGS, images, twins

LAMBDA = {"C4": math.pi / 2, "D4": math.pi / 2, "torus": math.sqrt(2), "p4": math.pi / 2}
"""Greatest distances, in radians, pixels, and both."""
ROUNDING = 1e-4
"""Distances are computed in float32."""


def expected_loss(views: Tensor, pairs: Tensor) -> Tensor:
    """The mean of |h(v_i) - h(v_j)|^2 over pairs (i, j) and samples, views: (n b d), pairs: (n n), h a random layer."""
    h = (views @ noise(views.shape[-1], 16)).tanh()
    distances = (h[:, None] - h[None]).square().sum(-1).mean(-1)
    return distances[pairs].mean()


def _seen_on_inputs(setting: str, g: Element) -> Tensor:
    """f(T_g x)(B) for every motion g, B the fibre at the centre: (n b d)."""
    encoder, x = twins(setting, "InfoNCE")[0].encoder.eval(), images(2).x
    moved = encoder(encoder.action_in(g[:, None], x).flatten(0, 1)).unflatten(0, (len(g), len(x)))
    centre = moved.shape[-1] // 2
    return moved[..., centre, centre]


def _read_at(setting: str, u: Element) -> Tensor:
    """f(x)(u B) at every place u: (n b d)."""
    encoder, x = twins(setting, "InfoNCE")[1].encoder.eval(), images(2).x
    z = encoder(x)
    points = base.base(encoder.action_out, z.shape[-1])
    values = base.read(z, base.embed(u, points)[:, None] @ base.window(points, size=1).reshape(-1))
    return values.permute(2, 0, 1, 3).flatten(2)


@torch.no_grad()
def residual(setting: str, clipped: bool = False) -> float:
    """The difference of the two expected losses, all draws enumerated."""
    g, radius = SETTINGS[setting][0].elements(), LAMBDA[setting] + ROUNDING  # type: ignore[attr-defined]
    near = g.group.norm(g) < radius
    relative = g.group.norm(g[:, None] @ ~g[None]) < radius
    on_inputs = expected_loss(_seen_on_inputs(setting, g), near[:, None] & near[None] if clipped else relative)
    on_features = expected_loss(_read_at(setting, g), g.group.distance(g[:, None], g[None]) < radius)
    return laws.relative_error(on_features, on_inputs).item()


claim = Claim(
    title="topographic distance is bounded relative pose",
    statement="Over all places with d(u₁, u₂) ≤ λ, the expected loss of H-SSL on f(x)(u₁ B), f(x)(u₂ B) is that of "
    "A-SSL on f(T_g₁ x)(B), f(T_g₂ x)(B) with g₂ uniform and relative pose |g₁ g₂⁻¹| ≤ λ. It is not that of "
    "augmentations clipped around the identity.",
    source="Keller, Suau & Zappella (arXiv 2211.08282) for the topographic distance; derived: with u = g⁻¹, d(u₁, u₂) "
    "= |u₁⁻¹ u₂| = |g₁ g₂⁻¹|, and u is uniform if and only if g is",
    measured="the relative difference of the two expectations, every pair of places and of motions enumerated; the "
    "loss is |h(a) − h(b)|² with a random layer h",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            setting,
            partial(residual, setting),
            partial(residual, setting, True),
            "both motions within λ of the identity",
        )
        for setting in SETTINGS
    ),
)
