"""A row of a table: one recipe in three sizes, and the published figure that it stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from homossl.train import Recipe

Size = Literal["smoke", "small", "paper"]
"""Seconds, minutes on two cores, and the paper's own setting, which wants a GPU."""
SIZES: tuple[Size, ...] = get_args(Size)


@dataclass(frozen=True)
class Published:
    """A figure of a paper.

    Raises:
        ValueError: it is no percentage, or nobody knows what it is or where it was printed.
    """

    value: float
    """In percent."""
    what: str
    """What it is: the measure and the data."""
    source: str
    """Where it is printed."""

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 100:
            raise ValueError(f"Published.value: expected percent, in 0..100, got {self.value}")
        if not (self.what and self.source):
            raise ValueError(
                f"Published {self.value} needs what it is and its source, got {self.what!r}, {self.source!r}"
            )


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Raises:
        ValueError: a size is unknown, or a recipe that is not the paper's stands beside a published figure and does not
            say how it differs.
    """

    title: str
    """What to call it in the table."""
    smoke: Recipe
    """Seconds: whether it runs at all."""
    small: Recipe
    """Minutes on two cores."""
    paper: Recipe
    """The paper's setting, or the one nearest to it."""
    published: Published | None = None
    """The paper's figure."""
    differs: Mapping[Size, str] = field(default_factory=dict)
    """How the setting of each size differs from the published one; a size without an entry is the published setting."""
    baseline: str | None = None
    """The row of the same table, by the name of its file, that differences are paired with."""

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.differs) - set(SIZES)):
            raise ValueError(f"Row {self.title!r}: differs has the sizes {', '.join(SIZES)}, got {', '.join(unknown)}")
        others: list[Size] = [size for size in SIZES if self.recipe(size) != self.paper]
        if self.published and (silent := [size for size in others if not self.differs.get(size)]):
            raise ValueError(
                f"Row {self.title!r}: the recipe of {silent[0]} is not that of the paper, whose figure is published: "
                f"expected differs[{silent[0]!r}] to say how, got nothing"
            )

    def recipe(self, size: Size) -> Recipe:
        """The recipe in one size."""
        return {"smoke": self.smoke, "small": self.small, "paper": self.paper}[size]
