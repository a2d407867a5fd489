"""Strided steerable layers are exact on grids of 2^k + 1 and not on grids of 2^k."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import torch
from torch import Tensor

from groups import Cyclic, Dihedral
from homossl.encoders import CNN
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise

GROUPS: dict[str, Any] = {"C4": Cyclic(4), "D4": Dihedral(4)}
DEPTHS = {"one stride": CNN(fields=(2,), steps=(2,)), "three strides": CNN(fields=(1, 1, 2), steps=(2, 2, 2))}


@torch.no_grad()
def residual(group: Any, architecture: CNN, side: int) -> float:
    """How far an encoder, built for an odd grid, is from a homomorphism on images of a side, over all motions."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        encoder = architecture.build(group, 1, 17).double().eval()
    g = group.elements()[:, None]

    def f(x: Tensor) -> Tensor:
        return encoder(x.flatten(0, -4)).unflatten(0, x.shape[:-3])

    return laws.equivariance(f, encoder.action_in, encoder.action_out, g, noise(2, 1, side, side)).item()


claim = Claim(
    title="strides keep turns exact on odd grids only",
    statement="A steerable convolution with kernel 3, padding 1 and stride 2 takes a grid of 2ᵏ + 1 to one of 2ᵏ⁻¹ + "
    "1 with the same centre, and f(g x) = g f(x) for quarter turns and flips; on a grid of 2ᵏ it reads every second "
    "pixel off centre.",
    source="derived: the pixels 0, 2, 4, ... of a side n are kept by i -> n − 1 − i if and only if n is odd",
    measured="|f(g x) − g f(x)| / |g f(x)| over all motions g, on noise; the control says by how much an even grid "
    "misses",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(
            f"{name}, {depth}, {2**k + 1} x {2**k + 1}",
            partial(residual, GROUPS[name], DEPTHS[depth], 2**k + 1),
            partial(residual, GROUPS[name], DEPTHS[depth], 2**k),
            f"a grid of {2**k} x {2**k}",
        )
        for name, depth, k in product(GROUPS, DEPTHS, (3, 4, 5))
    ),
)
