"""The recipes of the table: two view sources and three objectives, each with the structure in five states."""

from __future__ import annotations

from dataclasses import replace

from experiments import cifar10
from experiments.tables._sizes import make_row
from homossl import recipes
from homossl.experiment import Row
from homossl.objectives import BYOL, MLP, Objective, VICReg
from homossl.structure import Structure
from homossl.targets import EMA, Shared, Target

SMALL, PAPER = replace(recipes.hssl, epochs=10), cifar10.hssl
VIEWS = {
    "hssl": ("H-SSL", recipes.hssl.views, cifar10.hssl.views),
    "assl": ("A-SSL", recipes.assl.views, cifar10.assl.views),
}
STATES: tuple[Structure, ...] = ("intact", "untied", "permuted_base", "random_orthogonal", "broken_order")

OBJECTIVES: dict[str, tuple[str, Objective, Objective, Target]] = {
    "infonce": ("InfoNCE", SMALL.objective, PAPER.objective, Shared()),
    "byol": ("BYOL", BYOL(projector=MLP(256, 64), predictor=MLP(128, 64)), BYOL(), EMA(0.99)),
    "vicreg": ("VICReg", VICReg(projector=MLP(256, 64)), VICReg(), Shared()),
}
"""Title, objective of the small size, of the paper's, and target."""


def states(views: str) -> tuple[Structure, ...]:
    """What can be taken away: A-SSL moves no features, so that another action on them would change nothing."""
    return STATES if views == "hssl" else tuple(state for state in STATES if state != "random_orthogonal")


ORDER = (
    "frozen",
    "frozen_untied",
    *(f"{views}_{objective}_{state}" for objective in OBJECTIVES for views in VIEWS for state in states(views)),
)


def trained(views: str, objective: str, state: Structure) -> Row:
    """A row of the table."""
    (source, *sources), (named, *losses, target) = VIEWS[views], OBJECTIVES[objective]
    recipe = f"{views}_{objective}"
    small, paper = (
        replace(base, views=v, objective=loss, target=target, structure=state)
        for base, v, loss in zip((SMALL, PAPER), sources, losses, strict=True)
    )
    return make_row(
        f"{source}, {named}, {state.replace('_', ' ')}",
        f"{recipe}_{state}",
        small=small,
        paper=paper,
        baseline="frozen" if state == "intact" else f"{recipe}_intact",
    )


def frozen(state: Structure) -> Row:
    """Initial weights: those of all states but the untied one are the same."""
    intact = state == "intact"
    small, paper = (replace(base, structure=state, epochs=0) for base in (SMALL, PAPER))
    name = "frozen" if intact else f"frozen_{state}"
    return make_row(name.replace("_", ", "), name, small=small, paper=paper, baseline=None if intact else "frozen")
