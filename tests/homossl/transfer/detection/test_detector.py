"""Detectors of torchvision over a backbone: they learn, with the right labels, from images as they are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from torch import nn

from homossl.data.scenes import SceneBatch, Scenes
from homossl.transfer import backbone_of
from homossl.transfer.detection import Detection

HEADS = ("retinanet", "fcos", "faster_rcnn")
CLASSES = ("low", "high")
NOTHING = torch.zeros(0, 4), torch.zeros(0).long()


def scenes_of(objects: Sequence[Sequence[tuple[int, int, int]]]) -> Scenes:
    """Gray images of 33 x 33 with upright bars of 14 x 8 (label 1) or level ones (label 0) at (x, y, label)."""
    x, boxes, labels = torch.zeros(len(objects), 1, 33, 33), [], []
    for image, bars in zip(x, objects, strict=True):
        box = [(x0, y0, x0 + (8, 14)[1 - k], y0 + (8, 14)[k]) for x0, y0, k in bars]
        for x0, y0, x1, y1 in box:
            image[0, y0:y1, x0:x1] = 1
        boxes.append(torch.tensor(box).float().reshape(-1, 4))
        labels.append(torch.tensor([k for *_, k in bars]).long())
    return Scenes(SceneBatch(x, None, tuple(boxes), tuple(labels)), CLASSES)


def batch_of(scenes: Scenes) -> SceneBatch:
    return next(iter(scenes.scenes([torch.arange(len(scenes))])))


@pytest.mark.parametrize("head", HEADS)
def test_every_head_learns_boxes_and_labels(backbone, head):
    scenes = scenes_of([[(2, 3, 1), (16, 20, 0)], [(15, 14, 1)], [], [(4, 10, 0)]])
    regions = {"regions": 16} if head == "faster_rcnn" else {}
    task = Detection(data=None, head=head, depth=1, **regions)  # type: ignore[arg-type]
    model = task.build(backbone(33), CLASSES, 33).train()
    assert task.score(model, scenes)["map_50"] < 0.3  # control
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3)
    for _ in range(60):
        optimiser.zero_grad()
        task.loss(model, batch_of(scenes)).backward()
        optimiser.step()
    assert task.score(model, scenes)["map_50"] > 0.9
    assert model.training  # scoring leaves the mode as it was


@pytest.mark.parametrize("head", HEADS)
def test_images_without_objects_are_learned_from(backbone, head):
    task = Detection(data=None, head=head)  # type: ignore[arg-type]
    model = task.build(backbone(33), CLASSES, 33).train()
    loss = task.loss(model, SceneBatch(torch.rand(2, 1, 33, 33), None, (NOTHING[0],) * 2, (NOTHING[1],) * 2))
    loss.backward()
    assert loss.isfinite()
    assert loss > 0
    gradients = [p.grad for p in model.backbone.parameters() if p.grad is not None]
    assert gradients
    assert all(grad.isfinite().all() for grad in gradients)


def test_images_enter_as_they_are(backbone):
    model = Detection(data=None).build(backbone(33), CLASSES, 33).eval()  # type: ignore[arg-type]
    seen = []
    model.backbone.register_forward_pre_hook(lambda _module, inputs: seen.append(inputs[0]))
    x = torch.rand(2, 1, 33, 33)
    with torch.no_grad():
        model(x)
    assert seen[0].equal(x)


def test_crowds_are_not_learned(backbone):
    scenes = scenes_of([[(2, 3, 1), (16, 20, 0)]])
    task = Detection(data=None)  # type: ignore[arg-type]
    model = task.build(backbone(33), CLASSES, 33).train().requires_grad_(False)
    model.backbone.eval()
    held = batch_of(scenes)
    crowd = SceneBatch(held.x, None, held.boxes, held.labels, (torch.tensor([False, True]),))
    alone = SceneBatch(held.x, None, (held.boxes[0][:1],), (held.labels[0][:1],))  # type: ignore[index]
    assert task.loss(model, crowd) == task.loss(model, alone)
    assert task.loss(model, held) != task.loss(model, alone)  # control


def test_boxes_are_found_in_any_number_of_channels_and_on_even_grids(backbone):
    body = nn.Sequential(nn.Conv2d(3, 8, 4, 4), nn.ReLU(), nn.Conv2d(8, 8, 2, 2))
    base = backbone_of(body, (3, 64, 64))
    assert [level.aligned for level in base.levels] == [False, False]
    model = Detection(data=None, head="faster_rcnn").build(base, CLASSES, 64).eval()  # type: ignore[arg-type]
    with torch.no_grad():
        (found,) = model(torch.rand(1, 3, 64, 64))
    assert set(found["labels"].tolist()) <= {0, 1}
    assert found["boxes"].min() >= 0
    assert found["boxes"].max() <= 64
