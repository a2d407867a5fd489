"""The parts of an equivariance residual, as vectors that sum to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from homossl.verify.budgets.kernels import WIDTHS
from homossl.verify.budgets.refine import refine, refines, without_continuous_filter
from homossl.verify.budgets.setting import Setting
from homossl.verify.budgets.spectral import refined, spectral

NOT_REFINED = "cannot be separated, and is in what is left: not every layer is a convolution or works cell by cell"
NAMES = ("interpolation", "border", "filter sampling", "left")


@dataclass(frozen=True, eq=False)
class Vector:
    """A part of a residual, and how it was found."""

    name: str
    value: Tensor
    note: str


def separate(setting: Setting, refinement: int) -> tuple[Vector, ...]:
    """The parts of a residual, in the order of their names."""
    if setting.on_lattice:
        notes, nothing = ["none: the element keeps the pixel lattice"] * 3, torch.zeros_like(setting.residual)
        return _named([nothing] * 3 + [setting.residual], [*notes, "all of the residual"])
    accurate, disc = setting.accurate, setting.disc
    left, notes = _left(setting, accurate * disc, refinement)
    values = [setting.residual - accurate, accurate * ~disc, accurate * disc - left, left]
    return _named(values, [_interpolation_note(), _border_note(setting.radius), *notes])


def _left(setting: Setting, within: Tensor, refinement: int) -> tuple[Tensor, tuple[str, str]]:
    """The residual of the refined network, or the whole residual within the disc if there is none; and two notes."""
    if not refines(setting.model, setting.x[:1]):
        return within, (NOT_REFINED, "with filter sampling")
    coarser, network = (RefinedSetting(setting, r) for r in (refinement // 2, refinement))
    left = network.residual() * setting.disc
    change = (left - coarser.residual() * setting.disc).norm() / setting.z.norm()
    return left, (network.sampling_note(), network.left_note(change.item()))


class RefinedSetting:
    """A setting on a grid of `refinement` cells to a pixel, with a margin, so that the disc does not feel its end."""

    def __init__(self, setting: Setting, refinement: int) -> None:
        self.setting, self.refinement = setting, refinement
        self.model = refine(setting.model, refinement)
        self.margin = _margin(setting)
        pixels = self.margin * setting.target.stride // setting.source.stride
        self.x = refined(F.pad(setting.x, (pixels,) * 4), refinement)
        self.z = self.model(self.x)

    @property
    def window(self) -> tuple[slice, slice]:
        """The cells that lie where those of the setting lie."""
        first, r = self.margin * self.refinement, self.refinement
        rows, columns = (slice(first, first + r * (side - 1) + 1, r) for side in self.setting.z.shape[-2:])
        return rows, columns

    def residual(self) -> Tensor:
        """f(g x) - rho(g) f(x) of the refined network, at the cells of the setting."""
        s, blank = self.setting, self.model(torch.zeros_like(self.x[:1]))
        after = self.model(spectral(s.source, self.refinement)(s.g, self.x))[..., *self.window]
        change = spectral(s.target, self.refinement).read(s.g, self.z - blank, self.window)
        return after - change - s.target.read(s.g, blank, self.window)

    def sampling_note(self) -> str:
        """How far the refined network is from the network."""
        disc, z = self.setting.disc, self.setting.z
        apart = ((self.z[..., *self.window] - z) * disc).norm() / (z * disc).norm()
        return (
            f"estimate: what the network loses when refined {self.refinement} times, its filters cut off at "
            f"{WIDTHS:g} sigma; within the disc that changes its features by {apart.item():.2g}"
        )

    def left_note(self, change: float) -> str:
        """What else is in what is left."""
        unknown = without_continuous_filter(self.setting.model)
        sampled = f"; so is the sampling of {', '.join(unknown)}, not known between pixels" if unknown else ""
        return (
            "estimate: the residual of the refined network, with what its non-linearities still alias: refined half as "
            f"finely, it changes by {change:.2g}{sampled}"
        )


def _margin(setting: Setting) -> int:
    """As many cells as lie between the disc and the border: refined filters reach less than twice as far."""
    half = setting.target.stride * (min(setting.z.shape[-2:]) - 1) / 2
    return math.ceil((half - min(setting.radius, half)) / setting.target.stride) if setting.radius else 0


def _named(values: list[Tensor], notes: list[str]) -> tuple[Vector, ...]:
    return tuple(Vector(*part) for part in zip(NAMES, values, notes, strict=True))


def _interpolation_note() -> str:
    return "estimate: bilinear less spectral resampling, which is exact for band-limited fields"


def _border_note(radius: float) -> str:
    if not radius:
        return "cannot be separated, and is in filter sampling and in what is left: every feature feels the border"
    return f"estimate: beyond {radius:.3g} pixels from the centre, where the border can be felt"
