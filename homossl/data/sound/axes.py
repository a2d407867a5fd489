"""Seconds and semitones of a spectrogram, as frames and bins."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Affine1, Element, FieldAction, LineAction, Torus, Translation, image_action, signal_action

Shifts = Torus | Translation


@dataclass(frozen=True)
class SpectrogramAxes:
    """The grid of spectrograms (c f t) in time and log-frequency, low notes in the first rows.

    A sound played later by one `seconds` moves by one column, and higher by one `semitones` by one row. Torus(f, t)
    counts (rows, columns) = (bins up, frames later); Translation(2) has y up in the picture, so that (x, y) =
    (frames later, -bins up).

    >>> axes = SpectrogramAxes(bins=48, frames=32, seconds=0.04, semitones=0.5)
    >>> axes.shift(axes.torus, seconds=0.08, semitones=-1.0).params.tolist()
    [46, 2]
    >>> axes.told(axes.shift(axes.plane, seconds=0.08, semitones=3.0)).tolist()
    [0.07999999821186066, 3.0]

    Raises:
        ValueError: a size or a unit is not positive.
    """

    bins: int
    """Rows of the grid."""
    frames: int
    """Columns of the grid."""
    seconds: float
    """Time from one column to the next."""
    semitones: float
    """Pitch from one row to the next."""

    def __post_init__(self) -> None:
        if min(self.bins, self.frames, self.seconds, self.semitones) <= 0:
            raise ValueError(f"SpectrogramAxes needs sizes and units above 0, got {self}")

    @property
    def torus(self) -> Torus:
        """Whole shifts of the grid, around it: exact."""
        return Torus(self.bins, self.frames)

    @property
    def plane(self) -> Translation:
        """Shifts by any amount, interpolated, with a border."""
        return Translation(2)

    def shift(self, group: Shifts, seconds: float | Tensor = 0.0, semitones: float | Tensor = 0.0) -> Element:
        """The shift later by so many seconds and up by so many semitones, to the nearest cells on a torus."""
        time, pitch = torch.broadcast_tensors(torch.as_tensor(seconds), torch.as_tensor(semitones))
        frames, bins = time / self.seconds, pitch / self.semitones
        if isinstance(group, Torus):
            cells = torch.stack([bins, frames], dim=-1).round().long()
            return group.element(cells.remainder(torch.tensor(group.moduli)))
        return group.element(torch.stack([frames, -bins], dim=-1))

    def told(self, g: Element) -> Tensor:
        """How many seconds later and semitones higher elements move sounds, (*batch 2); at most half way around.

        Raises:
            TypeError: they are no shifts of a torus or the plane.
        """
        frames, bins = self._cells(g)
        return torch.stack([frames * self.seconds, bins * self.semitones], dim=-1)

    def reach(self, group: Shifts, seconds: float, semitones: float) -> tuple[float, float]:
        """The radius of motions such as `Near`, in the order of the group's parameters, in cells."""
        frames, bins = seconds / self.seconds, semitones / self.semitones
        return (bins, frames) if isinstance(group, Torus) else (frames, bins)

    def action(self, group: Shifts, channels: int = 1) -> FieldAction:
        """How the group moves spectrograms (*batch c f t): around a torus, or with silence beyond the border."""
        return image_action(group, channels)

    def stretch(self, factor: float | Tensor, seconds: float | Tensor = 0.0) -> Element:
        """The stretch of time by a factor about the middle of the sound, 2 being twice as long, and a shift later."""
        log, time = torch.broadcast_tensors(torch.as_tensor(factor).log(), torch.as_tensor(seconds))
        return Affine1().element(torch.stack([log, time / self.seconds], dim=-1))

    @property
    def in_time(self) -> LineAction:
        """How Affine1 stretches and shifts spectrograms in time, as signals of f channels (*batch f t)."""
        return signal_action(Affine1(), self.bins)

    def _cells(self, g: Element) -> tuple[Tensor, Tensor]:
        if g.group == self.plane:
            return g.params[..., 0], -g.params[..., 1]
        if not isinstance(g.group, Torus):
            raise TypeError(f"time and pitch are told of shifts of Torus or Translation(2), got {g.group}")
        sides = torch.tensor(g.group.moduli, device=g.device)
        bins, frames = (torch.remainder(g.params + sides // 2, sides) - sides // 2).double().unbind(-1)
        return frames, bins
