"""Evaluating an encoder leaves it exactly as it was."""

import contextlib
import copy

import pytest
import torch
from torch import nn

from groups import Cyclic
from groups._escnn import enn, gspaces
from homossl.data import Digits, Images
from homossl.encoders import CNN
from homossl.evaluate import evaluate, features, frozen, poses


class Tiny(nn.Module):
    """Convolution and BatchNorm, with 3 fields of a group of order 2."""

    def __init__(self):
        super().__init__()
        self.stages = nn.Sequential(nn.Conv2d(1, 6, 3), nn.BatchNorm2d(6), nn.Dropout(0.5), nn.ReLU())

    def forward(self, x):
        return self.stages(x)

    def pose(self, z):
        return z.mean((2, 3)).unflatten(1, (3, 2))


@pytest.fixture
def images():
    x = torch.rand(20, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    return Images(x, torch.arange(20) % 2, ("even", "odd"))


def same_state(encoder, state):
    now = encoder.state_dict()
    return now.keys() == state.keys() and all(torch.equal(now[key], state[key]) for key in state)


def modes(encoder):
    return [module.training for module in encoder.modules()]


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_leaves_state_and_mode_bit_identical(images, training):
    encoder = Tiny().train(training)
    state, before, rng = copy.deepcopy(encoder.state_dict()), modes(encoder), torch.get_rng_state()
    evaluate(encoder, images, images, labels_per_class=(1,), repeats=1)
    assert same_state(encoder, state)
    assert modes(encoder) == before
    assert torch.equal(torch.get_rng_state(), rng)
    assert all(parameter.grad is None for parameter in encoder.parameters())


def test_control_features_in_training_mode_move_the_batchnorm(images):
    encoder = Tiny()
    state = copy.deepcopy(encoder.state_dict())
    encoder.pose(encoder.train()(images.x))
    assert not same_state(encoder, state)


def test_each_module_gets_its_own_mode_back(images):
    encoder = Tiny()
    encoder.stages[1].eval()
    before = modes(encoder)
    features(encoder, images)
    assert modes(encoder) == before
    assert len(set(before)) == 2  # control: train() on the whole would change it


def test_mode_is_restored_after_a_failure():
    encoder = Tiny()
    for error in (KeyError, None):
        with contextlib.suppress(KeyError), frozen(encoder):
            assert not encoder.training
            if error:
                raise error
        assert all(modes(encoder))


def test_a_steerable_convolution_keeps_no_expanded_filter():
    kind = enn.FieldType(gspaces.rot2dOnR2(4), [gspaces.rot2dOnR2(4).regular_repr])
    layer = enn.R2Conv(kind, kind, 3).train()
    state = copy.deepcopy(layer.state_dict())
    with frozen(layer):  # pyright: ignore[reportArgumentType]
        assert not same_state(layer, state)  # control: evaluation mode adds a buffer
    assert same_state(layer, state)


def test_features_do_not_depend_on_the_batch_size_or_the_mode(images):
    encoder = Tiny()
    whole = features(encoder, images)
    torch.testing.assert_close(features(encoder.eval(), images, batch_size=3), whole)
    trained = encoder.train().pose(encoder(images.x)).flatten(1)
    assert not torch.allclose(trained, whole)  # control


def test_pose_is_kept_or_pooled(images):
    encoder = Tiny()
    p, y = poses(encoder, images)
    assert torch.equal(y, images.y)
    assert p.shape == (20, 3, 2)
    assert torch.equal(features(encoder, images, pose=True), p.reshape(20, 6))
    torch.testing.assert_close(features(encoder, images, pose=False), (p[..., 0] + p[..., 1]) / 2)
    assert not p.requires_grad


def test_an_encoder_without_parameters(images):
    class Mean(nn.Module):
        """The mean brightness."""

        def forward(self, x):
            return x

        def pose(self, z):
            return z.mean((2, 3))[..., None]

    torch.testing.assert_close(features(Mean(), images)[:, 0], images.x.mean((1, 2, 3)))


def test_a_float64_encoder_is_fed_float64():
    encoder = CNN(fields=(1, 2), steps=(1, 2)).build(Cyclic(4), 1, 9)
    images = Digits(9).load("test")
    single, double = features(encoder, images), features(encoder.double(), images)
    assert double.dtype == torch.float64
    assert torch.allclose(single.double(), double, atol=1e-5)
