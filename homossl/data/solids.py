"""Solids as clouds of points, made from their equations: no download."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from groups import SO3
from groups.spatial import rotation_matrix
from homossl.data.samples import Samples
from homossl.data.shapes import SHAPES
from homossl.data.split import Split, check_split


@dataclass(frozen=True)
class Solids:
    """Points drawn uniformly from the surfaces of solids, x: (n points 3) float32: which solid is the class.

    The five platonic solids, superquadrics (sphere, cylinder, pillow, star), cone, torus, helix and three torus knots.
    Each is centred with its furthest corner at distance 1, then sized, turned and blurred, all drawn from (seed, split)
    and so the same every time; without `turned`, it is the same solid before its turn. Classes take turns: the first
    samples of a split, as many as there are classes, show each once.

    >>> Solids(points=32, test=2).load("test").x.shape
    torch.Size([30, 32, 3])

    Raises:
        ValueError: a count is below 1, noise, log_scale or the seed is negative or not finite, or a class is not known
            or named twice.
    """

    points: int = 128
    """Points of each cloud."""
    train: int = 60
    """Samples of each class for training."""
    test: int = 20
    """Samples of each class for testing."""
    noise: float = 0.02
    """Standard deviation of what is added to each coordinate; a solid of size 1 has radius 1."""
    log_scale: float = 0.2
    """Sizes are exp(s), s uniform in [-log_scale, log_scale]."""
    turned: bool = True
    """Turn each cloud by a rotation of its own, uniform over SO(3)."""
    classes: tuple[str, ...] = tuple(SHAPES)
    """Which solids there are, by name."""
    seed: int = 0
    """What everything is drawn from."""

    def __post_init__(self) -> None:
        for name in ("points", "train", "test"):
            if getattr(self, name) < 1:
                raise ValueError(f"Solids.{name}: expected at least 1, got {getattr(self, name)}")
        for name in ("noise", "log_scale", "seed"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ValueError(f"Solids.{name}: expected a finite number >= 0, got {getattr(self, name)}")
        if not set(self.classes) <= set(SHAPES) or len(set(self.classes)) != len(self.classes) or not self.classes:
            raise ValueError(f"Solids.classes: expected some of {tuple(SHAPES)}, each once, got {self.classes}")

    def load(self, split: Split) -> Samples:
        """The solids of one split."""
        check_split(split)
        count = self.train if split == "train" else self.test
        state = np.random.SeedSequence([self.seed, split == "test"]).generate_state(1, np.uint64)
        generator = torch.Generator().manual_seed(int(state[0]))
        clouds = [SHAPES[name]().centred().sample(count, self.points, generator=generator) for name in self.classes]
        x = self._varied(torch.stack(clouds, dim=1).flatten(0, 1), generator)
        return Samples(x.float(), torch.arange(len(self.classes)).repeat(count), self.classes)

    def _varied(self, x: Tensor, generator: torch.Generator) -> Tensor:
        spread = 2 * torch.rand(len(x), 1, 1, generator=generator, dtype=x.dtype) - 1
        x = x * (self.log_scale * spread).exp()
        x = x + self.noise * torch.randn(x.shape, generator=generator, dtype=x.dtype)
        return x @ _turns(len(x), generator).mT if self.turned else x


def _turns(count: int, generator: torch.Generator) -> Tensor:
    return rotation_matrix(SO3().sample(count, generator=generator, dtype=torch.float64).params)
