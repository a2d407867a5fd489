"""A permutation of the base points is invisible to single fibres drawn uniformly, and visible to windows and bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from homossl.structure import Structure
from homossl.types import Pairs
from homossl.views import Window
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.learners import OBJECTIVES, SETTINGS, images, twins

POINT = Window(1, fibre=1)
LAMBDA = {"C4": math.pi / 2, "D4": math.pi / 2, "torus": 1.0, "p4": math.pi / 2}
ROUNDING = 1e-4
"""Distances are computed in float32."""
PERMUTED: dict[str, Structure] = {
    "C4": "broken_order",
    "D4": "broken_order",
    "torus": "permuted_base",
    "p4": "permuted_base",
}
"""Turns alone reach only the fibre over a cell, so that there its points are permuted; the others reach everything."""


@torch.no_grad()
def views(setting: str, structure: Structure, window: Window) -> Tensor:
    """f(x)(g^-1 B) for every motion g and image x, (n b c k l)."""
    encoder, x = twins(setting, "InfoNCE", structure=structure)[1].encoder.eval(), images(2).x
    g = SETTINGS[setting][0].elements()[:, None]  # type: ignore[attr-defined]
    return window.read(encoder.action_out, g.expand(len(g), len(x)), encoder(x))


def of_pairs(setting: str, structure: Structure, window: Window, bounded: bool) -> Tensor:
    """|h(v_1) - h(v_2)|^2 of all pairs of views that are drawn, in order of size; h is a random layer."""
    seen, g = views(setting, structure, window).flatten(2), SETTINGS[setting][0].elements()  # type: ignore[attr-defined]
    h = (seen @ noise(seen.shape[-1], 16)).tanh()
    losses = (h[:, None] - h[None]).square().sum(-1)
    radius = LAMBDA[setting] + ROUNDING if bounded else math.inf
    return losses[g.group.norm(g[:, None] @ ~g) < radius].flatten().sort().values


@torch.no_grad()
def of_batches(setting: str, structure: Structure, window: Window, objective: str) -> Tensor:
    """The loss of an objective on a batch of two images, for all |G|^4 draws of its motions, in order of size."""
    seen, head = views(setting, structure, window), twins(setting, objective, window)[1].head
    draws = torch.cartesian_prod(*4 * [torch.arange(len(seen))]).unflatten(1, (2, 2))
    pairs = [Pairs(seen[left, [0, 1]], seen[right, [0, 1]]) for left, right in draws]
    return torch.stack([head(pair, pair).value for pair in pairs]).sort().values


def residual(losses: Callable[..., Tensor], setting: str, *drawn: Any) -> float:
    """The difference of the distributions of a loss, intact and permuted."""
    intact, permuted = (losses(setting, structure, *drawn) for structure in ("intact", PERMUTED[setting]))
    return laws.relative_error(permuted, intact).item()


def case(name: str, losses: Callable[..., Tensor], setting: str, free: tuple, seen: tuple, broken: str) -> Case:
    """Invisible to one way of drawing, seen by another."""
    return Case(name, partial(residual, losses, setting, *free), partial(residual, losses, setting, *seen), broken)


WIDE, BOUND = "windows of 3 x 3 cells", "the distance is bounded"
FREE = (POINT, False)
claim = Claim(
    title="a permuted base is invisible to single fibres",
    statement="Let σ permute the base points that motions reach. Features z(σ u) in the place of z(u) give the same "
    "distribution of losses over all draws, hence the same expected loss, when single base points are drawn "
    "uniformly; but not when windows of several points are compared, nor when the distance of the points is bounded. "
    "So an ablation needs both.",
    source="derived: g⁻¹ u₀ is uniform over the orbit of u₀, and so is σ(g⁻¹ u₀); windows and distances are not kept "
    "by σ",
    measured="the relative error of all losses in order of size, every draw enumerated: pairs of views of one image "
    "under |h(a) − h(b)|² with a random layer h, and batches of two images under the objectives (4⁴ draws for C4)",
    bound=1e-10,
    miss=1e-3,
    cases=(
        *[case(f"{s}, pairs, windows", of_pairs, s, FREE, (Window(3), False), WIDE) for s in SETTINGS],
        *[case(f"{s}, pairs, a bound", of_pairs, s, FREE, (POINT, True), BOUND) for s in SETTINGS],
        *[case(f"C4, {o}", of_batches, "C4", (POINT, o), (Window(3), o), WIDE) for o in OBJECTIVES],
    ),
)
