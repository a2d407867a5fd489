"""Modules by the name of a file or of a package, from wherever the user stands."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType


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
