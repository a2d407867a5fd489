"""Docstrings of ours are plain text; as Markdown, equations and examples in them keep their look."""

from __future__ import annotations

import re
from typing import Any

import griffe

SPECIAL = re.compile(r"([\\*_\[\]{}])")


class PlainText(griffe.Extension):
    """Escapes what Markdown would read as its own, and puts examples into blocks."""

    def on_object(self, *, obj: Any, **_: Any) -> None:
        """Rewrite the docstring of a module, class, function or attribute."""
        if obj.docstring:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(text: str) -> str:
    """A docstring with its paragraphs escaped, and its examples as blocks of code."""
    return "\n\n".join(_paragraph(part) for part in text.split("\n\n"))


def _paragraph(text: str) -> str:
    if text.lstrip().startswith(">>>"):
        return f"```pycon\n{text}\n```"
    if text.startswith("    "):
        return text  # a block of code already
    if text.startswith("Source: "):
        return "*Source*: " + escaped(" ".join(line.strip() for line in text.splitlines()).removeprefix("Source: "))
    return escaped(text)


def escaped(text: str) -> str:
    """Text in which nothing but `code` is Markdown."""
    parts = text.split("`")
    parts[::2] = [SPECIAL.sub(r"\\\1", part).replace("<", "&lt;") for part in parts[::2]]
    return "`".join(parts)
