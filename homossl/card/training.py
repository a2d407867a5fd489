"""How a run was trained, from its log."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import Any

from homossl.card.known import Known
from homossl.card.markdown import named
from homossl.run_report.words import brief
from homossl.train.spec_json import encode

NOT_LOGGED = "a run does not log them; those below are this card's"


def training(known: Known) -> str:
    """The section."""
    recipe, rows = known.recipe, known.logged.rows
    hardware = brief(encode(recipe.hardware))
    facts: dict[str, object] = {"steps": f"{known.steps}, in batches of {recipe.batch_size}, seed {recipe.seed}"}
    if rows:
        facts |= progress(known, rows[-1])
        facts |= {"time": f"{duration(seconds(known))} of training, at {speed(known):.0f} samples a second (median)"}
    facts |= {
        "hardware": f"`{hardware}`",
        "machine and versions": "a run does not log them; those below are this card's",
    }
    return named(facts)


def progress(known: Known, last: dict[str, Any]) -> dict[str, object]:
    """How far training came, and the loss there."""
    first = known.logged.rows[0]
    terms = ", ".join(f"{name} {value:.3g}" for name, value in last["terms"].items())
    facts: dict[str, object] = {
        "epochs": f"{last['epoch']:.4g} of {known.recipe.epochs}",
        "loss": f"{first['loss']:.4g} at step {first['step']}, {last['loss']:.4g} at step {last['step']}",
    }
    return facts | ({"logged at the end": terms} if terms else {})


def seconds(known: Known) -> float:
    """Seconds of training, without pauses: the samples between rows of the log over the speed there."""
    rows, recipe = known.logged.rows, known.recipe
    samples = recipe.batch_size * recipe.hardware.accumulate
    steps = [rows[0]["step"], *[after["step"] - before["step"] for before, after in pairwise(rows)]]
    return sum(n * samples / row["images_per_s"] for n, row in zip(steps, rows, strict=True) if row["images_per_s"])


def speed(known: Known) -> float:
    """Samples a second, the median of the log."""
    return median(known.logged.series("images_per_s")[1])


def duration(seconds: float) -> str:
    """A time in its own unit.

    >>> duration(42), duration(600), duration(36000)
    ('42 seconds', '10.0 minutes', '10.0 hours')
    """
    if seconds < 100:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.1f} minutes" if seconds < 6000 else f"{seconds / 3600:.1f} hours"
