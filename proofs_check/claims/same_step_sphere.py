"""H-SSL = A-SSL in one step for rotations of space: fibres are read on the sphere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from groups import SO3, Element, SphereFunctions
from homossl.encoders import Stage
from homossl.encoders.points import TensorFieldNetwork
from homossl.learner import Learner, build
from homossl.structure import Structure
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, ViewSource, Window
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.learners import FROM_MOTIONS, OBJECTIVES

SHAPE = (10, 3)
NARROW, CAP = TensorFieldNetwork(copies=2, latent=3, degree=2, layers=1), Window(5)
WINDOWS = {"one point": Window(1), "all points": Window(8), "whole": Window()}
CASES = {
    **{name: (name, CAP) for name in OBJECTIVES},
    **{f"InfoNCE, {name}": ("InfoNCE", window) for name, window in WINDOWS.items()},
    **{f"{name}, whole": (name, Window()) for name in FROM_MOTIONS},
}


@dataclass(frozen=True)
class Unmoved(SphereFunctions):
    """Functions that are claimed to stay, whatever moves the input."""

    def motion(self, g: Element, dtype: torch.dtype) -> Tensor:
        return torch.eye(3, dtype=dtype, device=g.device).expand(*g.shape, 3, 3)


def residual(objective: str, window: Window) -> float:
    """The larger difference in loss and gradient."""
    return apart(*(learner(objective, views(window=window)) for views in (InputAugmentation, FeatureFibre)))


def spoiled(objective: str, window: Window, structure: Structure) -> float:
    """The same with a piece of the structure taken away; what is claimed about features matters to H-SSL alone."""
    on_inputs: Structure = "intact" if structure == "random_orthogonal" else structure
    one = learner(objective, InputAugmentation(window=window), on_inputs)
    return apart(one, learner(objective, FeatureFibre(window=window), structure))


def unmoved(objective: str, window: Window) -> float:
    """The same with a window that stays where it is."""
    one, other = (learner(objective, views(window=window)) for views in (InputAugmentation, FeatureFibre))
    last = other.encoder.stages[-1]
    claimed = last.action_out
    other.encoder.stages[-1] = Stage(last.body, last.action_in, Unmoved(SO3(), claimed.copies, claimed.degree))  # type: ignore
    return apart(one, other)


def learner(objective: str, views: ViewSource, structure: Structure = "intact") -> Learner:
    """A learner of clouds of points, in float64."""
    made_of = (OBJECTIVES | FROM_MOTIONS)[objective]
    return build(SO3(), NARROW, views, *made_of, shape=SHAPE, structure=structure).double()


def apart(one: Learner, other: Learner) -> float:
    """How far the steps of two learners on one batch are apart."""
    return laws.same_step(one, other, Batch(noise(4, *SHAPE))).item()


claim = Claim(
    title="H-SSL = A-SSL on the sphere",
    statement="Let f take clouds of points to functions on the sphere of finite degree, f(T_g x)(u) = f(x)(g⁻¹ u) for "
    "g in SO(3). Then loss(f(T_g₁ x)(B), f(T_g₂ x)(B)) = loss(f(x)(g₁⁻¹ B), f(x)(g₂⁻¹ B)) for every set B of points of "
    "the sphere and every weight, and so are the gradients.",
    source="Keller, Suau & Zappella (arXiv 2211.08282), fig. 1, for a group of shifts; for SO(3) derived, the same way",
    measured="the larger relative error of loss and gradient between a learner on two turned clouds and one on two "
    "places of a function; a cap of 5 points unless named, degree 2, rotations uniform, 4 clouds of 10 points",
    bound=1e-9,
    miss=1e-3,
    cases=(
        *[
            Case(name, partial(residual, *case), partial(spoiled, *case, "untied"), "a PointNet in the encoder's place")
            for name, case in CASES.items()
        ],
        *[
            Case(f"{name}, {broken}", partial(residual, name, CAP), control, broken)
            for name in ("InfoNCE", "BYOL", "VICReg")
            for broken, control in {
                "functions moved by no homomorphism": partial(spoiled, name, CAP, "random_orthogonal"),
                "base points permuted": partial(spoiled, name, CAP, "permuted_base"),
                "the window stays": partial(unmoved, name, CAP),
            }.items()
        ],
    ),
)
