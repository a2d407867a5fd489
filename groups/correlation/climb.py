"""Newton's method, uphill, on functions on a Lie group."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from groups.correlation.spectrum import Jet, Spectrum
from groups.element import Element

STEPS = 30
"""Of Newton's method at the most; a handful is the rule."""
SMALL = 1e-5
"""The length of a step that is not worth cutting further."""


def climb(s: Spectrum, g: Element) -> tuple[Element, Tensor]:
    """The maximum of s next to each g, and its value, (*batch) each: Newton's steps, cut until they go uphill."""
    group: Any = s.group
    batch = torch.broadcast_shapes(g.shape, s.coefficients.shape[:-1])
    p, jet = g.params.expand(*batch, g.params.shape[-1]), s.jet(g.expand(*batch))
    radius = torch.full_like(jet.value, 1 / max(1, s.degree))
    for _ in range(STEPS):
        step = _uphill(jet, radius)
        there = group.exp(step) @ Element(group, p)
        then = s.jet(there)
        rises = then.value > jet.value
        if not (rises | (step.norm(dim=-1) > SMALL)).any():
            break
        p, jet = torch.where(rises[..., None], there.params, p), _chosen(rises, then, jet)
        radius = torch.where(rises, radius, step.norm(dim=-1) / 4)
    return Element(group, p), jet.value


def _uphill(jet: Jet, radius: Tensor) -> Tensor:
    """-H^-1 grad with the curvatures made negative, and no longer than a radius."""
    curvature, axes = torch.linalg.eigh(jet.hessian)
    size = curvature.abs().clamp_min(1e-6 * curvature.abs().amax(-1, keepdim=True) + 1e-30)
    step = (axes @ ((axes.mT @ jet.gradient[..., None]) / size[..., None]))[..., 0]
    return step * (radius / step.norm(dim=-1).clamp_min(1e-30)).clamp_max(1.0)[..., None]


def _chosen(where: Tensor, new: Jet, old: Jet) -> Jet:
    return Jet(
        torch.where(where, new.value, old.value),
        torch.where(where[..., None], new.gradient, old.gradient),
        torch.where(where[..., None, None], new.hessian, old.hessian),
    )
