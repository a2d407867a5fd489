"""Which modules of ours something depends on: what it imports, and what that imports in turn."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib.util import find_spec, resolve_name
from pathlib import Path
from typing import NamedTuple

OURS = ("homossl", "groups", "experiments")


class Sources:
    """The sources as they are now, each read once.

    A name that a package only hands on is looked for where it is defined: `from homossl.objectives import InfoNCE`
    depends on the module of InfoNCE, and not on those of all objectives, which the package imports too.
    """

    def __init__(self, packages: Iterable[str] = ()) -> None:
        self.ours = {*OURS, *packages}
        self.file, self.source, self.imports = cache(self._file), cache(self._source), cache(self._imports)

    def digests(self, modules: Iterable[str]) -> dict[str, str]:
        """module -> SHA-256 of its source, for some modules and all of ours that they import, directly or not."""
        found: set[str] = set()
        waiting = {module for module in modules if self.file(module)}
        while waiting:
            found |= waiting
            waiting = {name for module in waiting for name in self.imports(module)} - found
        return {module: sha256(self.source(module)).hexdigest() for module in sorted(found)}

    def _imports(self, module: str) -> frozenset[str]:
        return frozenset(target for target in self._named(module) if self.file(target))

    def _named(self, module: str) -> Iterator[str]:
        for node in _statements(self.source(module)).anywhere:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            else:
                yield from (self._defined(self._from(node, module), alias.name) for alias in node.names)

    def _defined(self, source: str, name: str) -> str:
        """The module where a name that is imported from `source` is defined."""
        if self._is_package(source):
            if given := self._handed_on(source).get(name):
                return self._defined(*given)
            if self.file(f"{source}.{name}"):
                return f"{source}.{name}"
        return source

    def _handed_on(self, package: str) -> dict[str, tuple[str, str]]:
        """The names that a package imports from elsewhere at its top: name -> (module, name there)."""
        named = [(self._from(node, package), node.names) for node in _statements(self.source(package)).at_top]
        return {a.asname or a.name: (place, a.name) for place, names in named for a in names if place != package}

    def _from(self, node: ast.ImportFrom, module: str) -> str:
        """What a statement imports from, by its whole name."""
        package = module if self._is_package(module) else module.rpartition(".")[0]
        return resolve_name("." * node.level + (node.module or ""), package).rstrip(".")

    def _is_package(self, module: str) -> bool:
        return bool(file := self.file(module)) and file.name == "__init__.py"

    def _source(self, module: str) -> bytes:
        file = self.file(module)
        return file.read_bytes() if file else b""

    def _file(self, module: str) -> Path | None:
        """The source of a module of ours, if there is one."""
        try:
            spec = find_spec(module) if module.partition(".")[0] in self.ours else None
        except (ImportError, ValueError):
            return None
        return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


class Statements(NamedTuple):
    """The imports of a source, but for what only type checkers read."""

    anywhere: list[ast.Import | ast.ImportFrom]
    at_top: list[ast.ImportFrom]


@cache
def _statements(source: bytes) -> Statements:
    tree = ast.parse(source)
    anywhere = [node for node in _run(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return Statements(anywhere, [node for node in tree.body if isinstance(node, ast.ImportFrom)])


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below one, but for what only type checkers read."""
    for child in ast.iter_child_nodes(node):
        if not _for_types(child):
            yield child
            yield from _run(child)


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
