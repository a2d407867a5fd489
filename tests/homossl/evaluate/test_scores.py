"""All protocols at once, on the digits."""

import json
import time
from dataclasses import replace

import pytest
import torch
from torch import nn

from homossl.data import Digits, FromDataset
from homossl.evaluate import evaluate


class Features(nn.Module):
    """Random features, 16 fields of a group of order 8."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(1, 128, 5, stride=4)
        self.norm = nn.BatchNorm2d(128)

    def forward(self, x):
        return self.norm(self.layer(x)).relu()

    def pose(self, z):
        return z.mean((2, 3)).unflatten(1, (16, 8))


@pytest.fixture(scope="module")
def digits():
    return Digits().load("train"), Digits().load("test")


@pytest.fixture(scope="module")
def encoder():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return Features()


@pytest.fixture(scope="module")
def scores(encoder, digits):
    return evaluate(encoder, *digits, labels_per_class=(1, 10), neighbours=(1, 5), repeats=3)


def test_all_protocols_are_above_chance_and_in_order(scores):
    assert all(0.2 < accuracy.mean < 1 for accuracy in scores.pose_kept.by_protocol().values())
    assert scores.pose_kept.few_labels[1].mean < scores.pose_kept.few_labels[10].mean < scores.pose_kept.linear.mean
    assert scores.pooled.linear.mean < scores.pose_kept.linear.mean


def test_control_shuffled_labels_are_at_chance(encoder, digits):
    train, test = digits
    shuffled = replace(train, y=train.y[torch.randperm(len(train), generator=torch.Generator().manual_seed(0))])
    scores = evaluate(encoder, shuffled, test, labels_per_class=(10,), repeats=3)
    assert all(accuracy.mean < 0.2 for accuracy in scores.pose_kept.by_protocol().values())


def test_table_and_dict_hold_every_accuracy(scores):
    table, flat = scores.table(), json.loads(json.dumps(scores.to_dict()))
    assert table[0] == ("protocol", "pose kept", "pooled")
    assert [row[0] for row in table[1:]] == ["linear", "1 label per class", "10 labels per class", "1-NN", "5-NN"]
    assert table[2][1] == str(scores.pose_kept.few_labels[1])
    assert flat["pooled"]["5-NN"] == {"mean": scores.pooled.neighbours[5].mean, "std": None}
    assert flat["pose kept"]["10 labels per class"]["std"] == scores.pose_kept.few_labels[10].std


def test_scores_are_reproducible(encoder, digits, scores):
    again = evaluate(encoder, *digits, labels_per_class=(1, 10), neighbours=(1, 5), repeats=3)
    assert again == scores
    other = evaluate(encoder, *digits, labels_per_class=(1, 10), neighbours=(1, 5), repeats=3, seed=1)
    assert other != scores
    assert other.pose_kept.linear == scores.pose_kept.linear


def test_streamed_images_give_the_same_scores(encoder, digits):
    train, test = (list(zip(images.x[:200], images.y[:200], strict=True)) for images in digits)
    held = FromDataset(train, test, 17, digits[0].classes)
    streamed = replace(held, memory_limit=0)
    a, b = (evaluate(encoder, data.load("train"), data.load("test"), repeats=1) for data in (held, streamed))
    assert a == b


def test_a_whole_evaluation_is_quick(encoder, digits):
    start = time.process_time()
    evaluate(encoder, *digits)
    assert time.process_time() - start < 4 * torch.get_num_threads()


def test_train_and_test_must_have_the_same_classes(encoder, digits):
    train, test = digits
    with pytest.raises(ValueError, match=r"same classes in train and test, got \('0'.* and \('10'"):
        evaluate(encoder, train, replace(test, classes=tuple(map(str, range(10, 20)))))
