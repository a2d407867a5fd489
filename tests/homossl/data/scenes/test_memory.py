"""Scenes in memory: they are read as scenes and as labelled images, and what is wrong with them is named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from homossl.data import VOID, Digits, DigitScenes, Loader, MovedScenes, SceneBatch, SceneData, Scenes

HELD = SceneBatch(
    torch.full((2, 1, 4, 4), 51, dtype=torch.uint8),
    torch.tensor([0, 1, 2, VOID]).byte().reshape(1, 2, 2).repeat(2, 2, 2),
    (torch.tensor([[0.0, 0.0, 4.0, 2.0], [1.0, 1.0, 2.0, 2.0]]), torch.zeros(0, 4)),
    (torch.tensor([1, 0]), torch.zeros(0).long()),
)
CLASSES = ("cat", "dog")


def test_batches_are_floats_and_masks_are_whole_numbers() -> None:
    scenes = Scenes(HELD, CLASSES, y=torch.tensor([1, 0]))
    assert (len(scenes), scenes.shape, scenes.has_masks, scenes.has_boxes) == (2, (1, 4, 4), True, True)
    (batch,) = scenes.scenes([torch.tensor([1, 0])])
    assert batch.x.unique().tolist() == pytest.approx([0.2])
    assert batch.mask is not None
    assert batch.mask.dtype == torch.int64
    assert batch.mask.unique().tolist() == [0, 1, 2, VOID]
    assert [len(part) for part in batch.labels] == [0, 2]
    (images,) = scenes.to("cpu").batches([torch.tensor([1, 0])])
    assert images.x.equal(batch.x)
    assert images.y is not None
    assert images.y.tolist() == [0, 1]


def test_scenes_that_do_not_fit_are_delivered_from_the_host() -> None:
    scenes = replace(Scenes(HELD, CLASSES, y=torch.tensor([1, 0])), device="cpu")
    direct = Scenes(HELD, CLASSES, y=torch.tensor([1, 0]))
    (here,), (there,) = (data.scenes([torch.tensor([0])]) for data in (direct, scenes))
    assert here.x.equal(there.x)
    assert here.mask is not None
    assert there.mask is not None
    assert here.mask.equal(there.mask)
    (images,) = scenes.batches([torch.tensor([0])])
    assert images.x.equal(here.x)


def test_scenes_go_through_the_loader_of_labelled_images() -> None:
    scenes = DigitScenes(size=17, test=6).load("test")
    batches = list(Loader(scenes, 3, seed=0).epoch(0))
    assert [len(batch) for batch in batches] == [3, 3]


def test_specifications_offer_the_protocol() -> None:
    assert isinstance(DigitScenes(), SceneData)
    assert isinstance(MovedScenes(DigitScenes()), SceneData)
    assert not isinstance(Digits(), SceneData)  # control


def test_a_scene_without_objects_is_no_labelled_image() -> None:
    with pytest.raises(ValueError, match="1 scenes show none, first number 1"):
        next(iter(Scenes(HELD, CLASSES).batches([torch.tensor([0])])))
    (batch,) = Scenes(HELD, CLASSES).to("cpu").scenes([torch.tensor([1])])  # but a scene
    assert len(batch.labels[0]) == 0


@pytest.mark.parametrize("y", [torch.tensor([0, 2]), torch.tensor([0]), torch.tensor([0.0, 1.0])])
def test_classes_of_images_that_are_none_are_named(y: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"y: expected \(2,\) int64 in 0..1, got"):
        Scenes(HELD, CLASSES, y=y)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"x": torch.zeros(2, 4, 4)}, r"x: expected \(n c h w\)"),
        ({"x": torch.full((2, 1, 4, 4), 2.0)}, r"x: expected floats in \[0, 1\]"),
        ({"mask": torch.full((2, 4, 4), 3)}, "mask of scene 0: expected 0..2 or 255, got 3"),
        ({"mask": torch.zeros(2, 4, 5).long()}, r"mask: expected \(2, 4, 4\) uint8 or int64, got \(2, 4, 5\)"),
        ({"labels": (torch.tensor([1, 2]), HELD.labels[1])}, r"labels of scene 0: expected 0..1, got \[1, 2\]"),
        ({"labels": (torch.tensor([1.0, 0.0]), HELD.labels[1])}, "labels of scene 0: expected .* torch.int64"),
        ({"boxes": (torch.tensor([[0.0, 0, 4, 5], [0, 0, 1, 1]]), torch.zeros(0, 4))}, "within 0 0 4 4, got 0 0 4 5"),
        ({"boxes": (torch.tensor([[0.0, 0, 4, 4], [1, 1, 1, 2]]), torch.zeros(0, 4))}, "an area, got 1 1 1 2"),
        ({"boxes": (torch.zeros(1, 4), torch.zeros(0, 4))}, r"boxes of scene 0: expected \(2, 4\) torch.float32"),
        ({"crowd": (torch.zeros(2), torch.zeros(0))}, "crowd of scene 0: expected .* torch.bool"),
        (
            {"instances": (torch.ones(2, 4, 4).bool(), torch.ones(1, 4, 4).bool())},
            r"instances of scene 1: .*\(0, 4, 4\)",
        ),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, Any], told: str) -> None:
    Scenes(HELD, CLASSES)  # control
    with pytest.raises(ValueError, match=told):
        Scenes(replace(HELD, **changed), CLASSES)
