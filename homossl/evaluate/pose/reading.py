"""The motion between two views, read from their latents."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Element
from homossl.evaluate.pose.code import code, decode
from homossl.evaluate.pose.pairs import LatentPairs
from homossl.evaluate.pose.r2 import r2, r2_sie_legacy
from homossl.evaluate.pose.regressors import Regressor


@dataclass(frozen=True, eq=False)
class Reading:
    """How well motions are read, beside three controls.

    "true": the reading, held against the motion of the pair; "shuffled": held against the motion of another pair, from
    which a reading that depends on no latent is as far. Two controls put a constant in the place of the reading, and
    hold it against the true motions: "identity" always says that nothing moved, "chance" the mean code of the training
    motions.
    """

    errors: dict[str, Tensor]
    """Geodesic distance d(motion, reading) of each pair, (n), in the group's units: radians, pixels, log-scale."""
    r2: dict[str, Tensor]
    """R^2 of each dimension of the code, (k)."""
    r2_legacy: dict[str, float]
    """R^2 with one mean over all dimensions, as SIE has it."""


def read_motion(train: LatentPairs, test: LatentPairs, regressor: Regressor, rng: torch.Generator) -> Reading:
    """Fit a regression from [z_l; z_r] to the code of the motion on training pairs, and score it on test pairs."""
    targets, truth = code(train.motion).double(), test.motion.to(torch.float64)
    predicted = regressor.fit(train.joint, targets)(test.joint)
    shuffled = truth[torch.randperm(len(truth), generator=rng)]
    still = code(truth.group.identity(len(truth), dtype=truth.params.dtype)).double()
    held = {
        "true": (truth, predicted),
        "shuffled": (shuffled, predicted),
        "identity": (truth, still),
        "chance": (truth, targets.mean(0).expand_as(predicted)),
    }
    coded = {name: (code(motion).double(), reading) for name, (motion, reading) in held.items()}
    return Reading(
        errors={name: error(*pair) for name, pair in held.items()},
        r2={name: r2(*pair) for name, pair in coded.items()},
        r2_legacy={name: r2_sie_legacy(*pair) for name, pair in coded.items()},
    )


def error(motion: Element, reading: Tensor) -> Tensor:
    """The geodesic distance of a motion from the element whose code is nearest to a reading, (n k) -> (n)."""
    return motion.group.distance(motion, decode(motion.group, reading)).double()
