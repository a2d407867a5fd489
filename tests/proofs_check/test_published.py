"""A step agrees with the formula of its own loss, and with no other."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from groups import Cyclic, Element
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import InfoNCE
from homossl.types import Batch, Draw
from homossl.views import FeatureFibre
from proofs_check.published import departure, surprise


def learner() -> Learner:
    encoder = CNN(structure="plain", fields=(1, 2), steps=(1, 1))
    return build(Cyclic(2), encoder, FeatureFibre(), InfoNCE(projector=None), shape=(1, 3, 3)).double()


def own(made: Learner, x: Tensor, g: Element) -> Tensor:
    pairs = made.views.pair(made.encoder(x), Draw(x, g), made.encoder.action_out)
    return made.head(pairs, pairs).value


def images() -> Tensor:
    return torch.randn(4, 1, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def test_a_step_agrees_with_its_own_loss():
    assert departure(learner(), images(), own) < 1e-12


def test_means_over_view_sources_do_too():
    made = learner()
    assert departure(made, images(), own, [made.views, made.views]) < 1e-12


def test_control_another_loss_and_the_same_loss_with_another_gradient_do_not():
    assert departure(learner(), images(), lambda *a: 1.01 * own(*a)) == pytest.approx(0.01 / 1.01)

    def doubled(made: Learner, x: Tensor, g: Element) -> Tensor:
        loss = own(made, x, g)
        return 2 * loss - loss.detach()

    assert departure(learner(), images(), doubled) == pytest.approx(0.5)


def test_the_gradients_of_earlier_steps_do_not_count():
    made, rng = learner(), torch.Generator().manual_seed(1)
    made.step(Batch(images()), rng)
    assert departure(made, images(), own) < 1e-12


def test_surprise_is_the_cross_entropy_of_one_choice():
    scores = torch.tensor([1.0, -2.0, 0.5])
    assert surprise(torch.zeros(4), 2).item() == pytest.approx(math.log(4))
    torch.testing.assert_close(surprise(scores, 1), torch.nn.functional.cross_entropy(scores, torch.tensor(1)))
