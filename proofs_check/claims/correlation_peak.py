"""The correlation of the features of an image and of the moved image is highest at the motion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from groups import Cyclic, Dihedral, Element
from groups.correlation import correlation
from homossl.encoders import CNN, Encoder
from proofs_check.claim import Case, Claim
from proofs_check.examples import P4, noise

SIDE = 5
ROUNDING = 1e-9
STRIDED, WHOLE = CNN(fields=(2, 4), steps=(1, 2)), CNN(fields=(2, 4), steps=(1, 1))


@dataclass(frozen=True)
class Setting:
    """A group, an encoder, and the motions that leave the image as it is."""

    group: Any
    """It moves the image."""
    architecture: CNN
    """Of the encoder."""
    stabiliser: tuple[tuple[int, ...], ...]
    """The parameters of each of its elements."""

    @property
    def fixing(self) -> Element:
        """The stabiliser."""
        return self.group.element(list(self.stabiliser))


SETTINGS = {
    "C4, no symmetry": Setting(Cyclic(4), STRIDED, ((0,),)),
    "C4, half turns": Setting(Cyclic(4), STRIDED, ((0,), (2,))),
    "D4, no symmetry": Setting(Dihedral(4), STRIDED, ((0, 0),)),
    "D4, a mirror": Setting(Dihedral(4), STRIDED, ((0, 0), (1, 1))),
    "D4, half turns": Setting(Dihedral(4), STRIDED, ((0, 0), (0, 2))),
    "p4, no symmetry": Setting(P4, WHOLE, ((0, 0, 0),)),
    "p4, half turns about a cell": Setting(P4, WHOLE, ((0, 0, 0), (2, 4, 2))),
}


@torch.no_grad()
def residual(setting: Setting, untied: bool = False) -> float:
    """How far the peak is from |f(x)| |f(g x)|, over all g, plus the peaks outside g H and those that g H misses."""
    encoder, g = network(setting, untied), setting.group.elements()
    x = encoder.action_in(setting.fixing, noise(1, SIDE, SIDE)).mean(0)
    left, right = encoder(x[None]).expand(len(g), -1, -1, -1), encoder(encoder.action_in(g, x))
    lengths = left.flatten(1).norm(dim=1) * right.flatten(1).norm(dim=1)
    cosines = correlation(encoder.action_out, left, right) / lengths[:, None]
    return shortfall(cosines, coset(setting, g))


def network(setting: Setting, untied: bool) -> Encoder:
    """The encoder with initial weights, or its twin whose filters are not tied."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        architecture = replace(setting.architecture, structure="plain" if untied else "steerable")
        return architecture.build(setting.group, 1, SIDE).double().eval()


def coset(setting: Setting, g: Element) -> Tensor:
    """Which elements lie in g H, (|G| |G|), row after row of g."""
    members = setting.group.index(g[:, None] @ setting.fixing)
    return torch.zeros(len(g), len(g), dtype=torch.bool).scatter(1, members, True)


def shortfall(cosines: Tensor, expected: Tensor) -> float:
    """The largest 1 - cosine where a peak is expected, plus the number of peaks that should not be there."""
    missed = (1 - cosines[expected]).abs().amax()
    others = (cosines >= 1 - ROUNDING) & ~expected
    return missed.item() + int(others.sum())


claim = Claim(
    title="the correlation of features peaks at the motion",
    statement="If f(g x) = ρ(g) f(x) with ρ orthogonal, then ⟨ρ(g′) f(x), f(g x)⟩ ≤ |f(x)| |f(g x)|, with equality "
    "on the coset g H and nowhere else, H = {h: ρ(h) f(x) = f(x)}: at the motion g where nothing but e leaves x as it "
    "is, and at the motion up to the symmetries of x otherwise.",
    source="derived: Cauchy–Schwarz; the objective is that of S-TEC (arXiv 2210.09224), on features",
    measured="the largest 1 − cosine over all g and all g′ in g H, plus the number of g′ outside it where that is "
    "below 1e-9; x is noise, averaged over H",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, setting), partial(residual, setting, True), "untied filters")
        for name, setting in SETTINGS.items()
    ),
)
