"""Markdown: tables, lists and blocks of code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells under a header.

    >>> print(table(("part", "what"), [("views", "two | three")]))
    | part | what |
    | --- | --- |
    | views | two \\| three |
    """
    lines = [_line(row) for row in (header, ["---"] * len(header), *rows)]
    return "\n".join(lines)


def bullets(facts: Iterable[str]) -> str:
    """One fact a line.

    >>> print(bullets(["one", "two"]))
    - one
    - two
    """
    return "\n".join(f"- {fact}" for fact in facts)


def named(facts: Mapping[str, object]) -> str:
    """One fact a line, with its name before it.

    >>> print(named({"steps": 3}))
    - **steps**: 3
    """
    return bullets(f"**{name}**: {fact}" for name, fact in facts.items())


def code(text: str, language: str) -> str:
    """A block of code."""
    return f"```{language}\n{text.strip()}\n```"


def document(title: str, sections: Mapping[str, str]) -> str:
    """A title, then sections; what stands under "" opens the page, and empty sections are left out.

    >>> print(document("hssl", {"": "A network.", "Limits": "", "Data": "Digits."}), end="")
    # hssl
    <BLANKLINE>
    A network.
    <BLANKLINE>
    ## Data
    <BLANKLINE>
    Digits.
    """
    parts = [f"## {name}\n\n{body}" if name else body for name, body in sections.items() if body]
    return "\n\n".join([f"# {title}", *parts]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
