"""Detectors over a backbone. torchvision takes seconds to import: this is imported where it is built."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torchvision.models.detection import FCOS, FasterRCNN, RetinaNet
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.fcos import FCOSHead
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.models.detection.rpn import RPNHead

from homossl.transfer.backbone import Backbone
from homossl.transfer.detection.anchors import CellAnchors
from homossl.transfer.detection.average_precision import Boxes, truths
from homossl.transfer.detection.pyramid import GROUPS, Pyramid
from homossl.transfer.detection.region_pool import RegionPool

if TYPE_CHECKING:
    from homossl.transfer.detection.task import Detection

KEPT: dict[str, Any] = {"score_thresh": 0.05, "detections_per_img": 100}
"""What is kept of an image: mAP reads its 100 best boxes."""


class Detector(nn.Module):
    """A detector of torchvision: images (b c h w) in [0, 1] -> the boxes, scores and labels found in each.

    Images enter as they are: torchvision's transform would resize and normalise them, and pad them to multiples of 32,
    which grids of 2^k + 1 are not. Labels are indices into classes, `first` higher inside the network.
    """

    def __init__(self, network: nn.Module, first: int = 0) -> None:
        super().__init__()
        network.transform = AsGiven()
        self.network: Any = network
        self.first = first

    @property
    def backbone(self) -> Backbone:
        """The backbone below the pyramid."""
        return self.network.backbone.body

    def forward(self, x: Tensor) -> list[Boxes]:
        return [found | {"labels": found["labels"] - self.first} for found in self.network(x)]

    def loss(self, batch: Any) -> Tensor:
        """The sum of the network's losses on a SceneBatch; crowds are left out."""
        losses = self.network(batch.x, [self.target(truth) for truth in truths(batch)])
        return torch.stack(list(losses.values())).sum()

    def target(self, truth: Boxes) -> Boxes:
        """What the network learns of an image."""
        single = ~truth["iscrowd"].bool()
        return {"boxes": truth["boxes"][single], "labels": truth["labels"][single] + self.first}


class AsGiven(nn.Module):
    """In place of torchvision's transform: images of one size stay as they are."""

    def forward(self, images: Tensor, targets: list[Boxes] | None = None) -> tuple[ImageList, list[Boxes] | None]:
        return ImageList(images, [tuple(images.shape[-2:])] * len(images)), targets  # type: ignore[list-item]

    def postprocess(self, result: list[Boxes], image_shapes: object, original_image_sizes: object) -> list[Boxes]:
        """The boxes found, which are in pixels of the images already."""
        return result


def retinanet(pyramid: Pyramid, classes: int, task: Detection) -> Detector:
    """One stage, anchors: Lin et al. 2017 (arXiv 1708.02002), with norms, and GIoU as the loss of boxes."""
    anchors = CellAnchors(pyramid.levels, task.scales, task.ratios)
    norm = partial(nn.GroupNorm, GROUPS)
    head = RetinaNetHead(task.width, len(task.scales) * len(task.ratios), classes, norm)
    for branch in (head.classification_head, head.regression_head):
        branch.conv = branch.conv[: task.depth]
    head.regression_head._loss_type = "giou"
    return Detector(RetinaNet(pyramid, classes, anchor_generator=anchors, head=head, **KEPT))


def fcos(pyramid: Pyramid, classes: int, task: Detection) -> Detector:
    """One stage, points: Tian et al. 2019 (arXiv 1904.01355, with the changes of 2006.09214)."""
    points = CellAnchors(pyramid.levels, (1.0,), (1.0,))
    head = FCOSHead(task.width, 1, classes, task.depth)
    return Detector(FCOS(pyramid, classes, anchor_generator=points, head=head, **KEPT))


def faster_rcnn(pyramid: Pyramid, classes: int, task: Detection) -> Detector:
    """Two stages, regions and what is in them: Ren et al. 2015 (arXiv 1506.01497); label 0 is the ground."""
    pool, hidden = RegionPool(pyramid.levels, bins=7), 4 * task.width
    network = FasterRCNN(
        pyramid,
        rpn_anchor_generator=CellAnchors(pyramid.levels, task.scales, task.ratios),
        rpn_head=RPNHead(task.width, len(task.scales) * len(task.ratios), task.depth),
        box_roi_pool=pool,
        box_head=TwoMLPHead(task.width * 7**2, hidden),
        box_predictor=FastRCNNPredictor(hidden, classes + 1),
        **{f"rpn_{when}_nms_top_n_{mode}": task.regions for when in ("pre", "post") for mode in ("train", "test")},
        box_batch_size_per_image=task.regions,
        **{f"box_{name}": value for name, value in KEPT.items()},
    )
    return Detector(network, first=1)
