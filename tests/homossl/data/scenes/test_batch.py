"""Batches of scenes are chosen from, joined, and moved between devices as one."""

from __future__ import annotations

import pytest
import torch

from homossl.data import SceneBatch
from homossl.data.scenes.batch import joined


def scenes(n: int, mask: bool = True) -> SceneBatch:
    """n scenes, the i-th of brightness i/10 with i objects of class i."""
    x = torch.arange(n).reshape(n, 1, 1, 1).expand(n, 1, 4, 4) / 10
    boxes = tuple(torch.tensor([[0.0, 0.0, 1.0, 2.0]]).expand(i, 4) for i in range(n))
    labels = tuple(torch.full((i,), i) for i in range(n))
    return SceneBatch(x, torch.zeros(n, 4, 4).long() if mask else None, boxes, labels)


def test_scenes_are_chosen_with_all_their_parts() -> None:
    chosen = scenes(4)[torch.tensor([3, 1])]
    assert len(chosen) == 2
    assert [len(part) for part in chosen.labels] == [3, 1]
    assert [len(part) for part in chosen.boxes or ()] == [3, 1]
    assert chosen.x[:, 0, 0, 0].tolist() == pytest.approx([0.3, 0.1])
    assert chosen.crowd is None


def test_joined_scenes_know_what_all_of_them_know() -> None:
    whole = joined([scenes(2), scenes(3)])
    assert len(whole) == 5
    assert [len(part) for part in whole.labels] == [0, 1, 0, 1, 2]
    assert whole.mask is not None
    assert joined([scenes(2), scenes(3, mask=False)]).mask is None


def test_every_tensor_goes_to_the_device() -> None:
    moved = scenes(3).to("meta")
    assert moved.x.is_meta
    assert all(part.is_meta for part in (*moved.labels, *(moved.boxes or ())))


def test_parts_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"as many of each as there are scenes, got x 2, boxes 1, labels 2"):
        SceneBatch(torch.zeros(2, 1, 4, 4), None, (torch.zeros(0, 4),), (torch.zeros(0).long(),) * 2)
