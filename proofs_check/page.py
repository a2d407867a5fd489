"""The page: each claim with its source, what was measured, and every case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homossl.report import Page, Settings, Table, Tiles, machine
from homossl.report.page import Block
from proofs_check.measure import Verdict
from proofs_check.table import HEADER, number, outcome, rows, summary

LEAD = (
    "Every claim is a residual, zero if and only if the claim holds, and it stands beside a control: the same residual "
    "where something that the claim needs is broken. A claim holds if every residual is within its bound and every "
    "control misses."
)


def page(verdicts: Sequence[Verdict], seconds: float, processes: int) -> Page:
    """The page of some verdicts, which took so many seconds in so many processes."""
    settings = Settings("Measured on", {"Run": summary(verdicts, seconds, processes), **machine()})
    claims = [block for verdict in verdicts for block in _claim(verdict)]
    return Page(
        "Claims, checked numerically", LEAD, [_tiles(verdicts, seconds), _overview(verdicts), *claims, settings]
    )


def _tiles(verdicts: Sequence[Verdict], seconds: float) -> Tiles:
    passed = [case for verdict in verdicts for case in verdict.passed]
    return Tiles(
        {
            "claims hold": f"{sum(v.holds for v in verdicts)} of {len(verdicts)}",
            "cases, each with its control": f"{sum(passed)} of {len(passed)}",
            "in all": f"{seconds:.0f} s",
        }
    )


def _overview(verdicts: Sequence[Verdict]) -> Table:
    header = ("claim", "cases", "largest residual", "bound", "least control", "miss", "verdict", "time")
    caption = "A claim is the worst of its cases."
    return Table("All claims", header, [_summary_row(verdict) for verdict in verdicts], caption)


def _summary_row(verdict: Verdict) -> list[str]:
    claim = verdict.claim
    residuals, controls = np.array([(m.residual, m.control) for m in verdict.measurements]).T
    numbers = map(number, (residuals.max(), claim.bound, controls.min(), claim.miss))
    return [verdict.name, str(len(residuals)), *numbers, outcome(verdict), f"{verdict.seconds:.1f} s"]


def _claim(verdict: Verdict) -> list[Block]:
    claim = verdict.claim
    about = {
        "Claim": claim.statement,
        "Source": claim.source,
        "Measured": claim.measured,
        "Holds if": f"residual ≤ {number(claim.bound)} and control > {number(claim.miss)}",
        "Time": f"{verdict.seconds:.1f} s, one case after the other",
    }
    caption = f"{verdict.name}: {outcome(verdict)}"
    return [Settings(claim.title, about), Table("", HEADER, rows(verdict), caption)]
