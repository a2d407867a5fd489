"""Plain text: tables, and lists of facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under a header, the first to the left and the others to the right.

    >>> print(aligned(("layer", "residual"), [("conv", "1e-16"), ("norm", "0.3")]))
    layer  residual
    ---------------
    conv      1e-16
    norm        0.3
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = ["  ".join(_cells(row, widths)).rstrip() for row in (header, *rows)]
    return "\n".join([lines[0], "-" * (sum(widths) + 2 * len(widths) - 2), *lines[1:]])


def listed(headline: str, facts: Mapping[str, object]) -> str:
    """A headline, and below it one fact a line.

    >>> print(listed("It failed", {"for": 3, "residual": "1"}))
    It failed
      for       3
      residual  1
    """
    width = max(map(len, facts))
    return "\n".join([headline, *[f"  {name:<{width}}  {fact}" for name, fact in facts.items()]])


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *[cell.rjust(width) for cell, width in rest]]
