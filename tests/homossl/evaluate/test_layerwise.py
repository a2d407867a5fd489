"""Scores after every stage: those of each prefix of the encoder, from one pass."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import torch

from groups import Cyclic
from homossl.data import Digits
from homossl.encoders import CNN, CONV6, Encoder
from homossl.evaluate import evaluate, layerwise
from homossl.structure import build_encoder

PROTOCOLS = {"labels_per_class": (1,), "neighbours": (1,), "repeats": 2}


@pytest.fixture(scope="module")
def digits():
    splits = (Digits(17).load("train"), Digits(17).load("test"))
    return [replace(images, x=images.x[:300], y=images.y[:300]) for images in splits]


@pytest.fixture(scope="module")
def encoder():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return CNN(fields=(1, 2, 4), steps=(1, 2, 2)).build(Cyclic(4), 1, 17)


@pytest.fixture(scope="module")
def scores(encoder, digits):
    return layerwise(encoder, *digits, **PROTOCOLS)


def test_scores_of_a_stage_are_those_of_the_encoder_up_to_it(encoder, digits, scores):
    assert list(scores) == [0, 1, 2]
    for k, score in scores.items():
        assert score == evaluate(encoder.upto(k + 1), *digits, **PROTOCOLS)
    assert scores[2] == evaluate(encoder, *digits, **PROTOCOLS)
    assert scores[0] != scores[1] != scores[2]  # control
    assert all(score.pose_kept.linear.mean > 0.2 for score in scores.values())


def test_images_pass_through_every_stage_once(encoder, digits):
    calls = []
    hooks = [stage.register_forward_hook(lambda *_, k=k: calls.append(k)) for k, stage in enumerate(encoder.stages)]
    layerwise(encoder, *digits, **PROTOCOLS)
    for hook in hooks:
        hook.remove()
    assert calls == [0, 1, 2] * 2


@pytest.mark.parametrize("training", [True, False])
def test_the_encoder_is_left_as_it_was(encoder, digits, training):
    state = copy.deepcopy(encoder.train(training).state_dict())
    layerwise(encoder, *digits, **PROTOCOLS)
    now = encoder.state_dict()
    assert all(torch.equal(now[key], state[key]) for key in state)
    assert all(module.training is training for module in encoder.modules())


def test_stages_of_other_grids_and_without_batch_statistics(digits):
    train, test = (replace(images, x=torch.nn.functional.pad(images.x, (8, 7, 8, 7))) for images in digits)
    scores = layerwise(CONV6(width=8).build(Cyclic(4), 1, 32), train, test, **PROTOCOLS)
    assert list(scores) == [0, 1, 2, 3, 4]


def test_a_rearranged_encoder_reads_its_own_pose(digits):
    built = build_encoder(CNN(fields=(1, 2), steps=(1, 2)), "broken_order", Cyclic(4), (1, 17, 17), seed=0)
    last = layerwise(built, *digits, **PROTOCOLS)[1]
    assert last == evaluate(built, *digits, **PROTOCOLS)
    assert last != evaluate(Encoder([*built.stages]), *digits, **PROTOCOLS)  # type: ignore[list-item]  # control


def test_train_and_test_must_have_the_same_classes(encoder, digits):
    train, test = digits
    with pytest.raises(ValueError, match="same classes in train and test"):
        layerwise(encoder, train, replace(test, classes=tuple(map(str, range(10, 20)))))
