"""The digits are those of scikit-learn, split once and for all."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from homossl.data import Digits


def rows(images):
    return sorted(map(tuple, images.x.flatten(1).tolist()))


def test_train_and_test_are_all_digits_once():
    train, test = Digits(size=8).load("train"), Digits(size=8).load("test")
    expected = load_digits(return_X_y=True)[0] / 16
    assert (len(train), len(test)) == (1297, 500)
    assert sorted(rows(train) + rows(test)) == sorted(map(tuple, expected.tolist()))
    assert rows(train)[:297] != rows(test)[:297]


def test_labels_stay_with_their_images():
    pixels, labels = load_digits(return_X_y=True)
    label = {tuple(x): y for x, y in zip((pixels / 16).tolist(), labels, strict=True)}
    test = Digits(size=8).load("test")
    wrong = np.mean([label[tuple(x)] != y for x, y in zip(test.x.flatten(1).tolist(), test.y.roll(1), strict=True)])
    assert all(label[tuple(x)] == y for x, y in zip(test.x.flatten(1).tolist(), test.y, strict=True))
    assert wrong > 0.8  # control: labels moved by one


def test_the_split_never_changes():
    assert Digits().load("test").y[:8].tolist() == [0, 9, 6, 9, 8, 4, 5, 8]
    torch.manual_seed(1)
    np.random.seed(1)
    assert torch.equal(Digits().load("train").x, Digits().load("train").x)


def test_size_and_range():
    x = Digits(size=33).load("test").x
    assert x.shape == (500, 1, 33, 33)
    assert (x.min(), x.max(), x.dtype) == (0, 1, torch.float32)


def test_turned_digits_are_the_same_ones_by_quarter_turns():
    upright, turned = Digits(9).load("test"), Digits(9, turned=True).load("test")
    turns = torch.stack([torch.rot90(upright.x, k, (-2, -1)) for k in range(4)])
    matches = (turns == turned.x).all(dim=(2, 3, 4))
    assert matches.any(0).all()
    assert matches.float().mean(1).allclose(torch.tensor(0.25), atol=0.06)
    assert torch.equal(turned.x, Digits(9, turned=True).load("test").x)
    assert torch.equal(upright.y, turned.y)


def test_unknown_split_is_named():
    with pytest.raises(ValueError, match=r"expected one of \('train', 'test'\), got 'validation'"):
        Digits().load("validation")  # pyright: ignore[reportArgumentType]
