"""What a budget is made for: a model, its actions, an input and an element, and the residual there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from groups import Element, FieldAction
from homossl.verify.budgets.border import distances, free_radius, untouched
from homossl.verify.budgets.spectral import spectral

DISCS = (1.0, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
"""Radii of the discs of a sweep, as parts of the distance from the centre to a corner."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A model in float64, its actions, an input (b c h w), and one element."""

    model: nn.Module
    source: FieldAction
    target: FieldAction
    x: Tensor
    g: Element

    @cached_property
    def z(self) -> Tensor:
        """f(x)."""
        return self.model(self.x)

    @cached_property
    def blank(self) -> Tensor:
        """f(0), which is constant but at the border, where the cardinal series would ring."""
        return self.model(torch.zeros_like(self.x[:1]))

    @cached_property
    def residual(self) -> Tensor:
        """f(g x) - rho(g) f(x), as the actions resample."""
        return self.model(self.source(self.g, self.x)) - self.target(self.g, self.z)

    @cached_property
    def accurate(self) -> Tensor:
        """The same, resampled spectrally; on the lattice there is nothing to resample."""
        if self.on_lattice:
            return self.residual
        still = spectral(self.target)(self.g, self.z - self.blank) + self.target(self.g, self.blank)
        return self.model(spectral(self.source)(self.g, self.x)) - still

    @cached_property
    def distance(self) -> Tensor:
        """Pixels from the centre to each cell of the features, (h w)."""
        return distances(self.z.shape[-2:], self.target.stride, self.x.device)

    @cached_property
    def radius(self) -> float:
        """Pixels of the largest disc that the border cannot reach; 0 where every feature feels it."""
        return free_radius(untouched(self.model, self.source, self.target, self.x, self.g), self.distance)

    @property
    def disc(self) -> Tensor:
        """Cells within that disc, or all of them where there is none, (h w)."""
        return self.distance < (self.radius or torch.inf)

    @property
    def on_lattice(self) -> bool:
        """Whether g moves both grids onto themselves, so that nothing is resampled."""
        grids = ((self.source, self.x), (self.target, self.z))
        return all(bool(action.keeps_grid(self.g, tuple(field.shape))) for action, field in grids)

    def sweep(self) -> tuple[tuple[float, float], ...]:
        """Radii of shrinking discs in pixels, and the accurate residual within, relative to the features within."""
        widest = self.distance.max().item()
        return tuple((part * widest, self._within(part * widest)) for part in DISCS)

    def _within(self, radius: float) -> float:
        disc = self.distance <= radius + 1e-9
        size = (self.z * disc).norm().clamp_min(torch.finfo(self.z.dtype).tiny)
        return ((self.accurate * disc).norm() / size).item()
