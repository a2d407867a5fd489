"""Frozen dataclasses <-> JSON: a spec is written as its class path and its fields, and read back by naming that class.

>>> from homossl.train.schedule import Cosine
>>> encode(Cosine(warmup=3.0))
{'class': 'homossl.train.schedule:Cosine', 'warmup': 3.0, 'final': 0.0}
>>> decode(encode(Cosine(warmup=3.0)))
Cosine(warmup=3.0, final=0.0)
"""

from __future__ import annotations

import importlib
import json
import math
import sys
from dataclasses import fields, is_dataclass
from functools import reduce
from pathlib import Path
from typing import Any

TRUSTED = ("homossl", "groups", "experiments")
"""Packages that reading a spec may import; a class of any other module must have been imported before."""


def encode(value: Any) -> Any:
    """A spec as JSON data; what JSON cannot hold (a user's own data set, say) is written as the name of its class."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else {"float": str(value)}
        case Path():
            return {"path": str(value)}
        case list() | tuple():
            return [encode(item) for item in value]
        case _ if is_spec(type(value)):
            return {"class": class_path(type(value))} | {f.name: encode(getattr(value, f.name)) for f in inits(value)}
        case _:
            return {"object": class_path(type(value))}


def decode(data: Any, at: str = "spec") -> Any:
    """The spec that `encode` wrote; lists come back as tuples.

    Raises:
        ValueError: naming the place and what was seen there, for anything that `encode` does not write.
    """
    match data:
        case list():
            return tuple(decode(item, f"{at}[{i}]") for i, item in enumerate(data))
        case {"class": str(path), **values}:
            return _build(find_spec_class(path, at), {k: decode(v, f"{at}.{k}") for k, v in values.items()}, at)
        case {"path": str(path)}:
            return Path(path)
        case {"float": str(number)}:
            return float(number)
        case {"object": str(path)}:
            raise ValueError(f"{at} was an object of class {path}, which JSON cannot hold: use the recipe that made it")
        case dict():
            raise ValueError(f"{at}: expected a 'class' among the keys, got {sorted(data)}")
        case _:
            return data


def parse_json(text: str) -> Any:
    """The JSON data of a spec.

    Raises:
        ValueError: if it is not JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"expected the JSON of a recipe, got: {error}") from None


def differences(old: Any, new: Any) -> list[str]:
    """The fields in which two encoded specs differ, each as `field: old -> new`.

    >>> differences({"class": "m:A", "n": 4, "size": 17}, {"class": "m:A", "n": 8, "size": 17})
    ['n: 4 -> 8']
    """
    return [f"{at}: {_brief(before)} -> {_brief(after)}" for at, (before, after) in differing(old, new).items()]


def differing(*specs: Any, at: str = "") -> dict[str, tuple[Any, ...]]:
    """The fields in which encoded specs are not all the same, each with its values; None where a spec has none.

    >>> differing({"class": "m:A", "n": 4, "size": 17}, {"class": "m:A", "n": 8, "size": 17})
    {'n': (4, 8)}
    """
    first, *others = specs
    if not all(isinstance(spec, dict) and spec.get("class") == first.get("class") for spec in specs):
        return {} if all(spec == first for spec in others) else {at: specs}
    names = dict.fromkeys(name for spec in specs for name in spec)
    below = (differing(*[s.get(n) for s in specs], at=f"{at}.{n}" if at else n) for n in names)
    return {path: values for found in below for path, values in found.items()}


def is_spec(cls: type) -> bool:
    """Whether `cls` is a frozen dataclass."""
    return is_dataclass(cls) and cls.__dataclass_params__.frozen  # pyright: ignore[reportAttributeAccessIssue]


def inits(spec: Any) -> list:
    """The dataclass fields that the constructor of `spec` takes."""
    return [f for f in fields(spec) if f.init]


def class_path(cls: type) -> str:
    """`module:name` of a class."""
    return f"{cls.__module__}:{cls.__qualname__}"


def find_spec_class(path: str, at: str = "spec") -> type:
    """The frozen dataclass at `module:name`, importing nothing but this project's own packages."""
    module, _, name = path.partition(":")
    try:
        if module.partition(".")[0] in TRUSTED:
            importlib.import_module(module)
        cls = reduce(getattr, name.split("."), sys.modules[module])
    except (ImportError, KeyError, AttributeError):
        known = f"neither in {', '.join(TRUSTED)} nor imported already"
        raise ValueError(f"{at}: class {path!r} is {known}: import the module that defines it first") from None
    if not (isinstance(cls, type) and is_spec(cls)):
        raise ValueError(f"{at}: expected a frozen dataclass, got {path!r}")
    return cls


def _build(cls: type, values: dict[str, Any], at: str) -> Any:
    known = {f.name for f in inits(cls)}
    if unknown := sorted(values.keys() - known):
        raise ValueError(f"{at}: {cls.__name__} has fields {sorted(known)}, got {unknown} too")
    try:
        return cls(**values)
    except TypeError as error:
        raise ValueError(f"{at}: {error}") from None


def _brief(data: Any) -> str:
    return data["class"] if isinstance(data, dict) and "class" in data else json.dumps(data)
