"""The parts of a spec that can be swapped for another class, found from the type hints of its fields."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import replace
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints, runtime_checkable

from homossl.train.spec_json import inits, is_spec

Choices = dict[str, type | None]


class Part(NamedTuple):
    """A field that holds a spec: its dotted path, its value, and the classes it could be of, by name."""

    path: str
    value: Any
    choices: Choices


def parts(spec: Any, prefix: str = "") -> Iterator[Part]:
    """Every part of a spec for which there is a choice, the outer ones first.

    >>> from homossl.train import Cosine, Hardware
    >>> [part.path for part in parts(Hardware())]
    []
    """
    hints = get_type_hints(type(spec))
    for field in inits(spec):
        part = Part(prefix + field.name, getattr(spec, field.name), choices(hints[field.name]))
        if len(part.choices) > 1:
            yield part
        if is_spec(type(part.value)):
            yield from parts(part.value, part.path + ".")


def choices(annotation: Any) -> Choices:
    """The spec classes that fit a type hint, by name; "None" where it allows None."""
    options = get_args(annotation) or (annotation,)
    bases = [option for option in options if isinstance(option, type) and (is_spec(option) or _is_protocol(option))]
    classes = [cls for base in bases for cls in concrete(base)]
    found: Choices = {cls.__name__: cls for cls in classes}
    return found | {"None": None} if found and NoneType in options else found


def concrete(base: type) -> list[type]:
    """The spec classes below `base` that can be built: subclasses, or for a protocol what its package exports."""
    if _is_protocol(base):
        runtime_checkable(base)  # else tyro does not look into a field that is hinted as a protocol
        exported = vars(sys.modules[base.__module__.rpartition(".")[0]]).values()
        return [
            cls
            for cls in exported
            if isinstance(cls, type) and is_spec(cls) and _buildable(cls) and issubclass(cls, base)
        ]
    below = [cls for child in base.__subclasses__() for cls in concrete(child)]
    return list(dict.fromkeys([base] * (is_spec(base) and _buildable(base)) + below))


def put(spec: Any, path: str, value: Any) -> Any:
    """The spec with the field at a dotted path replaced.

    >>> from homossl.train import Cosine
    >>> put(Cosine(), "final", 0.5)
    Cosine(warmup=0.0, final=0.5)
    """
    name, _, rest = path.partition(".")
    return replace(spec, **{name: put(getattr(spec, name), rest, value) if rest else value})


def _buildable(cls: type) -> bool:
    return not inspect.isabstract(cls) and not cls.__name__.startswith("_")


def _is_protocol(cls: type) -> bool:
    return getattr(cls, "_is_protocol", False)
