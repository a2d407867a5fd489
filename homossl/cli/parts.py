"""The parts of a spec that can be swapped for another class, found from the type hints of its fields."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from copy import copy
from dataclasses import MISSING, Field
from types import NoneType, UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import tyro

from homossl.train.spec_json import inits, is_spec

Choices = dict[str, type | None]


class Part(NamedTuple):
    """A field that holds a spec: its dotted path, its value (tyro.MISSING if none yet), and its classes, by name."""

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
    options = _options(annotation)
    found: Choices = {cls.__name__: cls for base in options if _is_part(base) for cls in concrete(base)}
    return found | {"None": None} if found and NoneType in options else found


def concrete(base: type) -> list[type]:
    """The spec classes below `base` that can be built: subclasses, or for a protocol what its package exports."""
    if _is_protocol(base):
        exported = vars(sys.modules[base.__module__.rpartition(".")[0]]).values()
        classes = [cls for cls in exported if isinstance(cls, type) and issubclass(cls, base)]
        return [cls for cls in classes if is_spec(cls) and _buildable(cls)]
    below = [cls for child in base.__subclasses__() for cls in concrete(child)]
    return list(dict.fromkeys([base] * (is_spec(base) and _buildable(base)) + below))


def blank(cls: type) -> Any:
    """A spec with its defaults and tyro.MISSING elsewhere, unchecked: tyro builds the real one, when it knows all."""
    spec = object.__new__(cls)
    for field in inits(cls):
        object.__setattr__(spec, field.name, _default(field))
    return spec


def put(spec: Any, path: str, value: Any) -> Any:
    """The spec with the field at a dotted path replaced, unchecked as in `blank`.

    >>> from homossl.train import Cosine
    >>> put(Cosine(), "final", 0.5)
    Cosine(warmup=0.0, final=0.5)
    """
    name, _, rest = path.partition(".")
    changed = copy(spec)
    object.__setattr__(changed, name, put(getattr(spec, name), rest, value) if rest else value)
    return changed


def _default(field: Field) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return tyro.MISSING if field.default is MISSING else field.default


def _buildable(cls: type) -> bool:
    if inspect.isabstract(cls) or cls.__name__.startswith("_"):
        return False
    hints = get_type_hints(cls)
    return all(_sayable(hints[field.name]) for field in inits(cls) if _default(field) is tyro.MISSING)


def _sayable(annotation: Any) -> bool:
    """Whether a command line can give the value: no object, and no list of specs."""
    options = _options(annotation)
    inner = [arg for option in options for arg in get_args(option)]
    return Any not in (*options, *inner) and not any(map(_is_part, inner))


def _options(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def _is_part(cls: Any) -> bool:
    return isinstance(cls, type) and (is_spec(cls) or _is_protocol(cls))


def _is_protocol(cls: type) -> bool:
    return getattr(cls, "_is_protocol", False)
