"""What scenes must be like, whatever they were read from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from homossl.data.images import check_range
from homossl.data.scenes.batch import VOID, SceneBatch


def check_scenes(scenes: SceneBatch, classes: tuple[str, ...]) -> None:
    """Raises: ValueError: a part is of another shape or type than it must, or a value is beyond its range."""
    n, h, w = _check_images(scenes.x)
    if not 0 < len(classes) < VOID:
        raise ValueError(f"classes: expected 1 to {VOID - 1} names, got {len(classes)}")
    if scenes.mask is not None:
        _check_mask(scenes.mask, (n, h, w), len(classes))
    _check_objects(scenes, h, w)
    _check_labels(scenes.labels, len(classes))
    _check_boxes(scenes.boxes or (), h, w)


def check_classes(y: Tensor, n: int, classes: int) -> None:
    """Raises: ValueError: the classes of n images are not (n) int64, or not in 0..classes - 1."""
    if y.shape != (n,) or y.dtype != torch.int64 or not all(0 <= label < classes for label in y.tolist()):
        raise ValueError(
            f"y: expected ({n},) int64 in 0..{classes - 1}, got {tuple(y.shape)} {y.dtype}: {y.tolist()!s:.60}"
        )


def box_fault(box: Sequence[float], h: float, w: float, slack: float = 1e-3) -> str:
    """What is wrong with a box x0 y0 x1 y1 in an image of h x w pixels; nothing if it is right.

    A box may reach out by `slack` pixels, but not lie there.

    >>> box_fault((0, 0, 9, 4), 8, 8)
    'expected a box within 0 0 8 8, got 0 0 9 4'
    >>> box_fault((2, 0, 2, 4), 8, 8)
    'expected a box x0 y0 x1 y1 with an area, got 2 0 2 4'
    """
    x0, y0, x1, y1 = box
    if not (-slack <= min(x0, y0) and x1 <= w + slack and y1 <= h + slack and all(map(math.isfinite, box))):
        return f"expected a box within 0 0 {w} {h}, got {_told(box)}"
    if not (max(x0, 0) < min(x1, w) and max(y0, 0) < min(y1, h)):
        return f"expected a box x0 y0 x1 y1 with an area, got {_told(box)}"
    return ""


def _told(box: Sequence[float]) -> str:
    return " ".join(f"{side:g}" for side in box)


def _check_images(x: Tensor) -> tuple[int, int, int]:
    if x.ndim != 4 or x.dtype not in (torch.uint8, torch.float32):
        raise ValueError(f"x: expected (n c h w) uint8 or float32, got {tuple(x.shape)} {x.dtype}")
    check_range(x, "x")
    return len(x), x.shape[-2], x.shape[-1]


def _check_mask(mask: Tensor, shape: tuple[int, int, int], classes: int) -> None:
    if mask.shape != shape or mask.dtype not in (torch.uint8, torch.int64):
        raise ValueError(f"mask: expected {shape} uint8 or int64, got {tuple(mask.shape)} {mask.dtype}")
    bad = (mask < 0) | ((mask > classes) & (mask != VOID))
    if bad.any():
        scene = int(bad.flatten(1).any(1).int().argmax())
        raise ValueError(f"mask of scene {scene}: expected 0..{classes} or {VOID}, got {int(mask[bad][0])}")


def _check_objects(scenes: SceneBatch, h: int, w: int) -> None:
    """All parts tell of the same number of objects of each image."""
    event = {"boxes": ((4,), torch.float32), "crowd": ((), torch.bool), "instances": ((h, w), torch.bool)}
    expected = {name: (shape, dtype) for name, (shape, dtype) in event.items() if name in scenes.parts}
    for name, (shape, dtype) in (expected | {"labels": ((), torch.int64)}).items():
        _check_alike(name, scenes.parts[name], scenes.labels, shape, dtype)


def _check_alike(
    name: str, parts: Sequence[Tensor], labels: Sequence[Tensor], shape: tuple[int, ...], dtype: Any
) -> None:
    for i, (part, of) in enumerate(zip(parts, labels, strict=True)):
        if part.shape != (len(of), *shape) or part.dtype != dtype:
            expected = f"{(len(of), *shape)} {dtype}"
            raise ValueError(f"{name} of scene {i}: expected {expected}, got {tuple(part.shape)} {part.dtype}")


def _check_labels(labels: Sequence[Tensor], classes: int) -> None:
    for i, numbers in enumerate(labels):
        if not all(0 <= label < classes for label in numbers.tolist()):
            raise ValueError(f"labels of scene {i}: expected 0..{classes - 1}, got {numbers.tolist()}")


def _check_boxes(boxes: Sequence[Tensor], h: int, w: int) -> None:
    for i, part in enumerate(boxes):
        for box in part.tolist():
            if fault := box_fault(box, h, w):
                raise ValueError(f"boxes of scene {i}: {fault}")
