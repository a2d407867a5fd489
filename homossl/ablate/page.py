"""The page of an ablation."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from homossl.ablate import table
from homossl.report import Figure, Page, Settings, Table, machine, svg, training_curves
from homossl.structure import MEANING
from homossl.sweep import blocks

if TYPE_CHECKING:
    from homossl.ablate.ablation import Ablation

LEAD = (
    "The recipe {name}, with one piece of its structure taken away at a time. Everything else is the same: data, "
    "motions, objective, number of steps, batches and seeds, and but for untied filters the initial weights."
)
ACCURACIES = "Dots are seeds, ticks their mean, lines the 95 % t-interval. The panels have axes of their own."
CURVES = (
    "Lines are means over seeds, bands reach from the least to the greatest seed. Structures solve different tasks: a "
    "low loss says that the views are easily matched, not that the features are good."
)
PROTOCOLS = (
    "Test accuracy in percent, mean over seeds ± 95 % t-interval. Pose kept: features averaged over space, one value "
    "for each point of the fibre; pooled: averaged over these too. Where base points are out of place, they are put "
    "back for this: all structures are read out alike."
)


def page(ablation: Ablation) -> Page:
    """The whole page."""
    main = Table("The ablation", table.header(), table.rows(ablation), table.note(ablation), _strong(ablation))
    figures = blocks.accuracies(ablation, ACCURACIES), curves(ablation)
    details = blocks.protocols(ablation, PROTOCOLS), *about(ablation), Settings("Machine", machine())
    return Page(f"Structure ablation of {ablation.recipe.name}", _lead(ablation), [main, *figures, *details])


def curves(ablation: Ablation) -> Figure:
    """The loss over training."""
    figure = training_curves({"loss": ablation.curves("loss")})
    return Figure("Training", svg(figure, "Training loss of each structure"), CURVES)


def about(ablation: Ablation) -> list[Settings]:
    """What was taken away, what was not and why, and the recipe."""
    recipe, left_out = ablation.recipe, {name.replace("_", " "): why for name, why in ablation.left_out.items()}
    meanings = {name.replace("_", " "): text for name, text in MEANING.items() if name in ablation.scores}
    parts = {f.name.replace("_", " ").capitalize(): str(getattr(recipe, f.name)) for f in fields(recipe)}
    seeds = {"Seeds": ", ".join(map(str, ablation.seeds))}
    both = [Settings("What is left of the structure", meanings), Settings("Settings", parts | seeds)]
    return [*both, Settings("Left out", left_out)] if left_out else both


def _lead(ablation: Ablation) -> str:
    return LEAD.format(name=ablation.recipe.name)


def _strong(ablation: Ablation) -> int:
    return next(i for i, arm in enumerate(ablation.arms) if arm.name == "intact")
