"""One softmax over objects and motions is discrimination plus manipulation."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from groups import Cyclic, Dihedral, FieldAction, Irrep, Regular, Torus
from homossl.objectives import JointEfference, Readout
from homossl.types import Pairs
from proofs_check.claim import Case, Claim
from proofs_check.examples import P4, noise, sampled
from proofs_check.laws import relative_error

TEMPERATURE = 0.5
ACTIONS: dict[str, Any] = {
    "C8, regular": 2 * Regular(Cyclic(8)),
    "D5, irreps": Irrep(Dihedral(5), 1, 1) + 2 * Irrep(Dihedral(5), 1, 2) + Irrep(Dihedral(5), 1, 0),
    "torus 3 x 4, regular": Regular(Torus(3, 4)),
    "p4 on 5 x 5, fields": FieldAction(P4, Regular(Cyclic(4)), padding="circular"),
}


def pairs(rho: Any, b: int = 4) -> Pairs:
    """Latents and the same moved, up to noise."""
    event = (rho.fibre.dim, 5, 5) if isinstance(rho, FieldAction) else (rho.dim,)
    left, g = noise(b, *event), sampled(rho.group, b)
    right = rho(g, left) + 0.5 * noise(b, *event, seed=1)
    return Pairs(left.requires_grad_(), right.requires_grad_(), motion=g, action=rho)


def formula(x: Pairs, at_rest: bool) -> tuple[Tensor, Tensor]:
    """-log p(i, g | i) and -log p(i | i) of the joint softmax, every object moved by every element; left to right."""
    rho: Any = x.action
    left, right = (z / z.flatten(1).norm(dim=1).reshape(-1, *[1] * (z.dim() - 1)) for z in (x.left, x.right))
    moved = torch.stack([rho(h, left) for h in rho.group.elements()], dim=1)
    weights = (torch.einsum("ihe,je->ijh", moved.flatten(2), right.flatten(1)) / TEMPERATURE).exp()
    own = weights.diagonal().T / weights.sum((1, 2))[:, None]
    still = weights[..., 0].diagonal() / weights[..., 0].sum(1)
    joint = own.gather(1, rho.group.index(x.motion)[:, None])
    return -joint.log().mean(), -(still if at_rest else own.sum(1)).log().mean()


def residual(name: str, at_rest: bool = False) -> float:
    """The largest difference in loss and gradients, of the objective with and without its second term."""
    x = pairs(ACTIONS[name])
    there, back = formula(x, at_rest), formula(x.swap(), at_rest)
    rows = zip((1.0, 0.0), there, back, strict=True)
    return max(relative_error(_row(_loss(x, lam), x), _row((a + b) / 2, x)).item() for lam, a, b in rows)


def _loss(x: Any, lam: float) -> Tensor:
    objective = JointEfference(readout=Readout(pool=False), temperature=TEMPERATURE, lam=lam)
    return objective.build(tuple(x.left.shape[1:]), x.motion.group)(x, x).value


def _row(loss: Tensor, x: Pairs) -> Tensor:
    gradients = torch.autograd.grad(loss, [x.left, x.right], retain_graph=True)
    return torch.cat([loss.detach().reshape(1), *[g.flatten() for g in gradients]])


claim = Claim(
    title="discrimination plus manipulation is one softmax",
    statement=(
        "With p(j, g' | i) = softmax over objects and motions of ⟨ρ(g') zᵢ, z'ⱼ⟩ / T: −log p(i, g | i) = −log p(i | i) "
        "− log p(g | i, i), p(i | i) being summed over all motions. JointEfference is the joint softmax at λ = 1, and "
        "its marginal over motions at λ = 0, gradients included."
    ),
    source="derived, from S-TEC (arXiv 2210.09224): its actions are identity and manipulation",
    measured="the largest relative error of losses and gradients at λ = 1 and λ = 0, both directions, 4 pairs of noise",
    bound=1e-10,
    miss=1e-3,
    cases=tuple(
        Case(name, partial(residual, name), partial(residual, name, at_rest=True), "objects compared at rest")
        for name in ACTIONS
    ),
)
