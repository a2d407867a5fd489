"""Images to verify a model on, from any folder."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from homossl.data.delivery import as_float
from homossl.data.folder import EXTENSIONS, decode
from homossl.data.images import resize


def read_folder(folder: Path, size: int, channels: Literal[1, 3], count: int, seed: int = 0) -> Tensor:
    """At most so many images of a folder and the folders in it, drawn from the seed, (b channels size size) in [0, 1].

    Raises:
        FileNotFoundError: there is no folder, or no image in it.
        ValueError: a file is not an 8-bit image.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in EXTENSIONS and path.is_file())
    if not files:
        raise FileNotFoundError(f"expected a folder of images ({' '.join(EXTENSIONS)}), got {folder.resolve()}")
    order = torch.randperm(len(files), generator=torch.Generator().manual_seed(seed))[:count]
    return torch.stack([as_float(resize(decode(files[i], channels), size)) for i in order.tolist()])
