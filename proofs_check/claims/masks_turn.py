"""The mask of a turned image is the turned mask."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any, Literal

import torch

from groups import Cyclic, Dihedral, SemidirectProduct, Torus, image_action
from groups.laws import equivariance
from homossl.data import DigitScenes, SceneBatch
from homossl.encoders import CNN
from homossl.transfer import Segmentation, backbone_of
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise, sampled

Broken = Literal["nothing", "decoder with free weights", "untied filters"]
STEPS, IMAGES, CLASSES = 3, 3, ("a", "b")
STRIDES, SHIFTS = CNN(fields=(1, 2, 2), steps=(1, 2, 2)), CNN(fields=(1, 2), steps=(1, 1))
SETTINGS: dict[str, tuple[Any, CNN, int]] = {
    "C4, 17 x 17": (Cyclic(4), STRIDES, 17),
    "C4, 33 x 33": (Cyclic(4), STRIDES, 33),
    "D4, 17 x 17": (Dihedral(4), STRIDES, 17),
    "p4, 5 x 5": (SemidirectProduct(Torus(5, 5), Cyclic(4)), SHIFTS, 5),
}


def segmenter(setting: str, task: Segmentation, structure: Literal["steerable", "plain"]) -> Any:
    """The model of a task for images of a setting, fresh and in float64."""
    group, architecture, side = SETTINGS[setting]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        encoder = replace(architecture, structure=structure).build(group, 1, side)
        return task.build(backbone_of(encoder, (1, side, side)), CLASSES, side).double()


def trained(setting: str, broken: Broken) -> Any:
    """A segmenter, its backbone included, after some steps towards masks of noise."""
    task = Segmentation(data=DigitScenes(), head="fcn" if broken == "decoder with free weights" else "equivariant")
    made, side = segmenter(setting, task, "plain" if broken == "untied filters" else "steerable"), SETTINGS[setting][2]
    optimiser = torch.optim.AdamW(made.parameters(), lr=task.lr)
    for step in range(STEPS):
        optimiser.zero_grad()
        task.loss(made, noisy_scenes(side, step)).backward()
        optimiser.step()
    return made.requires_grad_(False).eval()


def noisy_scenes(side: int, seed: int) -> SceneBatch:
    """Images of noise with masks that are noise too."""
    mask = (noise(IMAGES, side, side, seed=seed + STEPS).abs() * 2).long().clamp(max=len(CLASSES))
    return SceneBatch(noise(IMAGES, 1, side, side, seed=seed), mask, None, IMAGES * (torch.tensor([0, 1]),))


def residual(setting: str, broken: Broken = "nothing") -> float:
    """How far the logits are from those of the turned images, turned back, at the worst of ten elements."""
    group, _, side = SETTINGS[setting]
    made, x = trained(setting, broken), noise(IMAGES, 1, side, side, seed=2 * STEPS)
    actions = image_action(group), image_action(group, 1 + len(CLASSES))
    return max(equivariance(made, *actions, g, x).item() for g in sampled(group, 10)[:, None])


claim = Claim(
    title="The mask of a turned image is the turned mask",
    statement="A decoder made of steerable convolutions from the regular fields of every level, of bilinear "
    "interpolation between grids of 2ᵏ + 1 cells and of a map to trivial fibres takes f(g x) = g f(x) from the "
    "features to the logits of every pixel, which g moves as it moves images; so argmax f(g x) = g argmax f(x).",
    source="derived: a composition of homomorphisms is one; bilinear weights depend on distances, which turns about "
    "the centre keep",
    measured=f"|f(g x) − g f(x)| / |g f(x)| of the logits, the worst of ten g, on {IMAGES} images of noise, in float64 "
    f"after {STEPS} steps of AdamW on backbone and decoder",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(f"{setting}, {broken}", partial(residual, setting), partial(residual, setting, broken), broken)
        for setting, broken in product(SETTINGS, ("decoder with free weights", "untied filters"))
    ),
)
