"""COCO's mean average precision, by torchmetrics on pycocotools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

Boxes = dict[str, Tensor]
"""What is found in an image, or known of it: boxes (k 4) as x0 y0 x1 y1, labels (k), and scores or iscrowd (k)."""


def average_precision(found: Sequence[Boxes], known: Sequence[Boxes]) -> dict[str, float]:
    r"""COCO's mAP in [0, 1], and that at an intersection over union of 0.5.

    The area below the curve of precision by recall, at 101 recalls, averaged over the classes that there are objects
    of; `map` is also the mean over thresholds 0.50, 0.55, ..., 0.95 of the intersection over union.

    >>> truth = {"boxes": torch.tensor([[2.0, 2.0, 12.0, 12.0]]), "labels": torch.tensor([3])}
    >>> average_precision([truth | {"scores": torch.ones(1)}], [truth])
    {'map': 1.0, 'map_50': 1.0}

    Raises:
        ValueError: there are no objects, other than crowds.
        ImportError: torchmetrics or pycocotools is not installed.
    """
    metric = coco_metric()
    metric.update([on_host(image) for image in found], [on_host(image) for image in known])
    scores = metric.compute()
    if scores["map"] < 0:
        raise ValueError(f"mAP needs objects that are no crowds, got none in {len(known)} images")
    return {name: float(scores[name]) for name in ("map", "map_50")}


def coco_metric() -> Any:
    """The metric of torchmetrics, at the thresholds of pycocotools: its own are rounded to float32."""
    overlaps, recalls = np.linspace(0.5, 0.95, 10).tolist(), np.linspace(0.0, 1.0, 101).tolist()
    try:
        from torchmetrics.detection import MeanAveragePrecision  # takes seconds to import

        return MeanAveragePrecision("xyxy", "bbox", overlaps, recalls, backend="pycocotools")
    except ImportError:
        raise ImportError("mAP needs torchmetrics and pycocotools: pip install 'homossl[transfer]'") from None


def on_host(image: Boxes) -> Boxes:
    """The same boxes in the memory of the host."""
    return {name: value.cpu() for name, value in image.items()}


def truths(batch: Any) -> list[Boxes]:
    """What is known of each image of a SceneBatch.

    Raises:
        ValueError: no boxes are known.
    """
    if batch.boxes is None:
        raise ValueError("detection needs scenes with boxes, got boxes=None: other data, or another task")
    crowds = batch.crowd or [torch.zeros_like(labels) for labels in batch.labels]
    images = zip(batch.boxes, batch.labels, crowds, strict=True)
    return [{"boxes": boxes, "labels": labels, "iscrowd": crowd.long()} for boxes, labels, crowd in images]
