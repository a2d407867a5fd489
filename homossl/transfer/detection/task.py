"""Object detection as a task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import torch
from torch import Tensor

from homossl.evaluate import frozen
from homossl.train.bounds import at_least
from homossl.transfer.backbone import Backbone
from homossl.transfer.detection.average_precision import average_precision, truths
from homossl.transfer.task import Task

if TYPE_CHECKING:
    from homossl.data.scenes import AnyScenes, SceneBatch
    from homossl.transfer.detection.detector import Detector

DetectionHead = Literal["retinanet", "fcos", "faster_rcnn"]
UNREAD = {"retinanet": ("regions",), "fcos": ("scales", "ratios", "regions"), "faster_rcnn": ()}
"""Fields that a head has no use for."""


@dataclass(frozen=True, kw_only=True)
class Detection(Task):
    """Boxes and classes of objects, found by a feature pyramid over the backbone and a head of torchvision: COCO's mAP.

    What turns with the image, and what does not. Under the quarter turns and reflections that a backbone claims, on
    grids that they keep, its features turn exactly. So do the places of cells, the way down the pyramid, anchors (if
    ratios come with their inverses), matching, the suppression of boxes, and mAP, ties aside. The convolutions of
    pyramid and heads are plain, and bind the result: boxes turn with the image as far as these have learned it. At
    other angles nothing could be exact, as the box about a turned object is not the turned box about it.

    Raises:
        ValueError: a number is out of its range, the head is none of these, or has no use for a field that is set.
    """

    name: ClassVar[str] = "detection"

    head: DetectionHead = "fcos"
    """The kind of detector."""
    width: int = 32
    """Channels of the pyramid and of the head."""
    depth: int = 2
    """Convolutions of each branch of the head before its last."""
    finest: int = 4
    """Stride of the finest level that is read, in pixels."""
    scales: tuple[float, ...] = (4.0,)
    """Sides of anchors in cells of their level; FCOS has points."""
    ratios: tuple[float, ...] = (0.5, 1.0, 2.0)
    """Heights of anchors over their widths."""
    regions: int = 64
    """Regions of an image that Faster R-CNN looks at."""
    batch_size: int = 8
    """Samples in a batch."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.head not in get_args(DetectionHead):
            raise ValueError(f"Detection.head is one of {get_args(DetectionHead)}, got {self.head!r}")
        at_least(1, depth=self.depth, finest=self.finest, regions=self.regions)
        if self.width < 32 or self.width % 32:
            raise ValueError(f"Detection.width: expected a multiple of 32, for its norms, got {self.width}")
        if not (self.scales and self.ratios and min(*self.scales, *self.ratios) > 0):
            raise ValueError(f"Detection: expected positive scales and ratios, got {self.scales} and {self.ratios}")
        for name in UNREAD[self.head]:
            if getattr(self, name) != getattr(Detection, name):
                raise ValueError(f"Detection.{name}: head={self.head!r} has none, got {getattr(self, name)}")

    @property
    def headline(self) -> str:
        return "map"

    def build(self, backbone: Backbone, classes: tuple[str, ...], size: int) -> Detector:
        from homossl.transfer.detection import detector  # torchvision takes seconds to import
        from homossl.transfer.detection.pyramid import Pyramid

        pyramid = Pyramid(backbone, self.width, self.finest, size)
        build: Callable[..., Detector] = getattr(detector, self.head)
        return build(pyramid, len(classes), self)

    def loss(self, model: Detector, batch: SceneBatch) -> Tensor:
        """The sum of the detector's losses, in training mode."""
        return model.loss(batch)

    def score(self, model: Any, data: AnyScenes) -> dict[str, float]:
        """mAP, map and map_50, over all images, as `average_precision` defines them, in evaluation mode."""
        found, known = [], []
        with frozen(model):
            for batch in self.read(data, torch.arange(len(data)).split(self.batch_size)):
                found += model(batch.x)
                known += truths(batch)
        return average_precision(found, known)
