"""Tensor field networks: encoders of clouds of points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import nn

from groups import Action, Group, PointAction
from groups.functions import SphereFunctions
from groups.parts import reflects, turned_by
from homossl.encoders.architecture import Architecture, nearest_widths, parameters
from homossl.encoders.encoder import Encoder, Stage
from homossl.encoders.points.bodies import Embedding, Exchange, Pooling
from homossl.encoders.points.irreps import Copies
from homossl.encoders.points.plain import PerPoint, PointNet


@dataclass(frozen=True)
class TensorFieldNetwork(Architecture):
    """An encoder of clouds (b n 3+k), n points with k labels: for SO3, O3, SE3, Translation(3), Symmetric, products.

    A stage that looks from the centre, some in which points exchange what they see, and one that pools: the latent
    (b d) is `latent` functions on the sphere, as coefficients up to the degree. The order of the points does not
    matter, nor where the cloud is, and points at one place count as one. structure "plain" is a PointNet: a perceptron
    per point in the place of each stage, and the maximum over the points.

    >>> from groups import SO3
    >>> TensorFieldNetwork().on(SO3(), (64, 3)).action_out
    SphereFunctions(group=SO3(), copies=16, degree=2)

    Raises:
        ValueError: a number is below its least; clouds of fewer than 3 columns.

    Source: Thomas et al., Tensor field networks (arXiv 1802.08219); PointNet: Qi et al. (arXiv 1612.00593). Radial
        functions, norms and the handling of copies are ours.
    """

    copies: int = 8
    """Copies of each irrep at a point, c."""
    latent: int = 16
    """Copies of each irrep in the latent."""
    degree: int = 2
    """The highest degree of the irreps."""
    layers: int = 2
    """How often the points exchange what they see."""
    radius: float = 0.8
    """How far a point sees."""
    relative: bool = True
    """Whether the radius is in units of the size of each cloud, or in those of the coordinates."""

    def __post_init__(self) -> None:
        super().__post_init__()
        least = {"copies": 1, "latent": 1, "degree": 1, "layers": 0}
        for name, bound in least.items():
            if type(value := getattr(self, name)) is not int or value < bound:
                raise ValueError(f"TensorFieldNetwork.{name} is a whole number from {bound}, got {value!r}")
        if not 0 < self.radius < float("inf"):
            raise ValueError(f"TensorFieldNetwork.radius is positive, got {self.radius!r}")

    def on(self, group: Group, shape: tuple[int, ...]) -> Encoder:
        if len(shape) != 2 or shape[0] < 1 or shape[1] < 3:
            raise ValueError(f"TensorFieldNetwork takes clouds of shape (n 3+k), got {shape}")
        actions = self.actions(group)
        bodies = self.tied if self.structure == "steerable" else self.free
        stages = zip(bodies(group, shape[1] - 3), pairwise(actions), strict=True)
        return Encoder([Stage(body, *ends) for body, ends in stages])

    def actions(self, group: Group) -> list[Action]:
        """What each stage takes, and what the last one gives."""
        hidden = turned_by(group, lambda turns: SphereFunctions(turns, self.copies, self.degree))
        latent = turned_by(group, lambda turns: SphereFunctions(turns, self.latent, self.degree))
        return [PointAction(group), *[PointAction(group, hidden)] * (self.layers + 1), latent]

    def tied(self, group: Group, labels: int) -> Iterator[nn.Module]:
        """The stages, equivariant by construction."""
        reflections = reflects(group)
        kind, latent = (Copies(c, self.degree, reflections) for c in (self.copies, self.latent))
        yield Embedding(kind, labels)
        for _ in range(self.layers):
            yield Exchange(kind, self.radius, self.relative)
        yield Pooling(kind, latent)

    def free(self, group: Group, labels: int) -> Iterator[nn.Module]:
        """Ordinary ones of about as many parameters."""
        target = parameters(self.tied(group, labels))
        with torch.device("meta"):
            (width,) = nearest_widths((16,), target, lambda widths: parameters(self._perceptrons(labels, *widths)))
        return self._perceptrons(labels, width)

    def _perceptrons(self, labels: int, width: int) -> Iterator[nn.Module]:
        hidden, latent = (Copies(c, self.degree, False).dim for c in (self.copies, self.latent))
        for columns in (labels, *[hidden] * self.layers):
            yield PerPoint(3 + columns, width, hidden)
        yield PointNet(3 + hidden, width, latent)
