"""escnn convolutions made quick to start and exact where the pixel lattice allows."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from typing import Any

import torch
from einops import rearrange
from torch import Tensor, nn

from groups import Element, FieldAction, Group, Regular, Representation, Trivial, point_group
from groups._escnn import enn
from groups.interop import to_escnn
from groups.plane import linear
from groups.warp import Padding


def steerable_conv(
    before: FieldAction, after: FieldAction, kernel: int, padding: Padding, bias: bool = False
) -> nn.Module:
    """escnn's R2Conv, striding by the ratio of the fields' strides, He-initialised.

    escnn computes its bases in float32. Here they are projected in float64 onto the kernels that the turns of the
    lattice leave alone, so that in float64 the layer is exact to rounding.
    """
    conv = enn.R2Conv(
        to_escnn(before),
        to_escnn(after),
        kernel,
        stride=after.stride // before.stride,
        padding=kernel // 2,
        padding_mode=padding,
        bias=bias,
        recompute=True,  # escnn would share a basis that someone has rounded, as .half() of another network does
        initialize=False,
    )
    return rebased(conv, lambda basis: symmetrised(basis, _kind(after), _kind(before)), before.fibre.dim)


def rebased(conv: Any, project: Callable[[Tensor], Tensor], channels: int) -> nn.Module:
    """A convolution of escnn from so many channels with its basis projected, (s out in p), and He-initialised."""
    ((name, shared),) = conv.basisexpansion.named_children()
    basis = project(shared.get_buffer("sampled_basis")).float()
    conv.basisexpansion.add_module(name, _own_copy(shared, basis))
    initialise(conv.weights, basis, channels)
    return conv.train()  # drops the expanded filter of zeros that escnn starts with


def symmetrised(basis: Tensor, out: Representation, into: Representation) -> Tensor:
    """The Reynolds projection over the turns g of the lattice, K -> mean of rho_out(g) K(g^-1 .) rho_in(g)^-1.

    basis: (s out in (k k)). Every orbit is averaged in sorted order, so that its members come out bit-identical.

    Raises:
        RuntimeError: the projection moves the basis, so that its conventions are not those of our actions.
    """
    side = math.isqrt(basis.shape[-1])
    kernels = rearrange(basis.double(), "s o i (y x) -> s (o i) y x", y=side)
    turned = FieldAction(out.group, out * into)(lattice_turns(out.group)[:, None], kernels)
    mean = turned.sort(dim=0).values.mean(dim=0)
    if (mean - kernels).norm() > 1e-4 * kernels.norm():
        raise RuntimeError(f"escnn's kernels of {out.group} are not invariant under our action: the conventions differ")
    return rearrange(mean, "s (o i) y x -> s o i (y x)", o=out.dim)


@torch.no_grad()
def initialise(weights: Tensor, basis: Tensor, channels: int) -> None:
    """He initialisation in expectation: every basis kernel carries the same share of a variance of 2 / fan-in.

    Source: He et al. 2015 (arXiv 1502.01852), eq. 10; Weiler et al. 2018 (arXiv 1711.07289), sec. 2.4.
    """
    size, out, into = basis.shape[:3]
    energy = basis.square().sum(dim=(1, 2, 3))
    scale = (2 * out * into / (channels * size * energy)).sqrt()
    weights.copy_((torch.randn(weights.numel() // size, size) * scale).flatten())


def lattice_turns(group: Group) -> Element:
    """The elements of a finite point group that map the pixel lattice to itself."""
    turns = group.elements()  # type: ignore[attr-defined]
    matrices = linear(turns, torch.float64)
    return turns[(matrices - matrices.round()).abs().amax(dim=(-2, -1)) < 1e-9]


def _own_copy(block: nn.Module, basis: Tensor) -> nn.Module:
    """escnn hands the same block to every network of a process, so that .double() or .to() on one would change all."""
    own = copy(block)
    own._buffers = {"sampled_basis": basis}
    return own


def _kind(field: FieldAction) -> Representation:
    turns = point_group(field.group)
    return Trivial(turns) if isinstance(field.fibre, Trivial) else Regular(turns)
