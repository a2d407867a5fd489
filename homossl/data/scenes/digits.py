"""Scenes of handwritten digits on textured grounds, rendered on the spot: no download."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from homossl.data.scenes.batch import joined
from homossl.data.scenes.glyphs import glyphs
from homossl.data.scenes.layout import drawn, lay_out, streams
from homossl.data.scenes.memory import Scenes
from homossl.data.scenes.movable import Movable
from homossl.data.scenes.rendering import Rendered, render
from homossl.data.split import Split, check_split

CLASSES = tuple("0123456789")
LARGEST = 0.65
"""Greatest side of a digit, in shares of the image's, with which any digit fits in turned any way."""
NOISE = 1
"""The streams of the noise."""
CHUNK = 64
"""Scenes rendered at once: what they take stays in the cache."""


@dataclass(frozen=True)
class DigitScenes(Movable):
    """Digits placed, turned, scaled and overlapping on textured grounds, x: (n channels size size) float32.

    A scene is a function of the plane, [g s](u) = s(g^-1 u), that is evaluated at the centres of the pixels: moved
    scenes are rendered anew, without a border and without interpolating an image, with exact masks and boxes. Scene i
    depends on (seed, split, i) and the knobs only, not on how many there are. Larger digits are in front, and the class
    of a scene is that of its largest digit. Digits are seen whole but for those in front of them. Scenes for training
    show the digits of `Digits` for training, and others those for testing. Ours.

    >>> scenes = DigitScenes(size=33, test=2).load("test")
    >>> scenes.shape, len(scenes.held.boxes)
    ((1, 33, 33), 2)

    Raises:
        ValueError: a count, size, span, share or seed is beyond its range.
    """

    size: int = 65
    """Pixels along each side."""
    count: tuple[int, int] = (1, 3)
    """Least and greatest number of digits."""
    turn_span: float = 30.0
    """Greatest turn of a digit either way, in degrees; with 180, sixes and nines are alike."""
    scale_span: tuple[float, float] = (0.25, 0.45)
    """Least and greatest side of a digit's square, in shares of the image's side."""
    overlap: float = 0.2
    """How far digits may cover each other: 0 not at all, 1 wholly. In crowded scenes more than that may be needed."""
    contrast: float = 0.5
    """Contrast of the ground's texture: 0 flat, 1 as bright as a dark digit in places."""
    noise: float = 0.03
    """Standard deviation of what is added to each pixel; noise is not of the scene, and does not move with it."""
    channels: Literal[1, 3] = 1
    """1 for gray, 3 for colour."""
    train: int = 1000
    """Scenes for training."""
    test: int = 500
    """Scenes for testing."""
    seed: int = 0
    """What everything is drawn from."""

    def __post_init__(self) -> None:
        super().__post_init__()
        (small, large), shares = self.scale_span, (self.overlap, self.contrast)
        known = {
            "size, train and test are at least 1": min(self.size, self.train, self.test) >= 1,
            "count is (least, greatest), at least 1": 1 <= self.count[0] <= self.count[1],
            "turn_span is in [0, 180] degrees": 0 <= self.turn_span <= 180,
            f"scale_span is (least, greatest) in (0, {LARGEST}]": 0 < small <= large <= LARGEST,
            "overlap and contrast are in [0, 1]": all(0 <= share <= 1 for share in shares),
            "noise is finite and not negative, nor is the seed": 0 <= self.noise < math.inf and self.seed >= 0,
            "channels is 1 or 3": self.channels in (1, 3),
        }
        if wrong := [rule for rule, kept in known.items() if not kept]:
            raise ValueError(f"DigitScenes: {'; '.join(wrong)}; got {self}")

    def load(self, split: Split) -> Scenes:
        """The scenes of one split."""
        check_split(split)
        n = self.train if split == "train" else self.test
        chunks = [self._rendered(index.tolist(), split) for index in torch.arange(n).split(CHUNK)]
        poses = tuple(pose for chunk in chunks for pose in chunk.poses)
        y = torch.cat([chunk.y for chunk in chunks])
        return Scenes(joined([chunk.scenes for chunk in chunks]), CLASSES, poses, y)

    def _rendered(self, index: list[int], split: Split) -> Rendered:
        uniform = drawn(self.seed, split == "test", index, self.count[1])
        layout = lay_out(uniform, glyphs(split), self)
        noise = self._noise(index, split) if self.noise else None
        return render(layout, glyphs(split), self, noise)

    def _noise(self, index: list[int], split: Split) -> Tensor:
        shape = self.channels, self.size, self.size
        drawn = [stream.standard_normal(shape) for stream in streams(index, self.seed, split == "test", NOISE)]
        return self.noise * torch.from_numpy(np.stack(drawn))
