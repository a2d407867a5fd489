"""Each law as a residual, zero if and only if it holds, relative to the size of what it compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor
from torch.optim import Optimizer

from groups import Element, Representation
from groups.laws import (
    action_composition,
    action_identity,
    apart,
    associativity,
    automorphism,
    equivariance,
    exp_of_log,
    homomorphism,
    identity,
    inverse,
    left_invariance,
    log_of_exp,
    matrix_is_action,
    relative_error,
    representation_homomorphism,
    representation_identity,
)
from homossl.learner import Learner
from homossl.types import Batch

__all__ = [
    "action_composition",
    "action_identity",
    "apart",
    "associativity",
    "automorphism",
    "equivariance",
    "exp_of_log",
    "homomorphism",
    "identity",
    "inverse",
    "left_invariance",
    "log_of_exp",
    "matrix_is_action",
    "relative_error",
    "representation_homomorphism",
    "representation_identity",
    "reynolds",
    "same_step",
    "same_training",
]


def reynolds(rho: Representation, g: Element, weights: Tensor) -> Tensor:
    """P = sum_i w_i rho(g_i) projects onto {x: rho(g) x = x}: P P = P, rho(g) P = P = P rho(g), tr P = its dimension.

    g: (n), weights: (n). The dimension is counted by the singular values of the map x -> (rho(g_i) x - x)_i.
    """
    matrices = rho.matrix(g, dtype=torch.float64)
    mean = (weights[:, None, None] * matrices).sum(0)
    moves = matrices - torch.eye(rho.dim, dtype=torch.float64)
    fixed = rho.dim - torch.linalg.matrix_rank(moves.flatten(0, 1), atol=1e-8)
    misses = [mean @ mean - mean, matrices @ mean - mean, mean @ matrices - mean, mean.trace() - fixed]
    return torch.stack([miss.abs().amax() for miss in misses]).amax()


def same_step(one: Learner, other: Learner, batch: Batch, seed: int = 0) -> Tensor:
    """L_1 = L_2 and dL_1/dw = dL_2/dw: two learners with the same weights take the same step, for the same draw.

    With one on inputs and the other on features this is the theorem H-SSL = A-SSL (hssl.md, formal core).
    """
    losses, gradients = zip(*[_step(learner, batch, seed) for learner in (one, other)], strict=True)
    return torch.maximum(relative_error(*losses), relative_error(*gradients))


def same_training(
    one: Learner, other: Learner, batches: Sequence[Batch], optimiser: Callable[[Iterable[Tensor]], Optimizer]
) -> Tensor:
    """w_1 = w_2 after a step on each batch, relative to the way they went; the targets follow their students.

    The weights are the same at the start, and both learners take the same draws.
    """
    start = _weights(one)
    ways = [_trained(learner, batches, optimiser(learner.parameters())) - start for learner in (one, other)]
    return relative_error(*ways)


def _trained(learner: Learner, batches: Sequence[Batch], optimiser: Optimizer) -> Tensor:
    for i, batch in enumerate(batches):
        optimiser.zero_grad()
        learner.step(batch, torch.Generator(batch.x.device).manual_seed(i))
        optimiser.step()
        learner.advance((i + 1) / len(batches))
    return _weights(learner)


def _weights(learner: Learner) -> Tensor:
    return torch.cat([p.detach().flatten() for p in learner.parameters()])


def _step(learner: Learner, batch: Batch, seed: int) -> tuple[Tensor, Tensor]:
    learner.zero_grad()
    loss = learner.step(batch, torch.Generator(batch.x.device).manual_seed(seed))
    return loss.value, torch.cat([p.grad.flatten() for p in learner.parameters() if p.grad is not None])
