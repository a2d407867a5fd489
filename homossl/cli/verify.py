"""`homossl verify MODEL`: is a model the homomorphism it claims to be, or what is it, if it claims nothing?"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from groups import Cyclic, Group, image_action
from homossl.cli.find import import_file
from homossl.cli.override import Flags, parse
from homossl.data import Digits
from homossl.train import Hardware, write_atomic
from homossl.train.trainer import build_fabric
from homossl.verify.audits.audit import Audit, audit
from homossl.verify.check import check
from homossl.verify.models import Loaded, load_model
from homossl.verify.pictures import read_folder
from homossl.verify.result import Report

USAGE = """usage: homossl verify MODEL [--group Cyclic --group.n 8] [--images FOLDER] [--max-error X] ...

MODEL is the folder of a run, or a checkpoint file; torchvision:NAME or timm:NAME; package.module:callable or
path/file.py:callable, which is called without arguments. A model that declares how a group acts on its input and its
output is checked; any other is audited: what do its layers make of moved images?
`homossl verify MODEL --help` shows every option, with its default."""


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
        for name in ("size", "channels", "count"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ValueError(f"{name} must be at least 1, got {value}")


@dataclass(frozen=True)
class Auditing:
    """How to audit a model that declares no action of its own."""

    group: Group = Cyclic(8)
    """What moves the images."""
    depth: int = 1
    """Modules inside modules to look at; 1 takes those of the model itself, with the contents of nn.Sequential."""


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if not args or args[0] in ("-h", "--help"):
        print(USAGE)
        return 0
    if args[0].startswith("-"):
        raise ValueError(f"expected MODEL first, got {args[0]}; see homossl verify --help")
    about = "Verify how a group acts on the features of a model."
    for file in Flags(args[1:]).take("classes") or ():
        import_file(Path(file))
    options, auditing = parse(Options(), Auditing(), args[1:], f"homossl verify {args[0]}", about)
    check_options(options)
    loaded = load_model(args[0], options.weights, options.seed)
    result = measure(loaded, images(loaded, options), options, auditing)
    print(result.table())
    write(result, options)
    return status(result, options.max_error)


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


def images(loaded: Loaded, options: Options) -> Tensor:
    """The images to verify on, (b c size size), as the weights of the model expect them."""
    declares = declares_actions(loaded.model)
    size, channels = options.size or loaded.size or (65 if declares else 64), options.channels or loaded.channels
    count = options.count or (8 if declares else 64)
    if options.images is None:
        x = Digits(size).load("test").x[:count]
    else:
        x = read_folder(options.images, size, 3 if channels == 3 else 1, count, options.seed)
    return loaded.normalise(x if x.shape[1] == channels else x[:, :1].repeat(1, channels, 1, 1))


def measure(loaded: Loaded, x: Tensor, options: Options, auditing: Auditing) -> Audit | Report:
    """Check what the model declares, or else audit what its layers make of the images."""
    device, dtype = build_fabric(Hardware(device=options.device)).device, getattr(torch, options.dtype)
    model, x = loaded.model.to(device, dtype), x.to(device, dtype)
    if declares_actions(model):
        if auditing != Auditing():
            raise ValueError(f"{type(model).__name__} declares its own group: --group and --depth are for an audit")
        finer = options.resolutions
        return check(model, x=x, tolerance=options.max_error, seed=options.seed, thorough=True, resolutions=finer)
    return audit(model, image_action(auditing.group, x.shape[1]), x, depth=auditing.depth, seed=options.seed)


def write(result: Audit | Report, options: Options) -> None:
    """Write the page, and the JSON file where one is wanted."""
    result.save(options.report)
    print(f"report: {options.report}")
    if options.json:
        write_atomic(options.json, result.to_json())


def declares_actions(model: nn.Module) -> bool:
    """Whether a model says how a group acts on what it takes and gives."""
    return hasattr(model, "action_in") and hasattr(model, "action_out")


def status(result: Audit | Report, max_error: float | None) -> int:
    """The exit status: 1 where a check fails or an audit exceeds max_error, told on stderr with layer and element."""
    if isinstance(result, Report):
        failed = not result.passed
    else:
        failed = max_error is not None and not result.worst().value <= max_error
    if failed:
        limit = "" if max_error is None else f", above --max-error {max_error:g}"
        print(f"homossl: {result.worst()}{limit}", file=sys.stderr)
    return int(failed)
