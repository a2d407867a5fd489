"""Semantic segmentation, with masks that turn with the image."""

from homossl.transfer.segmentation.decoder import Decoder
from homossl.transfer.segmentation.overlap import confusion, mean_iou, pixel_accuracy
from homossl.transfer.segmentation.segmenter import Segmenter, plain_segmenter, steerable_segmenter
from homossl.transfer.segmentation.task import Segmentation

__all__ = [
    "Decoder",
    "Segmentation",
    "Segmenter",
    "confusion",
    "mean_iou",
    "pixel_accuracy",
    "plain_segmenter",
    "steerable_segmenter",
]
