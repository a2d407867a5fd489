"""A network on a finer grid: the same weights, closer to the continuous network that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from groups._escnn import enn
from homossl.lowering import raised
from homossl.verify.budgets.kernels import fine_kernel, has_continuous_filter, same, tap_kernel
from homossl.verify.budgets.spectral import refined

Kernel = Callable[[Any, int], Tensor]
NEGLIGIBLE = 1e-6
"""What rounding leaves of a filter: escnn samples its bases in float32."""


def refine(model: nn.Module, refinement: int = 4) -> nn.Module:
    """The model on grids of `refinement` cells to a pixel: steerable filters sampled there, other weights as they are.

    It maps (b c r(h-1)+1 r(w-1)+1) to features whose every `refinement`-th cell lies where the model's own cells lie.
    What lies outside the equivariant basis of a steerable layer, and the weights of a layer without one, act as the
    same taps, so that an error of the model stays one. Norms and non-linearities are applied cell by cell, as they are.

    Raises:
        TypeError: a convolution that has groups, pads otherwise than with zeros, or differs between the axes.
    """
    return _with_kernels(model, fine_kernel, refinement)


def refines(model: nn.Module, x: Tensor, refinement: int = 2) -> bool:
    """Whether every layer is a convolution or works cell by cell: the model as taps on a finer grid is the model.

    Pooling, functional convolutions, and readouts of the whole grid are not, and have no refinement.
    """
    try:
        fine = _with_kernels(model, tap_kernel, refinement)(refined(x, refinement))[..., ::refinement, ::refinement]
    except (AssertionError, IndexError, RuntimeError, TypeError, ValueError):
        return False
    z = copied(model)(x)
    return z.shape == fine.shape and bool((fine - z).norm() <= 1e-6 * z.norm())


def without_continuous_filter(model: nn.Module) -> list[str]:
    """Names of the convolutions over several pixels whose continuous filters are not known."""
    wide = {name: m for name, m in model.named_modules() if isinstance(m, nn.Conv2d) and max(m.kernel_size) > 1}
    return [name for name, module in wide.items() if not has_continuous_filter(module)]


def copied(model: nn.Module, dtype: torch.dtype = torch.float64) -> nn.Module:
    """A copy of a model in evaluation mode and of a precision, with escnn's layers in the place of lowered ones."""
    source = raised(model)
    expanded = {id(b): b.detach().clone() for b in source.buffers() if b.requires_grad}
    with torch.no_grad():
        return deepcopy(source, expanded).to(dtype).eval()


class FineConv(nn.Module):
    """y(u) = sum_v K(v) x(s u + v), zero beyond the border, as a sum of few scalar filters times matrices."""

    def __init__(self, conv: Any, kernel: Tensor, refinement: int) -> None:
        super().__init__()
        self.matrices, self.filters = separated(kernel)
        self.stride = same(conv.stride)
        half = same(conv.dilation) * (same(conv.kernel_size) - 1)
        self.pad = (kernel.shape[-1] - 1) // 2 - refinement * half // 2 + refinement * same(conv.padding)
        self.bias = conv.expanded_bias if isinstance(conv, enn.R2Conv) else conv.bias
        self.in_type, self.out_type = getattr(conv, "in_type", None), getattr(conv, "out_type", None)

    def forward(self, x: Any) -> Any:
        if self.out_type is None:
            return self._convolve(x)
        return enn.GeometricTensor(self._convolve(x.tensor), self.out_type)

    def _convolve(self, x: Tensor) -> Tensor:
        x = F.pad(x, (self.pad,) * 4)
        sides, valid = x.shape[-2:], [side - self.filters.shape[-1] + 1 for side in x.shape[-2:]]
        waves = torch.fft.rfft2(x)
        responses = torch.fft.rfft2(self.filters, sides).conj()
        terms = zip(self.matrices.to(waves), responses, strict=True)
        mixed = sum(torch.einsum("oi,bihw->bohw", matrix, waves) * response for matrix, response in terms)
        y = torch.fft.irfft2(mixed, sides)[..., : valid[0] : self.stride, : valid[1] : self.stride]
        return y if self.bias is None else y + self.bias[:, None, None]


def separated(kernel: Tensor) -> tuple[Tensor, Tensor]:
    """K(v) = sum_r A_r K_r(v) with few scalar filters: (o i k k) -> (r o i), (r k k)."""
    u, s, v = torch.linalg.svd(kernel.flatten(0, 1).flatten(1), full_matrices=False)
    rank = int((s > NEGLIGIBLE * s[0]).sum())
    return (u[:, :rank] * s[:rank]).T.unflatten(1, kernel.shape[:2]), v[:rank].unflatten(1, kernel.shape[2:])


def _with_kernels(model: nn.Module, kernel: Kernel, refinement: int) -> nn.Module:
    whole = nn.Sequential(copied(model))  # so that a model that is itself a convolution can be replaced as well
    for name, module in list(whole.named_modules()):
        if isinstance(module, nn.Conv2d | enn.R2Conv):
            _require_plain(name, module)
            parent, _, own = name.rpartition(".")
            setattr(whole.get_submodule(parent), own, FineConv(module, kernel(module, refinement), refinement))
    return whole


def _require_plain(name: str, conv: Any) -> None:
    if conv.groups != 1 or conv.padding_mode != "zeros":
        raise TypeError(
            f"only convolutions with one group and zeros beyond the border are refined, got {name} with "
            f"groups={conv.groups} and padding_mode={conv.padding_mode!r}"
        )
