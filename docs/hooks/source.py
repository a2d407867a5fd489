"""Source of ours in a page: a line `::code package.module.Name` becomes the definition of that name, as it stands."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^::code (\S+)$", flags=re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page with the source that it asks for."""
    return LINE.sub(lambda match: fenced(match[1]), markdown)


def fenced(name: str) -> str:
    """The definition of a dotted name as a block of code under the path of its file."""
    path, source = definition(name)
    return f'```python title="{path}"\n{source}\n```'


def definition(name: str) -> tuple[str, str]:
    """The path of the file that defines a name, and the lines that do.

    Raises:
        LookupError: no module defines it.
    """
    module, inner = _module(name.split("."))
    source = module.read_text(encoding="utf-8")
    node: Any = ast.parse(source)
    for part in inner:
        node = _child(node, part, name)
    return module.relative_to(ROOT).as_posix(), dedent("\n".join(_lines(node, source.splitlines())))


def _lines(node: Any, lines: list[str]) -> list[str]:
    """The lines of a definition with its decorators, and with no more of its docstring than the first."""
    first = min([node.lineno, *[decorator.lineno for decorator in getattr(node, "decorator_list", [])]])
    doc = node.body[0] if hasattr(node, "body") and ast.get_docstring(node) else None
    if doc is None or doc.lineno == doc.end_lineno:
        return lines[first - 1 : node.end_lineno]
    return [*lines[first - 1 : doc.lineno - 1], f'{lines[doc.lineno - 1]}"""', *lines[doc.end_lineno : node.end_lineno]]


def _module(parts: list[str]) -> tuple[Path, list[str]]:
    """The file of the longest beginning of a name that is a module, and what of the name is left."""
    for end in range(len(parts) - 1, 0, -1):
        place = ROOT.joinpath(*parts[:end])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.is_file():
                return file, parts[end:]
    raise LookupError(f"no module of ours defines {'.'.join(parts)}")


def _child(node: Any, part: str, name: str) -> ast.AST:
    for child in getattr(node, "body", []):
        targets = child.targets if isinstance(child, ast.Assign) else [getattr(child, "target", None)]
        if part == getattr(child, "name", None) or part in [getattr(target, "id", None) for target in targets]:
            return child
    raise LookupError(f"{part} is not defined where {name} says; a name that is only imported has its source elsewhere")
