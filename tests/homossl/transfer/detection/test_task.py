"""Detection as a task: what is trained, what is refused, and what is written."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from homossl.data import Digits, DigitScenes
from homossl.data.scenes import SceneBatch
from homossl.train.spec_json import decode, encode
from homossl.transfer import fit
from homossl.transfer.detection import Detection

DATA = DigitScenes(size=33, train=16, test=4)


@pytest.mark.parametrize("tune", ["head", "all"])
def test_a_frozen_backbone_stays_as_it_was_and_the_head_learns(backbone, tune):
    base = backbone(33)
    before = {name: value.clone() for name, value in base.state_dict().items()}
    model: Any = fit(Detection(data=DATA, tune=tune, epochs=1), base, DATA.load("train"), seed=0)
    untouched = all(value.equal(before[name]) for name, value in model.backbone.state_dict().items())
    assert untouched == (tune == "head")  # running statistics too
    logits = model.network.head.classification_head.cls_logits.weight
    assert logits.grad is not None
    assert logits.grad.abs().max() > 0


def test_scores_are_shares_on_moved_data_too(backbone):
    task = Detection(data=DATA, epochs=1)
    model = task.build(backbone(33), tuple("0123456789"), 33)
    for data in (DATA, DATA.moved(turn=90.0)):
        scores = task.score(model, data.load("test"))
        assert set(scores) == {"map", "map_50"}
        assert all(0 <= score <= 1 for score in scores.values())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"head": "yolo"}, "head is one of"),
        ({"width": 48}, "multiple of 32.*got 48"),
        ({"depth": 0}, "depth must be at least 1, got 0"),
        ({"head": "retinanet", "scales": ()}, "positive scales"),
        ({"head": "retinanet", "ratios": (0.0,)}, "positive scales and ratios"),
        ({"head": "fcos", "scales": (5.0,)}, "scales: head='fcos' has none"),
        ({"head": "retinanet", "regions": 9}, "regions: head='retinanet' has none"),
    ],
)
def test_what_is_wrong_is_named(wrong, said):
    with pytest.raises(ValueError, match=said):
        Detection(data=DATA, **wrong)


def test_data_without_boxes_are_refused(backbone):
    task = Detection(data=DATA)
    model = task.build(backbone(33), ("a",), 33).train()
    with pytest.raises(ValueError, match="needs scenes with boxes"):
        task.loss(model, SceneBatch(torch.zeros(1, 1, 33, 33), None, None, (torch.tensor([0]),)))
    with pytest.raises(ValueError, match=r"learns from scenes.*got Digits"):
        Detection(data=Digits(33)).read(Digits(33).load("test"), [])


def test_a_task_is_read_back_as_it_was_written():
    task = Detection(data=DATA, head="retinanet", scales=(3.0, 5.0))
    assert decode(encode(task)) == task
