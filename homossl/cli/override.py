"""Any field of a spec from the command line, and any part of it swapped for another class.

`--objective.temperature 0.2` sets a field; `--objective BYOL --objective.predictor.hidden 64` swaps a part first.
"""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr
from dataclasses import make_dataclass
from typing import Annotated, Any, Literal, TypeVar

import tyro

from homossl.cli.parts import Part, blank, parts, put

Options = TypeVar("Options")
Spec = TypeVar("Spec")

STYLE = (tyro.conf.AvoidSubcommands, tyro.conf.FlagCreatePairsOff)


def parse(options: Options, spec: Spec, args: list[str], prog: str, description: str) -> tuple[Options, Spec]:
    """Read the fields of `options` and of `spec` from the command line; both give the defaults.

    Raises:
        ValueError: if a part is swapped for a class that is not among its choices, or a flag or its value is wrong.
    """
    flags = Flags(args)
    spec = swap(spec, flags)
    flat = tyro.conf.arg(name="")
    classes = _classes(spec)
    fields = [("options", options), ("spec", spec), ("classes", classes)]
    shape = make_dataclass("Arguments", [(name, Annotated[type(value), flat]) for name, value in fields])
    found = read(shape, flags.rest(), default=shape(options, spec, classes), prog=prog, description=description)
    return found.options, found.spec


def read(shape: type[Options], args: list[str], *, prog: str, **rest: Any) -> Options:
    """Read the fields of a dataclass from the command line.

    Raises:
        ValueError: a flag or its value is wrong.
    """
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            return tyro.cli(shape, args=args, prog=prog, config=STYLE, **rest)
    except SystemExit as stop:
        if not stop.code:  # it was asked for help
            raise
        raise ValueError(f"{one_line(said.getvalue())}; see {prog} --help") from None


def one_line(box: str) -> str:
    """What tyro says in a box, without its frame, its title and its last hint.

    >>> one_line("╭─ Wrong ─────╮\\n│ -n: got x   │\\n│ ─────────── │\\n│ -n INT      │\\n╰─────────────╯")
    '-n: got x; -n INT'
    """
    words = [line.strip(" │╭╮╰╯") for line in re.sub(r"\x1b\[[0-9;]*m", "", box).splitlines()]
    said = " ".join(word if word.strip("─-") else ";" for word in list(filter(None, words))[1:])
    said = " ".join(said.partition("For full helptext")[0].replace(" ;", ";").strip("; .").split())
    return re.sub(r"Error parsing (--)?(spec\.)?", "--", said.replace("Argument helptext: ", ""))


class Flags:
    """The flags of a command line with their values, to be taken one by one."""

    def __init__(self, args: list[str]):
        self.items: list[list[str]] = [[]]
        for arg in args:
            if arg == "-h" or arg.startswith("--"):
                flag, equals, value = arg.partition("=")
                self.items.append([flag, *[value] * bool(equals)])
            else:
                self.items[-1].append(arg)

    def take(self, path: str) -> list[str] | None:
        """Remove the flag `--path`, and return its values; None if it is not there."""
        for item in self.items[1:]:
            if item[0].replace("-", "_") == f"__{path}":
                self.items.remove(item)
                return item[1:]
        return None

    def rest(self) -> list[str]:
        """What has not been taken."""
        return [word for item in self.items for word in item]


def swap(spec: Spec, flags: Flags) -> Spec:
    """Swap the parts that the flags name for another class, the outer ones first, as they bring parts of their own.

    Raises:
        ValueError: if a part is swapped for a class that is not among its choices, or a part without default is not.
    """
    done: set[str] = set()
    while part := next((part for part in parts(spec) if part.path not in done), None):
        done.add(part.path)
        values = flags.take(part.path)
        if values is None and part.value is tyro.MISSING:
            raise ValueError(f"--{part.path} is required: one of {', '.join(part.choices)}")
        if values is not None and values != [_name(part)]:
            spec = put(spec, part.path, _chosen(part, values))
    return spec


def _chosen(part: Part, values: list[str]) -> Any:
    if len(values) != 1 or values[0] not in part.choices:
        known, got = ", ".join(part.choices), " ".join(values) or "nothing"
        raise ValueError(f"--{part.path}: expected one of {known}, got {got}")
    cls = part.choices[values[0]]
    return cls and blank(cls)


def _classes(spec: Any) -> Any:
    """A dataclass instance that only makes the help show the class of every part and its choices."""
    shown = list(parts(spec))
    fields = [(part.path.replace(".", "_"), _class_flag(part)) for part in shown]
    return make_dataclass("Classes", fields)(*[_name(part) for part in shown])


def _class_flag(part: Part) -> Any:
    names = tuple(dict.fromkeys([*part.choices, _name(part)]))
    return Annotated[
        Literal[names], tyro.conf.arg(name=part.path, help="Swap it for another class, with its defaults.")
    ]


def _name(part: Part) -> str:
    return "None" if part.value is None else type(part.value).__name__
