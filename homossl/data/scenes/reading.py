"""Reading annotations of images: masks and boxes, and the errors that name the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from homossl.data.scenes.checks import box_fault

SLACK = 1.0
"""Pixels by which a box may reach out of its image: it was rounded. More is a fault."""


def read_mask(path: Path, x: Tensor, values: dict[int, int]) -> Tensor:
    """A mask (1 h w) uint8 of an image x: (1 c h w), with the values in the file replaced.

    Raises:
        ValueError: the file is no 8-bit image of one channel, or of another size than the image, or has other values.
    """
    try:
        with Image.open(path) as image:
            if image.mode not in ("1", "L", "P"):
                raise ValueError(f"got mode {image.mode}")
            seen = torch.from_numpy(np.array(image).astype(np.uint8))
    except (OSError, SyntaxError, ValueError) as error:
        raise ValueError(f"{path}: expected a mask of one channel with 8 bits: {error}") from error
    if seen.shape != x.shape[-2:]:
        raise ValueError(f"{path}: expected a mask of {_told(x.shape)} pixels as its image, got {_told(seen.shape)}")
    if strange := sorted(set(seen.unique().tolist()) - values.keys()):
        raise ValueError(f"{path}: expected a mask of values {sorted(values)}, got {strange} too")
    table = torch.tensor([values.get(value, 0) for value in range(256)], dtype=torch.uint8)
    return table[seen.long()][None]


def clipped(boxes: Sequence[Sequence[float]], x: Tensor, where: str) -> Tensor:
    """Boxes of an image x: (1 c h w), cut off at its border, (k 4).

    Raises:
        ValueError: a box reaches out of the image by more than rounding does, or has no area; it says where it was.
    """
    h, w = x.shape[-2:]
    for box in boxes:
        if fault := box_fault(box, h, w, SLACK):
            raise ValueError(f"{where}: {fault}")
    held = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
    return held.clamp(min=0).minimum(held.new_tensor([w, h, w, h]))


def require_files(paths: tuple[Path, ...], told_by: str) -> None:
    """Raises: FileNotFoundError: some of the files are missing, told by whom they are named."""
    if missing := [path for path in paths if not path.is_file()]:
        raise FileNotFoundError(f"{told_by}: {len(missing)} of {len(paths)} files are missing, first {missing[0]}")


def _told(shape: torch.Size) -> str:
    return f"{shape[-2]} x {shape[-1]}"
