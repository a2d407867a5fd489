"""The command line: `homossl COMMAND ...` for each of COMMANDS, and `homossl --version`."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version

COMMANDS = {
    "demo": "compare H-SSL with A-SSL and with its controls on digits: one table, one report",
    "pretrain": "train a recipe, with any of its fields changed; resume a run",
    "report": "show how runs went: losses, angles to backpropagation, scores, and what they differ in",
    "evaluate": "score the features of a trained encoder",
    "card": "write the model card of a run: what it is, data, scores, structure, limits, how to load it",
    "compare": "set two runs side by side: accuracies, latents, and what they tell of motions",
    "verify": "check the homomorphism that a model claims to be, or audit one that claims nothing",
    "transfer": "learn another task with an encoder: classification, segmentation, detection",
    "experiment": "run the rows of a table of experiments, and set them beside the published figures",
    "ablate": "take one piece of a recipe's structure away at a time, over several seeds",
    "bench": "how fast is a step, beside escnn, plain convolutions and other libraries?",
    "prove": "check every claim numerically, each beside a control that must fail",
}
"""Modules of this package, each with main(args) -> exit status; imported when called, as they import torch."""

EXPECTED = (ValueError, TypeError, OSError, ImportError, ArithmeticError)
"""Errors whose message tells the user what to do; the others are ours, and shown in full."""


def main(args: list[str] | None = None) -> int:
    """Run a command line (that of the process if None); the exit status."""
    args = sys.argv[1:] if args is None else args
    traceback, args = args[:1] == ["--traceback"], args[args[:1] == ["--traceback"] :]
    try:
        return _dispatch(args)
    except KeyboardInterrupt:
        print("aborted", file=sys.stderr)
        return 130
    except EXPECTED as error:
        if traceback:
            raise
        print(f"homossl: {' '.join(str(error).split())}", file=sys.stderr)
        return 1


def _dispatch(args: list[str]) -> int:
    match args:
        case [] | ["-h" | "--help"]:
            print(usage())
        case ["--version"]:
            print(", ".join(f"{name} {version(name)}" for name in ("homossl", "torch", "escnn")))
        case [command, *rest] if command in COMMANDS:
            return importlib.import_module(f"homossl.cli.{command}").main(rest)
        case [other, *_]:
            raise ValueError(f"expected one of {', '.join(COMMANDS)}, --version or --help, got {other!r}")
    return 0


def usage() -> str:
    """The help of the command as a whole."""
    commands = [f"  {name:<12}{text}" for name, text in COMMANDS.items()]
    options = ["  --version   versions of homossl, torch and escnn", "  --traceback COMMAND ...   show errors in full"]
    return "\n".join(
        ["usage: homossl COMMAND ...", "", *commands, "", "`homossl COMMAND --help` tells more.", "", *options]
    )
