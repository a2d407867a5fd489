"""H-SSL = A-SSL in one step on voxels, under the motions of the cube."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

from groups import Octahedral
from homossl.encoders import VoxelCNN
from homossl.learner import Learner, build
from homossl.structure import Structure
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, Uniform, ViewSource, Window
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise
from proofs_check.learners import FROM_MOTIONS, OBJECTIVES

ENCODER = VoxelCNN(fields=(1, 1), steps=(1, 2))
ODD, EVEN = 5, 6
WINDOWS = {"whole field": Window(), "1 cell": Window(1), "2 cells a side": Window(2), "1 cell, 1 point": Window(1, 1)}
CASES = {
    **{f"{name}, 1 cell": (name, Window(1)) for name in OBJECTIVES},
    **{f"{name}, whole field": (name, Window()) for name in FROM_MOTIONS},
    **{f"InfoNCE, {name}": ("InfoNCE", window) for name, window in WINDOWS.items() if window != Window(1)},
}
Make = Callable[[str, ViewSource], Learner]


def residual(make: Make, objective: str, window: Window, side: int = ODD) -> float:
    """The larger difference in loss and gradient, on four grids of noise of a side."""
    views = (kind(motion=Uniform(), window=window) for kind in (InputAugmentation, FeatureFibre))
    one, other = (make(objective, v) for v in views)
    return laws.same_step(one, other, Batch(noise(4, 1, side, side, side))).item()


def learner(objective: str, views: ViewSource, structure: Structure = "intact") -> Learner:
    """A learner on voxels in float64."""
    made_of = (OBJECTIVES | FROM_MOTIONS)[objective]
    shape = (1, ODD, ODD, ODD)
    return build(Octahedral(), ENCODER, views, *made_of, shape=shape, structure=structure).double()


def cases() -> list[Case]:
    """Every objective and window, each with untied filters and on an even grid."""
    untied = partial(learner, structure="untied")
    broken = {"untied filters": partial(residual, untied), f"a grid of {EVEN} voxels": partial(residual, learner)}
    sides = {"untied filters": ODD, f"a grid of {EVEN} voxels": EVEN}
    return [
        Case(f"{name} ({how})", partial(residual, learner, *case), partial(broken[how], *case, side=sides[how]), how)
        for (name, case), how in product(CASES.items(), broken)
        if how == "untied filters" or name == "InfoNCE, whole field"  # one number may be zero, whatever is broken
    ]


claim = Claim(
    title="H-SSL = A-SSL on voxels",
    statement="Under the 24 rotations of the cube, which move voxels onto voxels, the loss and every gradient of a "
    "steerable encoder of voxels are the same, whether the voxels or the features are moved.",
    source="Keller, Suau & Zappella, Homomorphic Self-Supervised Learning (arXiv 2211.08282), fig. 1, for the plane; "
    "the equality is derived, and for voxels ours",
    measured="the larger relative error of loss and gradient between a learner on two moved inputs and one on two "
    f"places of a feature field, {ODD} x {ODD} x {ODD} voxels with a stride of 2; controls: filters without tying, or "
    f"the same layers on {EVEN} x {EVEN} x {EVEN} voxels, where strides read off centre",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(cases()),
)
