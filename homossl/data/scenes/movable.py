"""Motions of whole scenes, by which robustness is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self

import torch

from groups import Element, Similarity2

KEPT = 0.25
"""Least share of an object that must be seen after a motion; others are dropped from boxes and labels."""


@dataclass(frozen=True, kw_only=True)
class Movable:
    """Data that know by what all of their scenes are moved, u -> zoom R(turn) u + shift about the centre of the image.

    Raises:
        ValueError: the zoom is not positive, or a number is not finite.
    """

    turn: float = 0.0
    """Degrees, counter-clockwise."""
    zoom: float = 1.0
    """How many times larger scenes are."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Pixels to the right and up, after the turn and the zoom."""

    def __post_init__(self) -> None:
        if len(self.shift) != 2 or not all(map(math.isfinite, (self.turn, self.zoom, *self.shift))) or self.zoom <= 0:
            seen = f"turn={self.turn}, zoom={self.zoom}, shift={self.shift}"
            raise ValueError(f"scenes are moved by a finite turn, a zoom above 0 and a shift of 2 numbers, got {seen}")

    @property
    def motion(self) -> Element:
        """The motion as an element of Similarity2, in radians and pixels."""
        params = math.radians(self.turn), math.log(self.zoom), *self.shift
        return Similarity2().element(torch.tensor(params, dtype=torch.float64))

    def moved(self, turn: float = 0.0, zoom: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> Self:
        """The same data with scenes moved once more: turned by degrees counter-clockwise, zoomed, then shifted."""
        further = Movable(turn=turn, zoom=zoom, shift=shift)
        x, y = (further.motion @ self.motion).params[2:].tolist()
        return replace(self, turn=self.turn + turn, zoom=self.zoom * zoom, shift=(x, y))
