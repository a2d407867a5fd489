"""What can be taken away, and from what."""

from __future__ import annotations

from typing import Literal, get_args

from homossl.encoders import Architecture
from homossl.objectives import Objective
from homossl.views import FeatureFibre, FullOrbit, GlobalLocal, ViewSource

Structure = Literal[
    "intact", "untied", "permuted_base", "random_orthogonal", "broken_order", "shuffled_motion", "no_motion"
]
"""What is left of the structure."""

MEANING: dict[Structure, str] = {
    "intact": "all of the structure",
    "untied": "no weights are shared over the group: the plain twin of the same depth and number of parameters",
    "permuted_base": "the encoder ends in a random permutation of the base points, cells x points of the fibre",
    "random_orthogonal": "the point group moves fibres by a random rotation for each of its elements but the identity",
    "broken_order": "the encoder ends in a permutation of the points of each fibre that breaks the group's products",
    "shuffled_motion": "the objective learns from the motion of another pair of the batch",
    "no_motion": "the objective learns from the identity in the place of every motion",
}

MOVING_FEATURES = FeatureFibre, FullOrbit, GlobalLocal

STRUCTURES: tuple[Structure, ...] = get_args(Structure)


def check_applies(structure: Structure, encoder: Architecture, views: ViewSource, objective: Objective) -> None:
    """Check that taking the piece away changes what is learned.

    Raises:
        ValueError: it would change nothing, or there is no such piece.
    """
    if structure not in STRUCTURES:
        raise ValueError(f"structure is one of {', '.join(STRUCTURES)}, got {structure!r}")
    if structure == "untied" and encoder.structure == "plain":
        raise ValueError("structure 'untied' would change nothing: encoder.structure is 'plain' already")
    if structure == "random_orthogonal" and not (isinstance(views, MOVING_FEATURES) or objective.reads_action):
        name = type(views).__name__
        raise ValueError(f"structure 'random_orthogonal' would change nothing: {name} moves no features")
    if structure in ("shuffled_motion", "no_motion") and not objective.reads_motion:
        raise ValueError(f"structure {structure!r} would change nothing: {objective.name} does not read the motion")
    if structure == "shuffled_motion" and isinstance(views, FullOrbit):
        raise ValueError("structure 'shuffled_motion' would change nothing: FullOrbit moves all samples alike")
