"""Data whose scenes are warped when they are read."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from homossl.data import DigitScenes, MovedScenes
from homossl.train.spec_json import decode, encode


def test_a_moved_split_is_like_any_other() -> None:
    spec = MovedScenes(DigitScenes(size=17, test=5, noise=0.0), turn=20.0)
    scenes, still = spec.load("test").to("cpu"), spec.data.load("test")
    assert (len(scenes), scenes.shape, scenes.classes) == (5, (1, 17, 17), still.classes)
    assert (scenes.has_masks, scenes.has_boxes) == (True, True)
    (batch,), (images,), (before,) = (
        data([torch.arange(5)]) for data in (scenes.scenes, scenes.batches, still.batches)
    )
    assert images.x.equal(batch.x)
    assert not images.x.equal(before.x)
    assert images.y is not None
    assert before.y is not None
    assert images.y.equal(before.y)
    assert decode(encode(spec), "data") == spec
    assert spec.moved(turn=5.0) == replace(spec, turn=25.0)


def test_motions_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match=r"a zoom above 0 and a shift of 2 numbers, got turn=0\.0, zoom=-1\.0"):
        MovedScenes(DigitScenes(), zoom=-1.0)
    with pytest.raises(ValueError, match="finite turn"):
        DigitScenes().moved(turn=float("nan"))
