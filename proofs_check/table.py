"""What was measured, as rows and as a table for the terminal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from proofs_check.claim import Case, Claim
from proofs_check.measure import Measurement, Verdict

HEADER = ("case", "residual", "bound", "control", "miss", "verdict", "what the control breaks")
NUMBERS = HEADER[1:5]


def rows(verdict: Verdict) -> list[list[str]]:
    """One row for each case."""
    cases = zip(verdict.claim.cases, verdict.measurements, verdict.passed, strict=True)
    return [_row(verdict.claim, *case) for case in cases]


def terminal_table(verdict: Verdict) -> Group:
    """The rows of one claim under its name."""
    broken = {case.broken for case in verdict.claim.cases}
    columns = HEADER[:-1] if len(broken) == 1 else HEADER
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in NUMBERS else "left", no_wrap=name in NUMBERS)
    for row, passed in zip(rows(verdict), verdict.passed, strict=True):
        table.add_row(*row[: len(columns)], style="" if passed else "bold red")
    heading = f"{verdict.name}: {verdict.claim.title}, {outcome(verdict)} ({verdict.seconds:.1f} s)"
    under = f"control: {broken.pop()}\n" if len(broken) == 1 else ""
    return Group(Text(heading, style="bold"), table, under)


def outcome(verdict: Verdict) -> str:
    """Whether the claim holds, in a word."""
    return "holds" if verdict.holds else "FAILS"


def summary(verdicts: Sequence[Verdict], seconds: float, processes: int) -> str:
    """The whole in one line."""
    held, cases = sum(v.holds for v in verdicts), [passed for v in verdicts for passed in v.passed]
    where = f"{seconds:.0f} s with {processes} process{'es' * (processes > 1)}"
    return f"{held} of {len(verdicts)} claims hold, {sum(cases)} of {len(cases)} cases, in {where}"


def _row(claim: Claim, case: Case, measured: Measurement, passed: bool) -> list[str]:
    word = measured.error or ("holds" if passed else _reason(claim, measured))
    numbers = map(number, (measured.residual, claim.bound, measured.control, claim.miss))
    return [case.name, *numbers, word, case.broken]


def _reason(claim: Claim, measured: Measurement) -> str:
    misses = "" if measured.residual <= claim.bound else "residual above its bound"
    blind = "" if measured.control > claim.miss else "control not seen"
    return "; ".join(filter(None, [misses, blind]))


def number(value: float) -> str:
    """Two digits.

    >>> number(0.0), number(3.14159e-16), number(0.5)
    ('0', '3.1e-16', '0.5')
    """
    return "nothing" if math.isnan(value) else f"{value:.2g}"
