"""A table: a folder with one module for each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from homossl.experiment.row import SIZES, Size
from homossl.train.bounds import at_least

if TYPE_CHECKING:
    from homossl.transfer import Transfer


@dataclass(frozen=True)
class Table:
    """What the rows of a table share: how their encoders are measured, and how often.

    Raises:
        ValueError: a size lacks its tasks or its seeds.
    """

    title: str
    """What the table is about."""
    tasks: Mapping[Size, tuple[Transfer, ...]]
    """What each encoder is measured by, in each size; the first task is the one set beside published figures."""
    seeds: Mapping[Size, int]
    """Runs of each row, with the seeds 0, 1, ..., in each size."""
    about: str = ""
    """What to know of it; the docstring of its module if not given."""
    order: tuple[str, ...] = ()
    """Rows, by the names of their files, that come first, in this order; the others follow by name."""

    def __post_init__(self) -> None:
        for field in ("tasks", "seeds"):
            if set(getattr(self, field)) != set(SIZES):
                got = ", ".join(map(str, getattr(self, field))) or "none"
                raise ValueError(f"Table {self.title!r}: {field} needs the sizes {', '.join(SIZES)}, got {got}")
        if empty := [size for size in SIZES if not self.tasks[size]]:
            raise ValueError(f"Table {self.title!r}: expected tasks for the size {empty[0]}, got none")
        at_least(1, **{f"seeds of {size}": self.seeds[size] for size in SIZES})
