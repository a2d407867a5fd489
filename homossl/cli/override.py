"""Any field of a spec from the command line, and any part of it swapped for another class.

`--objective.temperature 0.2` sets a field; `--objective BYOL --objective.predictor.hidden 64` swaps a part first.
"""

from __future__ import annotations

from dataclasses import MISSING, make_dataclass
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

import tyro

from homossl.cli.parts import Choices, Part, choices, parts, put
from homossl.train.spec_json import inits

Options = TypeVar("Options")
Spec = TypeVar("Spec")

STYLE = (tyro.conf.AvoidSubcommands, tyro.conf.FlagCreatePairsOff)


def parse(options: Options, spec: Spec, args: list[str], prog: str, description: str) -> tuple[Options, Spec]:
    """Read the fields of `options` and of `spec` from the command line; both give the defaults.

    Raises:
        ValueError: if a part is swapped for a class that is not among its choices.
    """
    flags = Flags(args)
    spec = swap(spec, flags)
    flat = tyro.conf.arg(name="")
    classes = _classes(spec)
    fields = [("options", options), ("spec", spec), ("classes", classes)]
    shape = make_dataclass("Arguments", [(name, Annotated[type(value), flat]) for name, value in fields])
    read = tyro.cli(
        shape,
        args=flags.rest(),
        default=shape(options, spec, classes),
        prog=prog,
        description=description,
        config=STYLE,
    )
    return read.options, read.spec


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
    """Swap the parts that the flags name for another class, the outer ones first, as they bring parts of their own."""
    done: set[str] = set()
    while part := next((part for part in parts(spec) if part.path not in done), None):
        done.add(part.path)
        if (values := flags.take(part.path)) is not None and values != [_name(part)]:
            spec = put(spec, part.path, construct(part.path, part.choices, values, flags))
    return spec


def construct(path: str, known: Choices, values: list[str], flags: Flags) -> Any:
    """A spec of the class that the flag at `path` names, with its defaults; fields without one come from the flags.

    Raises:
        ValueError: if that is not one of the known names.
    """
    if len(values) != 1 or values[0] not in known:
        raise ValueError(f"--{path}: expected one of {', '.join(known)}, got {' '.join(values) or 'nothing'}")
    if (cls := known[values[0]]) is None:
        return None
    hints = get_type_hints(cls)
    required = [f.name for f in inits(cls) if f.default is MISSING and f.default_factory is MISSING]
    return cls(**{name: _required(f"{path}.{name}", hints[name], flags) for name in required})


def _required(path: str, hint: Any, flags: Flags) -> Any:
    values = flags.take(path)
    if values is None:
        raise ValueError(f"--{path} is required")
    if known := choices(hint):
        return construct(path, known, values, flags)
    return tyro.cli(hint, args=values, prog=f"--{path}")


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
