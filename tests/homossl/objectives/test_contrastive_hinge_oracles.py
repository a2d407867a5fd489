"""The contrastive hinge agrees with the numbers of the authors' two codes, losses and gradients in float64."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from homossl.objectives import ContrastiveHinge, InfoNCE, Linear, Siamese, SiameseHead
from homossl.types import Pairs

HERE = Path(__file__).parent
BATCHES = json.loads((HERE / "contrastive_hinge.json").read_text())
STEP = json.loads((HERE / "target_propagation_hinge.json").read_text())
FORMS = {
    "hinge_margin_1_3_blocked": ContrastiveHinge(),
    "hinge_margin_1_3": ContrastiveHinge(gradient_block=False),
    "hinge_thr2_delta1_blocked": ContrastiveHinge.around(2.0, 1.0),
    "fewer_negatives_future5_blocked": ContrastiveHinge.future(5),
}
OTHER = {
    "hinge_margin_1_3_blocked": ContrastiveHinge(gradient_block=False),
    "hinge_margin_1_3": ContrastiveHinge(),
    "hinge_thr2_delta1_blocked": ContrastiveHinge.around(2.0, 0.9),
    "fewer_negatives_future5_blocked": ContrastiveHinge.future(4),
}
SMALL, LARGE = BATCHES
each_batch = pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: f"b = {batch['batch']}")


def double(values: Any) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def differences(objective: Siamese, batch: dict, expected: dict) -> list[float]:
    """Of the loss, and of both gradients, which are zero where they are not passed on."""
    left, right = (double(batch[view]).requires_grad_() for view in ("left", "right"))
    loss = objective(Pairs(left, right), Pairs(left, right)).value
    gradients = torch.autograd.grad(loss, [left, right], materialize_grads=True)
    apart = [g - double(expected[name]) for g, name in zip(gradients, ("grad_left", "grad_right"), strict=True)]
    return [abs(loss.item() - expected["loss"]), *[gap.abs().max().item() for gap in apart]]


@each_batch
@pytest.mark.parametrize("form", FORMS)
def test_losses_and_gradients_are_the_published_ones(form, batch):
    assert max(differences(FORMS[form], batch, batch[form])) < 1e-10


@pytest.mark.parametrize("form", OTHER)
def test_control_other_forms_disagree(form):
    assert max(differences(OTHER[form], SMALL, SMALL[form])) > 1e-2


@each_batch
def test_the_loss_it_was_compared_with_is_twice_the_mean(batch):
    pairs, expected = Pairs(double(batch["left"]), double(batch["right"])), batch["simclr_tau0.1_summed_directions"]
    assert 2 * InfoNCE(temperature=0.1)(pairs, pairs).value.item() == pytest.approx(expected["loss"], abs=1e-10)
    assert 2 * InfoNCE(temperature=0.11)(pairs, pairs).value.item() != pytest.approx(expected["loss"], abs=1e-3)


def wave(tensor: int, *shape: int, scale: float) -> torch.Tensor:
    """What the numbers were computed with in place of random weights."""
    k = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return (scale * torch.sin(0.37 * k + 0.11 * tensor)).reshape(shape)


def hidden() -> Pairs:
    """The fields (4 256 2 2) below the head, of four pairs of images."""
    x = torch.sin(0.013 * torch.arange(8 * 3 * 32 * 32, dtype=torch.float64)).reshape(8, 3, 32, 32)
    x = x * torch.cos(0.7 * torch.arange(8, dtype=torch.float64))[:, None, None, None]
    for layer, (a, b) in enumerate(pairwise((3, 32, 64, 128, 256))):
        weight, bias = wave(2 * layer, b, a, 3, 3, scale=2 / (9 * a) ** 0.5), wave(2 * layer + 1, b, scale=0.1)
        x = F.max_pool2d(F.conv2d(x, weight, bias, padding=1), 2).tanh()
    return Pairs(x[0::2], x[1::2])


def published_head(objective: ContrastiveHinge) -> SiameseHead:
    head = objective.build((256, 2, 2)).double()
    head.get_parameter("projector.0.weight").data = wave(8, 64, 1024, scale=2 / 32)
    head.get_parameter("projector.0.bias").data = wave(9, 64, scale=0.1)
    return head


def step(objective: ContrastiveHinge) -> tuple[float, float]:
    """The loss, and the length of its gradient with respect to the head's weight."""
    head, fields = published_head(objective), hidden()
    loss = head(fields, fields).value
    (gradient,) = torch.autograd.grad(loss, head.get_parameter("projector.0.weight"))
    return loss.item(), gradient.norm().item()


def test_target_propagation_has_the_published_head_and_loss():
    preset, expected = ContrastiveHinge.target_propagation(), (STEP["global_loss"], STEP["f5_weight_grad_norm"])
    embedding = published_head(preset).project_frozen(hidden()).left[0]
    torch.testing.assert_close(embedding, double(STEP["embedding_row0"]), rtol=0, atol=1e-10)
    assert step(preset) == pytest.approx(expected, abs=1e-10, rel=0)


@pytest.mark.parametrize("other", [{"reduction": "sum"}, {"compare": "cross"}, {"gradient_block": True}])
def test_control_other_options_disagree(other):
    expected = (STEP["global_loss"], STEP["f5_weight_grad_norm"])
    assert step(replace(ContrastiveHinge.target_propagation(), **other)) != pytest.approx(expected, abs=1e-4, rel=0)


def test_the_layer_wise_head_is_linear_without_bias():
    assert ContrastiveHinge().projector == Linear(64)
    assert [tuple(p.shape) for p in ContrastiveHinge().build((512, 4, 4)).parameters()] == [(64, 512)]
