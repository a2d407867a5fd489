"""How a command line opens: with what the command is about, and the files whose classes that uses."""

from __future__ import annotations

from pathlib import Path

from homossl.cli.override import Flags
from homossl.importing import import_file


def subject_of(args: list[str], kind: str, command: str) -> str | None:
    """The first argument, what a command is about; None where its help is asked for instead.

    >>> subject_of(["digits", "--resume"], "RECIPE", "pretrain")
    'digits'

    Raises:
        ValueError: an option comes first.
    """
    if not args or args[0] in ("-h", "--help"):
        return None
    if args[0].startswith("-"):
        raise ValueError(f"expected {kind} first, got {args[0]}; see homossl {command} --help")
    return args[0]


def import_classes(args: list[str]) -> None:
    """Import the files that `--classes` names: what they define is read before all flags are known."""
    for file in Flags(args).take("classes") or ():
        import_file(Path(file))
