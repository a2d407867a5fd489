"""Recipes by name: a built-in one, one in a Python file, or one in an importable module."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

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
    """The recipes of a module, by name."""
    return {name: value for name, value in vars(module).items() if isinstance(value, Recipe)}


def import_file(path: Path) -> ModuleType:
    """The module in a Python file, which is known by the name of the file from then on.

    Raises:
        FileNotFoundError: if there is no such file.
        ImportError: if another module of that name was found instead.
    """
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}")
    module = import_from(path.stem, path.resolve().parent)
    if not (module.__file__ and path.samefile(module.__file__)):
        raise ImportError(f"{path}: another module called {path.stem} is at {module.__file__}: rename the file")
    return module


def import_from(name: str, folder: Path) -> ModuleType:
    """The module of that name, looked for in `folder` too."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    return importlib.import_module(name)


def _pick(module: ModuleType, name: str) -> Recipe:
    known = recipes(module)
    if not name and len(known) == 1:
        return next(iter(known.values()))
    if name not in known:
        raise ValueError(f"{module.__name__} has the recipes {', '.join(known) or '(none)'}, got {name or 'no name'!r}")
    return known[name]
