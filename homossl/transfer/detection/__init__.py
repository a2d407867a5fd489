"""Object detection: torchvision's detectors over any backbone, scored by COCO's mean average precision."""

from homossl.transfer.detection.average_precision import average_precision
from homossl.transfer.detection.task import Detection

__all__ = ["Detection", "average_precision"]
