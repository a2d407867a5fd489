"""The folder of a table: `__init__.py` with `table`, and a module with `row` for each row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from homossl.experiment.row import Row
from homossl.experiment.table import Table
from homossl.importing import import_from

TABLES = Path("experiments/tables")
PARTS = ("Source", "Setting", "Expected", "Cost")
"""What the docstring of every row has, each at the start of a line and with a colon after it."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Experiment:
    """A table with its rows, as read from its folder."""

    name: str
    """The name of the folder."""
    table: Table
    """What the rows share."""
    rows: Mapping[str, Row]
    """By the names of their files, in the order of the table."""
    notes: Mapping[str, Mapping[str, str]]
    """row -> Source, Setting, Expected, Cost -> what its docstring says."""


def load_table(place: str | Path) -> Experiment:
    """The table in a folder, or the one of that name under ./experiments/tables.

    Raises:
        FileNotFoundError: there is no such table; the message lists those that there are.
        ValueError: a module lacks its table or row, a docstring lacks a part, or a baseline is no row; names the file.
    """
    folder = find_table(place)
    package = _import(folder)
    table = _held(package, "table", Table)
    modules = {name: import_module(f"{package.__name__}.{name}") for name in row_names(folder)}
    rows = {name: _held(modules[name], "row", Row) for name in _ordered(table, modules, folder)}
    notes = {name: _parts(modules[name]) for name in rows}
    _check_baselines(rows, folder)
    table = replace(table, about=table.about or (package.__doc__ or "").strip())
    return Experiment(folder.name, table, rows, notes)


def find_table(place: str | Path) -> Path:
    """The folder of a table.

    Raises:
        FileNotFoundError: there is none.
    """
    found = [folder.resolve() for folder in (Path(place), TABLES / place) if (folder / "__init__.py").is_file()]
    if not found:
        known = ", ".join(tables()) or "(none)"
        raise FileNotFoundError(f"expected the folder of a table, or one of those in {TABLES}: {known}; got {place}")
    return found[0]


def tables() -> list[str]:
    """The tables under ./experiments/tables."""
    return sorted(file.parent.name for file in TABLES.glob("*/__init__.py"))


def row_names(folder: Path) -> list[str]:
    """The modules of a table that are rows."""
    return sorted(file.stem for file in folder.glob("*.py") if not file.name.startswith("_"))


def _import(folder: Path) -> ModuleType:
    """The package in a folder: experiments.tables.NAME where that is its place, NAME elsewhere."""
    depth = len(TABLES.parts) if folder.parts[:-1][-len(TABLES.parts) :] == TABLES.parts else 0
    module = import_from(".".join(folder.parts[-1 - depth :]), folder.parents[depth])
    if not (module.__file__ and Path(module.__file__).resolve().parent == folder):
        raise ValueError(
            f"{folder}: another module called {module.__name__} is at {module.__file__}: rename the folder"
        )
    return module


def _held(module: ModuleType, name: str, kind: type[Value]) -> Value:
    value = getattr(module, name, None)
    if not isinstance(value, kind):
        raise ValueError(f"{module.__file__}: expected `{name} = {kind.__name__}(...)`, got {value!r}")
    return value


def _ordered(table: Table, modules: Mapping[str, ModuleType], folder: Path) -> Iterable[str]:
    if unknown := [name for name in table.order if name not in modules]:
        raise ValueError(f"{folder / '__init__.py'}: order has {unknown[0]!r}, which is none of {', '.join(modules)}")
    return dict.fromkeys([*table.order, *modules])


def _parts(module: ModuleType) -> dict[str, str]:
    """What the docstring of a row says of each part."""
    words = re.split(rf"^\s*({'|'.join(PARTS)}):", module.__doc__ or "", flags=re.MULTILINE)
    found = {part: " ".join(text.split()) for part, text in zip(words[1::2], words[2::2], strict=True)}
    if missing := [part for part in PARTS if not found.get(part)]:
        raise ValueError(
            f"{module.__file__}: expected a docstring with lines that begin with {': ..., '.join(PARTS)}: ..., "
            f"got nothing for {', '.join(missing)}"
        )
    return {part: found[part] for part in PARTS}


def _check_baselines(rows: Mapping[str, Row], folder: Path) -> None:
    for name, row in rows.items():
        if row.baseline is not None and (row.baseline not in rows or row.baseline == name):
            others = ", ".join(other for other in rows if other != name)
            raise ValueError(f"{folder / name}.py: expected baseline to be one of {others}, got {row.baseline!r}")
