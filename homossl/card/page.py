"""The model card as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from homossl.card.data import data
from homossl.card.known import Known
from homossl.card.markdown import code, document, named, table
from homossl.card.training import training
from homossl.card.transfers import transfers
from homossl.card.use import intended, limits, loading
from homossl.card.verification import verification
from homossl.card.words import objective_rows, row
from homossl.report import machine
from homossl.run_report.words import flat

ACCURACY = "Test accuracy in percent, encoder frozen; ± is the standard deviation over draws of labels."


def card(known: Known, classes: Sequence[Path] = ()) -> str:
    """The card in Markdown; classes are the files that must be imported before the run can be loaded."""
    sections = {
        "": opening(known),
        "What it is": parts(known),
        "Data and licence": data(known),
        "Training": training(known),
        "Scores": scores(known),
        "Transfer": transfers(known),
        "Verification": verification(known),
        "Intended use": intended(known),
        "Limits": limits(known),
        "How to load it": loading(known, classes),
        "Recipe": code(known.recipe.to_json(), "json"),
        "Machine of this card": named(machine()),
    }
    return document(known.recipe.name, sections)


def opening(known: Known) -> str:
    """What it is, in a sentence."""
    recipe, weights = known.recipe, sum(p.numel() for p in known.encoder.parameters())
    kind, views = type(recipe.encoder).__name__, type(recipe.views).__name__
    return (
        f"A {kind} of {weights:,} weights for samples of shape {known.shape}, pretrained without labels by "
        f"{recipe.objective.name} on the views of {views}, under the group `{recipe.group}`."
    )


def parts(known: Known) -> str:
    """The axes of the recipe in words."""
    recipe = known.recipe
    axes = ("group", "encoder", "views", "target", "credit", "optimiser", "schedule")
    rows = [row(axis, getattr(recipe, axis)) for axis in axes]
    rows[3:3] = objective_rows(recipe.objective)
    return table(("part", "value", "what that is"), rows)


def scores(known: Known) -> str:
    """Accuracies by protocol and readout; nothing where there are none."""
    if not known.readouts:
        return ""
    return f"{table(('protocol', *known.readouts), accuracy_rows(known.readouts))}\n\n{ACCURACY}"


def accuracy_rows(readouts: dict[str, dict]) -> Iterator[tuple[str, ...]]:
    """One row for each protocol, one column for each readout."""
    lines = [flat(protocols) for protocols in readouts.values()]
    for protocol in dict.fromkeys(name for found in lines for name in found):
        yield protocol, *[found.get(protocol, "") for found in lines]
