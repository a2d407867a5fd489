"""Gains: louder and softer."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from groups.action import Action
from groups.element import Element
from groups.group import Group
from groups.planar import Translation


@dataclass(frozen=True)
class Gain(Action):
    """Translation(1) making sounds louder, params (decibels d): x -> 10^(d / 20) x, or x + d / unit for logarithms.

    Of a log spectrogram, a gain lifts the floor too, where a louder sound would show what lay below it.

    >>> import torch
    >>> Gain(unit=60.0)(Translation(1).element([6.0]), torch.zeros(1, 2, 2)).unique().tolist()
    [0.10000000149011612]

    Raises:
        ValueError: the unit is not positive, or event_dim below 1.
    """

    unit: float | None = None
    """Decibels in one unit of a log spectrogram; None for amplitudes, as of a waveform."""
    event_dim: int = 3
    """Axes of one sample: 3 for spectrograms (c f t), 2 for waveforms (c t)."""

    def __post_init__(self) -> None:
        if self.unit is not None and not self.unit > 0:
            raise ValueError(f"Gain.unit is a positive number of decibels, or None for amplitudes, got {self.unit}")
        if self.event_dim < 1:
            raise ValueError(f"Gain.event_dim is at least 1, got {self.event_dim}")

    @property
    def group(self) -> Group:
        return Translation(1)

    def act(self, g: Element, x: Tensor) -> Tensor:
        decibels = g.params.to(x.dtype).reshape(*g.shape, *[1] * self.event_dim)
        return x * 10 ** (decibels / 20) if self.unit is None else x + decibels / self.unit
