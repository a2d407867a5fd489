"""Each piece of structure is necessary for H-SSL = A-SSL."""

from __future__ import annotations

from functools import partial
from itertools import product

from homossl.structure import Structure
from homossl.views import Window
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.learners import images, twins

PIECES: dict[Structure, str] = {
    "untied": "untied filters",
    "permuted_base": "base points permuted",
    "random_orthogonal": "random rotations of fibres",
    "broken_order": "points of each fibre permuted",
}


def residual(setting: str, structure: Structure = "intact") -> float:
    """The larger difference in loss and gradient between A-SSL and H-SSL."""
    return laws.same_step(*twins(setting, "InfoNCE", Window(3), structure=structure), images(4)).item()


claim = Claim(
    title="H-SSL = A-SSL needs all of its structure",
    statement="With any piece of the structure taken away, loss and gradient of H-SSL differ from those of A-SSL: "
    "weights tied by the group, base points in place, fibres moved by a representation, points of fibres in the order "
    "of the group.",
    source="Keller, Suau & Zappella (arXiv 2211.08282), abstract: structure is necessary; here for the equality of "
    "single steps",
    measured="the larger relative error of loss and gradient between a learner on inputs and one on features; InfoNCE "
    "on windows of 3 x 3 cells, uniform motions, 4 images of noise. The control says by how much each piece is missed",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{setting}, {piece.replace('_', ' ')}",
            partial(residual, setting),
            partial(residual, setting, piece),
            broken,
        )
        for setting, (piece, broken) in product(("C4", "D4", "p4"), PIECES.items())
    ),
)
