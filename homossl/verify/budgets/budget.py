"""The error budget of an equivariance residual: interpolation, border, filter sampling, and what is left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from groups import Element, FieldAction
from homossl.report.text import aligned
from homossl.verify.budgets.refine import copied
from homossl.verify.budgets.separate import Vector, separate
from homossl.verify.budgets.setting import Setting
from homossl.verify.words import in_words

LOWER = (torch.float32, torch.bfloat16)
"""Precisions that a budget compares with float64."""


@dataclass(frozen=True)
class Part:
    """A part V of a residual R."""

    name: str
    norm: float
    """|V| / |f(x)|."""
    share: float
    """<V, R> / |R|^2; the shares of all parts sum to 1, and one may be negative."""
    note: str
    """How it was separated, and what of that is an estimate."""


@dataclass(frozen=True, eq=False)
class Budget:
    """What the residual R = f(g x) - rho(g) f(x) at one element g is made of: R is the sum of the parts, exactly."""

    element: Element
    size: tuple[int, int]
    """Pixels of the input."""
    total: float
    """|R| / |f(x)|."""
    parts: tuple[Part, ...]
    """Interpolation, border, filter sampling, left."""
    there_and_back: tuple[float, float]
    """|g^-1 g x - x| / |x| of the input, and the same of the features."""
    mask_sweep: tuple[tuple[float, float], ...]
    """Radii of discs in pixels, and the residual within, moved spectrally, relative to the features within."""
    precision: dict[str, float]
    """|f_64(x) - f_p(x)| / |f_64(x)| for lower precisions p."""

    @property
    def norms(self) -> dict[str, float]:
        """|V| / |f(x)| by part."""
        return {part.name: part.norm for part in self.parts}

    @property
    def left(self) -> Part:
        """What no part but the model itself explains."""
        return self.parts[-1]

    @property
    def explained(self) -> float:
        """1 - |left| / |R|."""
        return 1 - self.left.norm / max(self.total, torch.finfo(torch.float64).tiny)

    def table(self) -> str:
        """One line for each part, with its note, and what else was measured."""
        title = f"Error budget at {in_words(self.element)} on {self.size[0]} x {self.size[1]} pixels"
        rows = [(part.name, f"{part.norm:.2g}", f"{part.share:.1%}") for part in self.parts]
        table = aligned(("part", "of |f(x)|", "share"), [*rows, ("residual", f"{self.total:.2g}", "100.0%")])
        return "\n".join([title, "", table, "", *[f"{name}: {text}" for name, text in self.notes().items()]])

    def notes(self) -> dict[str, str]:
        """How the parts were separated, and what else was measured, in words."""
        there = "{:.2g} of the input, {:.2g} of the features".format(*self.there_and_back)
        sweep = ", ".join(f"{residual:.2g} within {radius:.3g} pixels" for radius, residual in self.mask_sweep)
        rounding = ", ".join(f"{value:.2g} in {name}" for name, value in self.precision.items())
        parts = {part.name: part.note for part in self.parts}
        return parts | {"there and back": there, "within discs": sweep, "rounding": rounding}

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        own = {name: getattr(self, name) for name in ("size", "total", "there_and_back", "mask_sweep", "precision")}
        parts = [vars(part) for part in self.parts]
        return {"group": str(self.element.group), "element": self.element.params.tolist(), **own, "parts": parts}

    def to_json(self) -> str:
        """Everything, as JSON."""
        return json.dumps(self.to_dict(), indent=1) + "\n"


@torch.no_grad()
def budget(
    model: nn.Module, source: FieldAction, target: FieldAction, x: Tensor, g: Element, *, refinement: int = 4
) -> Budget:
    """Separate R = f(g x) - rho(g) f(x) into parts, for x: (b c h w) and one g, in float64 and in evaluation mode.

    1. interpolation, I = R - R': in R' the actions resample spectrally instead of bilinearly.
    2. border, B: what of R' lies outside the largest disc that the border of the grid cannot reach.
    3. filter sampling, S: within the disc, what R' loses if the network is refined to `refinement` cells a pixel; its
       filters and its non-linearities, which alias, are then nearer to those of the continuous network.
    4. left, M = R - I - B - S: the residual of the refined network. Weights outside the equivariant basis stay here.

    All but R are estimates: fields are moved exactly only if they are band-limited and vanish towards the border, as
    those of `band_limited` do, and the refined network still aliases a little. Motions of the pixel lattice need none
    of this: all of their residual is left.

    Raises:
        TypeError: an action is not on fields.
        ValueError: more than one element, or refinement < 2.
    """
    _check(source, target, g, refinement)
    setting = Setting(copied(model), source, target, x.double(), g)
    scale = setting.z.norm()
    return Budget(
        element=g,
        size=(x.shape[-2], x.shape[-1]),
        total=(setting.residual / scale).norm().item(),
        parts=tuple(_part(vector, setting.residual, scale) for vector in separate(setting, refinement)),
        there_and_back=(_there_and_back(source, g, setting.x), _there_and_back(target, g, setting.z)),
        mask_sweep=setting.sweep(),
        precision={str(p).removeprefix("torch."): _rounding(model, setting, p) for p in LOWER},
    )


def _check(source: FieldAction, target: FieldAction, g: Element, refinement: int) -> None:
    for action in (source, target):
        if not isinstance(action, FieldAction):
            raise TypeError(f"a budget needs actions on fields, got {action}")
    if g.shape:
        raise ValueError(f"a budget is of one element, got {tuple(g.shape)}")
    if refinement < 2:
        raise ValueError(f"a budget needs refinement >= 2, got {refinement}")


def _part(vector: Vector, residual: Tensor, scale: Tensor) -> Part:
    share = (vector.value * residual).sum() / residual.square().sum().clamp_min(torch.finfo(residual.dtype).tiny)
    return Part(vector.name, (vector.value.norm() / scale).item(), share.item(), vector.note)


def _there_and_back(action: FieldAction, g: Element, x: Tensor) -> float:
    return ((action(~g, action(g, x)) - x).norm() / x.norm()).item()


def _rounding(model: nn.Module, setting: Setting, dtype: torch.dtype) -> float:
    z = copied(model, dtype)(setting.x.to(dtype)).double()
    return ((z - setting.z).norm() / setting.z.norm()).item()
