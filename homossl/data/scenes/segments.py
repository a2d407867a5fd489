"""Masks of objects from the polygons and run lengths of COCO's format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from homossl.data.scenes.batch import VOID


def instance_mask(segmentation: Any, h: int, w: int) -> Tensor:
    """The mask of one object, of polygons [[x, y, x, y, ...], ...] or run lengths {"counts", "size"}: (h w) bool.

    Raises:
        ValueError: there is no segmentation, it is neither of the two, or it covers no pixel.
        ImportError: pycocotools is not installed.
    """
    encoded = _from_polygons(segmentation, h, w) if isinstance(segmentation, list) else _from_runs(segmentation, h, w)
    mask = torch.from_numpy(_coding().decode(encoded)).bool()
    if not mask.any():
        raise ValueError("expected a mask that covers a pixel, got an empty one")
    return mask


def semantic_mask(instances: Tensor, labels: Tensor) -> Tensor:
    """The classes of objects, instances (k h w) bool, labels (k) -> (h w) uint8; VOID where they are of several."""
    mask = torch.zeros(instances.shape[1:], dtype=torch.uint8)
    for seen, label in zip(instances, labels.tolist(), strict=True):
        taken = seen & (mask != 0) & (mask != 1 + label)
        mask = mask.masked_fill(seen, 1 + label).masked_fill(taken, VOID)
    return mask


def _from_polygons(polygons: Sequence[Any], h: int, w: int) -> Any:
    if not polygons:
        raise ValueError("expected a segmentation, got an empty one; masks=False reads boxes only")
    for polygon in polygons:
        if not isinstance(polygon, list) or len(polygon) < 6 or len(polygon) % 2:
            seen = f"{len(polygon)} numbers" if isinstance(polygon, list) else repr(polygon)
            raise ValueError(f"expected polygons of at least 3 points x, y, got one of {seen}")
    return _coding().merge(_coding().frPyObjects(polygons, h, w))


def _from_runs(runs: Any, h: int, w: int) -> Any:
    if not isinstance(runs, dict) or not {"counts", "size"} <= runs.keys():
        raise ValueError(f"expected polygons or run lengths, got {runs!r}; masks=False reads boxes only")
    if list(runs["size"]) != [h, w]:
        raise ValueError(f"expected run lengths of {h} x {w} pixels as the image, got {runs['size']}")
    return _coding().frPyObjects(runs, h, w) if isinstance(runs["counts"], list) else runs


def _coding() -> Any:
    try:
        from pycocotools import mask  # takes a while to import, and most runs need none of it
    except ImportError as error:
        raise ImportError("masks of COCO's format need pycocotools; masks=False reads boxes only") from error
    return mask
