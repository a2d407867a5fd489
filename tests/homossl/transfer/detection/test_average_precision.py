"""COCO's mAP of predictors whose score is known, and as pycocotools itself has it."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torch import Tensor

from homossl.transfer.detection import average_precision
from homossl.transfer.detection.average_precision import Boxes

BOX = torch.tensor([[8.0, 8.0, 40.0, 40.0]])
ELSEWHERE = torch.tensor([[44.0, 44.0, 60.0, 60.0]])


def known(boxes: Tensor, *labels: int) -> Boxes:
    return {"boxes": boxes, "labels": torch.tensor(labels).long()}


def found(boxes: Tensor, *labels: int, score: float = 0.7) -> Boxes:
    return known(boxes, *labels) | {"scores": torch.full((len(labels),), score)}


def test_a_perfect_predictor_scores_1_and_a_misplaced_one_less():
    truth = [known(torch.cat([BOX, ELSEWHERE]), 0, 3), known(BOX[:0]), known(ELSEWHERE, 3)]
    right = [image | {"scores": torch.rand(len(image["labels"]))} for image in truth]
    assert average_precision(right, truth) == {"map": 1.0, "map_50": 1.0}
    moved = [image | {"boxes": image["boxes"] + 2.0} for image in right]
    scores = average_precision(moved, truth)
    assert scores["map_50"] == pytest.approx(1)  # control: overlaps are 0.78 and 0.62
    assert scores["map"] == pytest.approx((0.6 + 0.3) / 2)


@settings(max_examples=8)
@given(st.integers(1, 12), st.integers(0, 12))
def test_a_constant_predictor_scores_the_share_of_what_it_meets(hits, misses):
    n = hits + misses
    truth = [known(ELSEWHERE, 0)] * misses + [known(BOX, 0)] * hits
    share = hits / n  # of the objects that are found, and of the boxes that are right, at the last of them
    recalls = sum(r * n <= 100 * hits for r in range(101)) / 101
    assert average_precision([found(BOX, 0)] * n, truth)["map"] == pytest.approx(share * recalls, abs=1e-6)


def test_classes_without_objects_are_not_averaged_and_those_never_found_count_0():
    truth = [known(torch.cat([BOX, ELSEWHERE]), 2, 5)]
    both = found(torch.cat([BOX, BOX]), 2, 9)
    assert average_precision([both], truth)["map"] == pytest.approx(0.5)
    assert average_precision([both], [known(BOX, 2)])["map"] == pytest.approx(1)


def test_boxes_in_images_without_objects_cost():
    truth = [known(BOX, 1), known(BOX[:0])]
    nothing = found(BOX[:0])
    assert average_precision([found(BOX, 1), nothing], truth)["map"] == pytest.approx(1)
    assert average_precision([found(BOX, 1, score=0.5), found(BOX, 1)], truth)["map"] == pytest.approx(0.5)


def test_crowds_are_neither_to_be_found_nor_wrong():
    crowd = known(torch.cat([BOX, ELSEWHERE]), 0, 0) | {"iscrowd": torch.tensor([0, 1])}
    pair = found(torch.cat([BOX, ELSEWHERE]), 0, 0)
    assert average_precision([found(BOX, 0)], [crowd])["map"] == pytest.approx(1)
    assert average_precision([pair], [crowd])["map"] == pytest.approx(1)
    alone = crowd | {"iscrowd": torch.tensor([0, 0])}
    assert average_precision([found(BOX, 0)], [alone])["map"] < 0.6  # control


def test_without_objects_there_is_no_score():
    with pytest.raises(ValueError, match="got none in 1 images"):
        average_precision([found(BOX, 0)], [known(BOX[:0])])


@settings(max_examples=6)
@given(st.integers(0, 2**16))
def test_the_score_is_that_of_pycocotools(metric_imported, seed):
    generator = torch.Generator().manual_seed(seed)
    truth = [drawn(generator, 3) for _ in range(6)]
    guesses = [jittered(image, generator) for image in truth]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        scores = average_precision(guesses, truth)
    assert out.getvalue() == ""
    expected = of_pycocotools(guesses, truth)
    assert (scores["map"], scores["map_50"]) == pytest.approx(expected, abs=1e-6)
    assert 0 < scores["map"] < scores["map_50"] < 1  # control: there is something to disagree about


@pytest.fixture(scope="module")
def metric_imported() -> None:
    """Import the metric before output is watched."""
    average_precision([found(BOX, 0)], [known(BOX, 0)])


def drawn(generator: torch.Generator, k: int) -> Boxes:
    at, sides = (torch.rand(k, 2, generator=generator) for _ in range(2))
    boxes = torch.cat([40 * at, 40 * at + 5 + 15 * sides], dim=1)
    return {"boxes": boxes, "labels": torch.randint(3, (k,), generator=generator)}


def jittered(image: Boxes, generator: torch.Generator) -> Boxes:
    noise = 1.5 * torch.randn(image["boxes"].shape, generator=generator)
    other = drawn(generator, 2)
    boxes = torch.cat([image["boxes"] + noise, other["boxes"]])
    labels = torch.cat([image["labels"], other["labels"]])
    return {"boxes": boxes, "labels": labels, "scores": torch.rand(len(labels), generator=generator)}


def of_pycocotools(guesses: list[Boxes], truth: list[Boxes]) -> tuple[float, float]:
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = dataset_of(truth)
        coco.createIndex()
        run = COCOeval(coco, coco.loadRes(rows_of(guesses)), "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    return float(run.stats[0]), float(run.stats[1])


def dataset_of(truth: list[Boxes]) -> Any:
    images, categories = ([{"id": i} for i in range(n)] for n in (len(truth), 3))
    return {"images": images, "categories": categories, "annotations": rows_of(truth)}


def rows_of(images: list[Boxes]) -> Any:
    rows = []
    for i, image in enumerate(images):
        scores = image.get("scores", torch.ones(len(image["labels"])))
        for (x0, y0, x1, y1), label, score in zip(image["boxes"].tolist(), image["labels"], scores, strict=True):
            box = {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0), "iscrowd": 0}
            rows.append({"id": len(rows) + 1, "image_id": i, "category_id": int(label), "score": float(score)} | box)
    return rows
