"""Convolutions of fields over scales and turns."""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from einops import rearrange, reduce, repeat
from torch import Tensor, nn

from groups import FieldAction
from groups.scale_field import ScaleField
from groups.scale_space import ScaleSpace
from homossl.layers.scale_basis import HermiteGaussians


class ScaleConv(nn.Module):
    """A scale-equivariant convolution, striding by the ratio of the fields' strides.

    [z * w](a, t, u) = sum over b, j, v of z(b, t + j, v) psi_w(a, t; v - u), with filters psi_w = sum_f w_f(b - a, j)
    psi_f, which zoom with the scale t of what they make and turn with its angle a. They reach j = 0, 1, ... scales up,
    and see zeros beyond the last one, as beyond the border where that is no torus. Images are lifted: they have one
    angle b and one scale, which all t read.

    Raises:
        ValueError: the scales or turns of the fields and of the basis differ, or reach is not in 1..scales.

    Source: Sosnovik, Szmaja & Smeulders, Scale-Equivariant Steerable Networks (arXiv 1910.11093); turns are ours.
    """

    def __init__(
        self, before: FieldAction, after: ScaleField, basis: HermiteGaussians, reach: int = 1, bias: bool = False
    ) -> None:
        super().__init__()
        _check(before, after.space, basis, reach)
        self.action_in, self.action_out, self.basis = before, after, basis
        self.stride, self.lifts = after.stride // before.stride, not isinstance(before, ScaleField)
        sizes = (1, 1, 1) if self.lifts else (basis.scales * basis.turns, basis.turns, reach)
        out, into = len(after.fibre.terms), before.fibre.dim // sizes[0]
        self.weights = nn.Parameter(torch.empty(out, into, *sizes[1:], basis.count))
        self.bias = nn.Parameter(torch.zeros(out)) if bias else None
        initialise(self.weights, basis)

    def forward(self, x: Tensor) -> Tensor:
        space, filters = self.action_out.space, self.filters()
        bias = None if self.bias is None else repeat(self.bias, "o -> (t o a)", t=space.scales, a=space.turns)
        groups = 1 if self.lifts else space.scales
        x, border = self._bordered(x if self.lifts else self._by_scale(x), filters.shape[-1] // 2)
        y = F.conv2d(x, filters, bias, self.stride, border, groups=groups)
        return rearrange(y, "b (t c) h w -> b (c t) h w", t=space.scales)

    def filters(self) -> Tensor:
        """The filters of all scales and turns, ((t o a) (j i b) k k)."""
        angles, relative = (
            torch.arange(n, device=self.weights.device) for n in (self.basis.turns, self.weights.shape[2])
        )
        weights = self.weights[:, :, (relative - angles[:, None]).remainder(len(relative))]  # b - a, (a b)
        basis = self.basis.sampled(weights.dtype, weights.device)
        filters = torch.einsum("oiabjf, ftayx -> toajibyx", weights, basis)
        return rearrange(filters, "t o a j i b y x -> (t o a) (j i b) y x")

    def _bordered(self, x: Tensor, width: int) -> tuple[Tensor, int]:
        """On a torus the cells with those of its other side around them; and the zeros that are left to add."""
        return (F.pad(x, 4 * (width,), mode="circular"), 0) if self.action_in.padding == "circular" else (x, width)

    def _by_scale(self, x: Tensor) -> Tensor:
        """What each scale reads, itself and those above, (b (c t) h w) -> (b (t j c) h w)."""
        reach = self.weights.shape[3]
        scales = rearrange(x, "b (c t) h w -> b t c h w", t=self.basis.scales)
        if reach == 1:
            return scales.flatten(1, 2)
        beyond = F.pad(scales, (0, 0, 0, 0, 0, 0, 0, reach - 1))
        return rearrange(beyond.unfold(1, reach, 1), "b t c h w j -> b (t j c) h w")

    def extra_repr(self) -> str:
        out, into, turns, reach, functions = self.weights.shape
        return f"{into} -> {out} fields, stride={self.stride}, turns={turns}, reach={reach}, functions={functions}"


class ScalePool(nn.Module):
    """The maximum or the mean over the axis of scales, (b (c t) h w) -> (b c h w): what a zoom leaves as it is.

    A zoom moves some scales off the axis and others onto it, so this holds as far as those do not matter.
    """

    def __init__(self, before: ScaleField, after: ScaleField, kind: Literal["max", "mean"]) -> None:
        super().__init__()
        self.action_in, self.action_out, self.kind = before, after, kind

    def forward(self, x: Tensor) -> Tensor:
        return reduce(x, "b (c t) h w -> b c h w", self.kind, t=self.action_in.space.scales)


@torch.no_grad()
def initialise(weights: Tensor, basis: HermiteGaussians) -> None:
    """He initialisation: every function carries the same share of a variance of 2, the mean over scales and turns.

    Source: as `homossl.layers.initialise`, on white input.
    """
    energy = basis.sampled(weights.dtype, weights.device).square().sum((-2, -1)).mean((1, 2))
    weights.normal_().mul_((2 / (weights[0].numel() * energy)).sqrt())


def _check(before: FieldAction, space: ScaleSpace, basis: HermiteGaussians, reach: int) -> None:
    if isinstance(before, ScaleField) and before.space != space:
        raise ValueError(f"a ScaleConv keeps scales and turns, got {before.space} and {space}")
    if (basis.scales, basis.turns, basis.step) != (space.scales, space.turns, space.step):
        raise ValueError(f"a ScaleConv to {space} needs filters of its scales and turns, got {basis}")
    if not 1 <= reach <= space.scales:
        raise ValueError(f"a ScaleConv on {space.scales} scales reaches 1 to all of them, got reach={reach}")
