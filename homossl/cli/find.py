"""Recipes by name: a built-in one, one in a Python file, or one in an importable module."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

from homossl.importing import import_file, import_from
from homossl.train import Recipe


def find_recipe(text: str) -> Recipe:
    """The recipe `name` of homossl.recipes, `path/to/file.py[:attribute]` or `package.module:attribute`.

    Raises:
        ValueError: if there is no such recipe; the message lists those that there are.
        FileNotFoundError: if there is no such file.
    """
    place, _, attribute = text.partition(":")
    if place.endswith(".py"):
        return _pick(import_file(Path(place)), attribute)
    if attribute:
        return _pick(import_from(place, Path.cwd()), attribute)
    return _pick(importlib.import_module("homossl.recipes"), place.replace("-", "_"))


def recipes(module: ModuleType) -> dict[str, Recipe]:
    """The recipes of a module by name, and those in its tables by key; names that begin with _ are private."""
    public = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    tables = [value for value in public.values() if isinstance(value, dict)]
    named = [item for table in (public, *tables) for item in table.items()]
    return {name: value for name, value in named if isinstance(value, Recipe)}


def built_in() -> dict[str, Recipe]:
    """The recipes of homossl.recipes, by name."""
    return recipes(importlib.import_module("homossl.recipes"))


def _pick(module: ModuleType, name: str) -> Recipe:
    known = recipes(module)
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if name not in known:
        raise ValueError(f"{module.__name__} has the recipes {', '.join(known) or '(none)'}, got {name or 'no name'!r}")
    return known[name]
