"""`homossl verify MODEL`: is a model the homomorphism it claims to be, or what is it, if it claims nothing?"""

from __future__ import annotations

import sys

import torch
from torch import Tensor

from groups import Action, FieldAction, Representation, image_action
from groups.plane import torus_of
from homossl.cli.opening import import_classes, subject_of
from homossl.cli.override import parse
from homossl.cli.verify_options import Auditing, Options, check_options
from homossl.data import Digits
from homossl.train import Hardware, write_atomic
from homossl.train.processes import build_fabric
from homossl.verify.audits.audit import Audit, audit
from homossl.verify.check import check
from homossl.verify.declared import declared_actions, declares_actions
from homossl.verify.inputs import smooth_input
from homossl.verify.models import Loaded, load_model
from homossl.verify.pictures import read_folder
from homossl.verify.result import Report

USAGE = """usage: homossl verify MODEL [--group Cyclic --group.n 8] [--images FOLDER] [--max-error X] ...

MODEL is the folder of a run, or a checkpoint file; torchvision:NAME or timm:NAME; package.module:callable or
path/file.py:callable, which is called without arguments. A model that declares how a group acts on its input and its
output is checked; any other is audited: what do its layers make of moved images?
`homossl verify MODEL --help` shows every option, with its default."""
CHECKED, AUDITED = 8, 64
"""Inputs, where their number is not given: a check compares each by itself."""


def main(args: list[str]) -> int:
    """Run the command; the exit status."""
    if (name := subject_of(args, "MODEL", "verify")) is None:
        print(USAGE)
        return 0
    about = "Verify how a group acts on the features of a model."
    import_classes(args[1:])
    options, auditing = parse(Options(), Auditing(), args[1:], f"homossl verify {name}", about)
    check_options(options)
    loaded = load_model(name, options.weights, options.seed)
    result = measure(loaded, inputs(loaded, options), options, auditing)
    print(result.table())
    write(result, options)
    return status(result, options.max_error)


def inputs(loaded: Loaded, options: Options) -> Tensor:
    """What to verify on: images; or of a run, test samples of its own, or what its action makes, where it takes others.

    Raises:
        ValueError: images are asked for, and the model takes none.
    """
    source, _ = declared_actions(loaded.model)
    if source is None or takes_square_images(source):
        return images(loaded, options)
    if (options.images, options.size, options.channels) != (None, None, None):
        what = "vectors" if isinstance(source, Representation) else "other samples"
        name = type(loaded.model).__name__
        raise ValueError(f"{name} takes {what}: --images, --size and --channels are for models that take square images")
    return samples(loaded, source, options.count or CHECKED, options.seed)


def takes_square_images(source: Action) -> bool:
    """Whether an action moves images that may be square."""
    torus = torus_of(source.group)
    return isinstance(source, FieldAction) and (torus is None or torus.h == torus.w)


def samples(loaded: Loaded, source: Action, count: int, seed: int) -> Tensor:
    """Test samples of the run's own data, or smooth random ones where there is no run."""
    if loaded.data is None:
        return smooth_input(source, count, seed=seed)
    held = loaded.data.load("test")
    (batch,) = held.batches([torch.arange(min(count, len(held)))])
    return batch.still


def images(loaded: Loaded, options: Options) -> Tensor:
    """The images to verify on, (b c size size), as the weights of the model expect them."""
    declares = declares_actions(loaded.model)
    size, channels = options.size or loaded.size or (65 if declares else 64), options.channels or loaded.channels
    count = options.count or (CHECKED if declares else AUDITED)
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
