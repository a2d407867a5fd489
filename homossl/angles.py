"""How far the update of a credit rule points away from that of backpropagation, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn

from homossl.credit import Backprop, Credit
from homossl.credit.feedback_layers import layers_of, weight
from homossl.learner import Learner, head_at
from homossl.parallel import average_gradients
from homossl.types import Batch


def angles(
    learner: Learner,
    batch: Batch,
    rng: torch.Generator,
    backward: Callable[[Tensor], None] = torch.autograd.backward,
) -> dict[str, float]:
    """The angle in degrees between the gradients that the learner's credit rule and backpropagation give each layer.

    Both are taken at the same weights, of the same batch and the same draws; that of backpropagation is the gradient of
    the last stage's loss. Layers are those of the encoder, "stage0" or "stage0.layer1", and those of the last stage's
    head, "head" or "head.layer1". The weights of a steerable layer are coefficients in its equivariant basis, and so
    are their gradients. Layers that get no gradient, or one of zero, have no angle and are left out.

    All is measured on copies: weights, gradients, statistics, the state of the rule and rng are left as they were.

    Source: Lillicrap et al., Random synaptic feedback weights support error backpropagation for deep learning (Nature
        Communications 7:13276, 2016), the angle that feedback alignment brings below 90 degrees.
    """
    rule, reference = (gradients(learner, credit, batch, rng, backward) for credit in (learner.credit, Backprop()))
    found = {name: angle(rule[name], reference[name]) for name in reference if name in rule}
    return {name: degrees for name, degrees in found.items() if math.isfinite(degrees)}


def gradients(
    learner: Learner, credit: Credit, batch: Batch, rng: torch.Generator, backward: Callable[[Tensor], None]
) -> dict[str, Tensor]:
    """What a copy of the learner with this credit rule gets for the weights of its layers, by name."""
    copy = deepcopy(learner)
    copy.credit = credit
    copy.zero_grad(set_to_none=True)
    with torch.random.fork_rng([rng.device] if rng.device.type == "cuda" else []):
        copy.step(batch, rng.clone_state(), backward)
    average_gradients(copy.parameters())
    found = {name: weight(layer).grad for name, layer in named_layers(copy).items()}
    return {name: gradient for name, gradient in found.items() if gradient is not None}


def named_layers(learner: Learner) -> dict[str, nn.Module]:
    """The layers of each stage and of the last one's head; those of a part that has several are numbered."""
    stages = learner.encoder.stages
    parts = {f"stage{i}": stage for i, stage in enumerate(stages)} | {"head": head_at(learner.head, len(stages) - 1)}
    layers = {name: layers_of(part) for name, part in parts.items()}
    return {
        f"{name}.layer{i}" if len(several) > 1 else name: layer
        for name, several in layers.items()
        for i, layer in enumerate(several)
    }


def angle(a: Tensor, b: Tensor) -> float:
    """The angle between two tensors as vectors, in degrees: 2 atan2(|u - v|, |u + v|), u = a / |a|, v = b / |b|.

    Unlike the inverse cosine it is accurate near 0 and 180 degrees too; it is nan where one of them is 0 or not finite.

    >>> angle(torch.tensor([1.0, 0.0]), torch.tensor([0.0, -2.0]))
    90.0

    Source: Kahan, How futile are mindless assessments of roundoff in floating-point computation? (2006), section 12.
    """
    a, b = (x.detach().cpu().double().flatten() for x in (a, b))
    u, v = a / a.norm(), b / b.norm()
    return math.degrees(2 * math.atan2((u - v).norm().item(), (u + v).norm().item()))
