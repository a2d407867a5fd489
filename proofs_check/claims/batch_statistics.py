"""Batch statistics pooled over the group do not see how each sample is moved."""

from __future__ import annotations

from functools import partial

import torch

from groups import Cyclic, Dihedral, Group, SemidirectProduct, Torus
from homossl.layers import Layers, Plain, Steerable
from proofs_check import laws
from proofs_check.claim import Case, Claim
from proofs_check.examples import noise, sampled

SIDE, FIELDS, BATCH = 5, 3, 8
GROUPS: dict[str, Group] = {
    "C4": Cyclic(4),
    "D4": Dihedral(4),
    "p4": SemidirectProduct(Torus(SIDE, SIDE), Cyclic(4)),
    "p4m": SemidirectProduct(Torus(SIDE, SIDE), Dihedral(4)),
}


def residual(layers: Layers) -> float:
    """The larger difference in what is normalised and in the running statistics, every sample moved by another g."""
    field = layers.fields(FIELDS)
    z = noise(BATCH, field.fibre.dim, SIDE, SIDE) + noise(field.fibre.dim, 1, 1, seed=1)
    g = sampled(layers.group, BATCH)
    (still, before), (moved, after) = (_normalised(layers, x) for x in (z, field(g, z)))
    return max(laws.relative_error(moved, field(g, still)).item(), laws.relative_error(after, before).item())


def _normalised(layers: Layers, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The normalised field, and the running statistics after it."""
    field = layers.fields(FIELDS)
    norm = layers.enter(layers.norm(field), field).double().train()
    y = norm(z)
    return y, torch.cat([b.flatten() for b in norm.buffers() if b.is_floating_point()])


claim = Claim(
    title="pooled batch statistics are invariant",
    statement="Means and variances over batch x group x space do not change when every sample is moved by a motion of "
    "its own, so batch normalisation per field is a homomorphism of the whole batch: N(g_i z_i) = g_i N(z_i).",
    source="derived: a motion permutes the values of a field over group x space; used in H-SSL = A-SSL, where a batch "
    "holds differently moved copies",
    measured="the larger relative error of the normalised field and of the running statistics, in training mode",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, Steerable(group)), partial(residual, Plain(group)), "statistics per channel")
        for name, group in GROUPS.items()
    ),
)
