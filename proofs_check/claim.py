"""What a claim is: a proposition, the cases it is measured on, and for each a control that must fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One measurement of a claim, with its control."""

    name: str
    """The group, and what else varies: "C4, InfoNCE"."""
    residual: Callable[[], float]
    """Zero if and only if the claim holds."""
    control: Callable[[], float]
    """The same residual where something that the claim needs is broken."""
    broken: str
    """What the control breaks: "untied filters"."""


@dataclass(frozen=True)
class Claim:
    """A proposition that holds if every residual <= bound, and whose check is worth something if every control > miss.

    Raises:
        ValueError: there are no cases, two have one name, or miss <= bound.
    """

    title: str
    """In a few words."""
    statement: str
    """The proposition, with its equation."""
    source: str
    """Paper or textbook with its section; "derived", and where, if it is ours."""
    measured: str
    """What the residual is."""
    bound: float
    """The largest residual that still counts as zero."""
    miss: float
    """What every control must exceed."""
    cases: tuple[Case, ...]
    """What it is measured on."""

    def __post_init__(self) -> None:
        names = [case.name for case in self.cases]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"{self.title!r} needs one case or more, each with a name of its own, got {names}")
        if not self.miss > self.bound:
            raise ValueError(f"{self.title!r} needs miss > bound, got {self.miss} and {self.bound}")
