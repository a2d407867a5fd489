"""The page of one or more runs."""

from __future__ import annotations

from homossl.report import Figure, Page, Settings, machine, svg
from homossl.report.page import Block
from homossl.run_report.logged import LoggedRun, Runs, logged
from homossl.run_report.pictures import angles_picture, terms_picture, training_picture
from homossl.run_report.tables import accuracies, angle_changes, differences, summary
from homossl.run_report.words import brief, titled

TITLE = "Training of "
"""How the title of every such page begins."""
LEAD = "How the loss went down, what the recipes were, and what came of it, as far as the runs have come."
TRAINING = "Losses of different objectives are on scales of their own: a lower one is not a better one."
TERMS = "Terms that at least two of the runs have logged."
OWN_TERMS = "What the loss is made of, and what is logged beside it."
ANGLES = (
    "The angle between the gradient that the credit rule gives the weights of a layer and that of backpropagation, of "
    "the same batch at the same weights. Where all are below 90° (dashed), a small step of these weights along the "
    "rule's gradients descends the loss of the last stage. Those of a steerable layer are coefficients in its "
    "equivariant basis. A layer that learns nothing in a step has no angle then."
)


def page(runs: Runs) -> Page:
    """The whole page."""
    blocks = [summary(runs), *differences(runs), *figures(logged(runs)), *angle_changes(runs), *accuracies(runs)]
    about = [Settings(f"Recipe of {title}", recipe(run)) for title, run in runs.items()]
    named = " and ".join(runs) if len(runs) < 3 else f"{len(runs)} runs"
    return Page(TITLE + named, LEAD, [*blocks, *about, Settings("Machine of this report", machine())])


def figures(runs: Runs) -> list[Block]:
    """Every picture that there is something to draw in, of runs that have logged something."""
    drawn = [
        ("Training", training_picture(runs), TRAINING),
        ("Terms", terms_picture(runs), TERMS if len(runs) > 1 else OWN_TERMS),
        ("Angle to backpropagation", angles_picture(runs), ANGLES),
    ]
    return [Figure(title, svg(picture, title), caption) for title, picture, caption in drawn if picture]


def recipe(run: LoggedRun) -> dict[str, str]:
    """The fields of the recipe in brief, and where the run is."""
    fields = {titled(name): brief(value) for name, value in run.recipe.items() if name != "class"}
    return fields | {"Folder": str(run.folder)}
