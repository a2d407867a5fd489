"""What a quick check says of the encoder of a run: the residual by element, and the worst layer."""

from __future__ import annotations

from groups import Element
from homossl.card.known import Known
from homossl.card.markdown import table
from homossl.verify.table import ELEMENT_HEADER, element_row
from homossl.verify.words import motion

SHOWN = 8
"""Elements that are shown, those with the greatest residuals, where more were tested."""
WHAT = (
    "|f(g x) − ρ(g) f(x)| / |ρ(g) f(x)| of the whole encoder; *shuffled* and *unmoved* are controls, in which ρ(g) is "
    "that of another element, or is left out."
)


def verification(known: Known) -> str:
    """The section."""
    report, group = known.report, known.recipe.group
    if group.order == 1:
        return f"The encoder claims nothing: {group} has no element but the identity. `homossl verify` audits it."
    origin = "test samples of its own data" if known.own else "smooth random samples (its data is not on this machine)"
    about = f"A quick check on {len(known.x)} {origin}, {report.settings['dtype']}, {len(report.elements)} elements."
    verdict = f"**{report.verdict().replace(chr(10), ' ')}** Worst of its claim: {report.worst()}."
    faults = [f"Layers at fault: {', '.join(layer.title for layer in report.faults)}."] * bool(report.faults)
    return "\n\n".join([about, verdict, *faults, elements(known), f"`homossl verify {known.folder}` tells more."])


def elements(known: Known) -> str:
    """The residual of the whole by element, the greatest of many, in a table with its caption."""
    report = known.report
    worst = report.whole.own.amax(1).argsort(descending=True)[:SHOWN].sort().values.tolist()
    rows = [(shown(report.elements[i]), *element_row(report, i)[1:]) for i in worst]
    cut = f" The {SHOWN} elements with the greatest residuals." * (len(report.elements) > SHOWN)
    header = tuple(name or "on the grid" for name in ELEMENT_HEADER)
    return f"{table(header, rows)}\n\n{WHAT}{cut}"


def shown(g: Element) -> str:
    """What an element does, or else its parameters.

    >>> from groups import Cyclic
    >>> shown(Cyclic(4).element([1]))
    '90 degrees'
    """
    params = g.params.tolist()
    return motion(g.group, params) or ", ".join(f"{p:.4g}" for p in params)
