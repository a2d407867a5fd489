"""The options of `homossl verify`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from groups import Cyclic, Group
from homossl.train.bounds import at_least


@dataclass(frozen=True)
class Options:
    """What to verify a model on, and what to write."""

    images: Path | None = None
    """A folder of images, in folders of their own or not; the digits of scikit-learn if not given."""
    size: int | None = None
    """Pixels along each side; those of a run, or 64, or 65 for a check: 2^k + 1 keeps strided grids centred."""
    channels: int | None = None
    """Channels of the images; as many as the model takes if not given."""
    count: int | None = None
    """Images, at most; 64 for an audit and 8 for a check, which compares each by itself, if not given."""
    weights: str | None = None
    """Trained weights of a model of torchvision or timm, such as DEFAULT, to download; random ones if not given."""
    max_error: float | None = None
    """Exit with status 1 above it: the residual of a check, 1 - R² of an audit's linear prediction in any layer."""
    report: Path = Path("report.html")
    """HTML page to write."""
    json: Path | None = None
    """JSON file to write, with every figure."""
    resolutions: tuple[int, ...] = ()
    """Sides of grids, such as 17 33 65, on which a check repeats its error budget: how does each part fall?"""
    device: str = "auto"
    """auto, cpu, cuda, cuda:1, mps, ..."""
    dtype: Literal["float32", "float64"] = "float32"
    """Number format of the model and the images."""
    seed: int = 0
    """Seed of random weights, of the choice of images and of what is sampled of a group or a layer."""
    classes: tuple[Path, ...] = ()
    """Python files with classes of your own that the recipe of a run uses."""

    def __post_init__(self) -> None:
        at_least(1, size=self.size, channels=self.channels, count=self.count)


@dataclass(frozen=True)
class Auditing:
    """How to audit a model that declares no action of its own."""

    group: Group = Cyclic(8)
    """What moves the images."""
    depth: int = 1
    """Modules inside modules to look at; 1 takes those of the model itself, with the contents of nn.Sequential."""


def check_options(options: Options) -> None:
    """Check what would fail only after all the work, and make the folders of what is written.

    Raises:
        ValueError: --max-error is no finite number above zero, or --report or --json is a folder.
    """
    if options.max_error is not None and not 0 <= options.max_error < math.inf:
        raise ValueError(f"--max-error: expected a finite number, not negative, got {options.max_error}")
    for name, path in (("report", options.report), ("json", options.json)):
        if path is not None and path.is_dir():
            raise ValueError(f"--{name}: expected a file to write, got the folder {path}")
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
