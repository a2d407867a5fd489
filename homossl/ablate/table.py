"""The one table of an ablation."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from homossl.report.text import aligned
from homossl.sweep.outcome import HEADLINE, OTHERS

if TYPE_CHECKING:
    from homossl.ablate.ablation import Ablation

NOTE = (
    "Test accuracy in percent, encoder frozen, pose kept. Minus intact, minus frozen: points with {headline}, paired "
    "by seed{untied}. ± is the 95 % t-interval over {seeds} seeds. Claim misses by: |f(gx) - g f(x)| / |g f(x)| of "
    "the first seed's encoder."
)
SHORT = ["structure", "5 labels", "- intact", "- frozen", *OTHERS, "claim"]
UNTIED = "; untied filters are compared with their own frozen encoder"


def header() -> list[str]:
    """What the columns hold."""
    return ["structure", HEADLINE, "minus intact", "minus frozen", *OTHERS, "claim misses by"]


def rows(ablation: Ablation) -> list[list[str]]:
    """One row for each arm."""
    return [_row(ablation, arm.name) for arm in ablation.arms]


def as_text(ablation: Ablation) -> str:
    """The table for a terminal of 80 columns, where only the first accuracy has its interval."""
    shown = [_narrow(*row) for row in rows(ablation)]
    return "\n".join([aligned(SHORT, shown), "", *wrap(note(ablation), 80)])


def note(ablation: Ablation) -> str:
    """How to read it."""
    untied = UNTIED if "untied" in ablation.scores else ""
    return NOTE.format(headline=HEADLINE, seeds=len(ablation.seeds), untied=untied)


def _narrow(title: str, *cells: str) -> list[str]:
    close = [cell.replace(" ± ", "±") for cell in cells[:3]]
    return [title, *close, *[cell.partition(" ±")[0] for cell in cells[3:]]]


def _row(ablation: Ablation, name: str) -> list[str]:
    arm = ablation.arm(name)
    gains = [f"{ablation.gain(name, over):+.1f}" if name != over else "" for over in ("intact", arm.frozen)]
    others = [f"{ablation.mean(name, protocol)}" for protocol in OTHERS]
    return [arm.title, f"{ablation.mean(name)}", *gains, *others, f"{ablation.residuals[name]:.2g}"]
