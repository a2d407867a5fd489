"""A user's own pairs of frames with the motion between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from groups import Element
from homossl.data.delivery import as_floats, delivered, fits
from homossl.data.images import Images
from homossl.types import Batch


@dataclass(frozen=True, eq=False)
class Frames:
    """Pairs of frames on one device, x: (n 2 c h w), y: (n) int64, and the motion: (n) from the first to the second.

    x is kept as it was decoded: uint8 in 0..255, or float32 in [0, 1]. Without labels, zeros and one class do. To train
    on frames of your own, give a recipe a frozen dataclass with a method `load(split) -> Frames` as its data.

    >>> from groups import SE2
    >>> motion = SE2().element([[0.1, 2.0, 0.0]])  # a turn by 0.1 radians, then a shift by two pixels to the right
    >>> frames = Frames(torch.zeros(1, 2, 3, 9, 9), motion, torch.tensor([0]), ("kitchen",))
    >>> frames.shape
    (3, 9, 9)

    Raises:
        ValueError: x is not (n 2 c h w) uint8 or float32 in [0, 1], the motions are not (n), or y does not index
            classes.
    """

    x: Tensor
    motion: Element
    y: Tensor
    classes: tuple[str, ...]
    device: str | None = None
    """Where batches are delivered, if it is not where x, y and the motions are held."""

    def __post_init__(self) -> None:
        if self.x.ndim != 5 or self.x.shape[1] != 2:
            raise ValueError(f"x: expected two frames of each sample, (n 2 c h w), got {tuple(self.x.shape)}")
        if self.motion.shape != (len(self.x),):
            raise ValueError(f"motion: expected one for each sample, ({len(self.x)},), got {tuple(self.motion.shape)}")
        for frame in self.x.unbind(1):
            Images(frame, self.y, self.classes)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def shape(self) -> tuple[int, ...]:
        """(c h w) of one frame."""
        return tuple(self.x.shape[2:])

    def to(self, device: torch.device | str) -> Frames:
        """The same frames held on another device, or by the host for it where they take too much of its memory."""
        if not fits(device, self.x, self.y, self.motion.params):
            return replace(self, device=str(device))
        held = {"x": self.x.to(device), "motion": self.motion.to(device), "y": self.y.to(device)}
        return replace(self, **held, device=None)

    def batch(self, index: Tensor) -> Batch:
        """The frames at index: (b), as float32 in [0, 1], with their motions, where they are held."""
        return as_floats(self._decoded(index))

    def batches(self, indices: Iterable[Tensor]) -> Iterator[Batch]:
        """One batch for each index: (b), in the order given."""
        return map(self.batch, indices) if self.device is None else delivered(map(self._decoded, indices), self.device)

    def _decoded(self, index: Tensor) -> Batch:
        index = index.to(self.x.device, non_blocking=True)
        return Batch(self.x[index], self.y[index], self.motion[index])
