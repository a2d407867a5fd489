"""Parts of a recipe in words: the first sentence of what their classes say of themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from homossl.objectives import Scaled, Sum
from homossl.run_report.words import brief
from homossl.train.spec_json import encode, is_spec


def sentence(spec: object) -> str:
    """The first paragraph of the docstring of a spec's class; nothing where its author wrote none.

    >>> from homossl.targets import Shared
    >>> sentence(Shared())
    'The targets are the online views, and gradients reach them too (SimCLR, Barlow Twins, VICReg).'
    """
    text = inspect.cleandoc(type(spec).__doc__ or "")
    written = not text.startswith(f"{type(spec).__name__}(")  # what dataclasses write of their own accord
    return " ".join(text.partition("\n\n")[0].split()) if written else ""


def row(name: str, spec: object) -> tuple[str, str, str]:
    """A part of a recipe: its name, its value and what it is."""
    return name, f"`{brief(encode(spec), 2)}`", sentence(spec)


def objective_rows(spec: object, name: str = "objective") -> Iterator[tuple[str, str, str]]:
    """An objective, or each of those that are added."""
    match spec:
        case Sum():
            for part in spec.parts:
                yield from objective_rows(part, name)
        case Scaled():
            yield from objective_rows(spec.part, f"{name}, × {spec.factor:g}")
        case _:
            yield row(name, spec)


def within(spec: Any) -> Iterator[Any]:
    """A spec and all specs inside it."""
    if is_spec(type(spec)):
        yield spec
        for field in fields(spec):
            yield from within(getattr(spec, field.name))
