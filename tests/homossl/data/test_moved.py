"""Images moved once and for all."""

from __future__ import annotations

import pytest
import torch

from groups import Cyclic, Scale, Similarity2, image_action
from homossl.data import Digits, Moved, Solids
from homossl.train.spec_json import decode, encode

RADIUS = (1.0, 0.3, 2.0, 2.0)


def test_every_image_is_moved_the_same_way_every_time() -> None:
    moved, digits = Moved(Digits(17), Similarity2(), RADIUS), Digits(17)
    first, again = moved.load("test"), moved.load("test")
    assert first.x.equal(again.x)
    assert first.y.equal(digits.load("test").y)
    g = moved.motions(500, "test")
    expected = image_action(Similarity2())(g, digits.load("test").x).clamp(0, 1)
    torch.testing.assert_close(first.x, expected)
    other = Moved(Digits(17), Similarity2(), RADIUS, seed=1)
    assert not other.load("test").x.equal(first.x)
    assert not moved.motions(5, "train").params.equal(moved.motions(5, "test").params)


def test_motions_lie_about_another() -> None:
    moved = Moved(Digits(17), Similarity2(), (1.0, 0.1, 0.0, 0.0), about=(0.0, -0.5, 0.0, 0.0))
    scales = moved.motions(200, "train").params[:, 1]
    assert -0.6 <= scales.min() < scales.max() <= -0.4
    small, large = moved.load("test").x.sum((1, 2, 3)), Digits(17).load("test").x.sum((1, 2, 3))
    assert 0.25 < (small / large).median() < 0.5  # areas go with e^-1


def test_recipes_hold_it() -> None:
    moved = Moved(Digits(17), Scale(), 0.3)
    assert decode(encode(moved), "data") == moved


def test_errors() -> None:
    with pytest.raises(TypeError, match="needs a group with exp"):
        Moved(Digits(17), Cyclic(4), 1.0)
    with pytest.raises(ValueError, match="expected 4 numbers"):
        Moved(Digits(17), Similarity2(), RADIUS, about=(0.0,))
    with pytest.raises(ValueError, match="one radius or 4 of them"):
        Moved(Digits(17), Similarity2(), (1.0, 2.0))
    with pytest.raises(TypeError, match="images in memory"):
        Moved(Solids(), Scale(), 0.3).load("test")
