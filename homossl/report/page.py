"""A page that needs nothing but a browser: no script, no request, every picture inside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

from homossl.train.files import write_atomic

TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body><main>
<h1>{title}</h1>{lead}
{blocks}
</main></body>
</html>
"""


class Block(ABC):
    """A part of a page."""

    @abstractmethod
    def html(self) -> str:
        """The part as HTML; all text is escaped."""


@dataclass(frozen=True)
class Text(Block):
    """Paragraphs under a heading."""

    title: str
    paragraphs: Sequence[str]

    def html(self) -> str:
        return _section(self.title, "".join(f"<p>{escape(p)}</p>" for p in self.paragraphs))


@dataclass(frozen=True)
class Tiles(Block):
    """A few large numbers, each with what it is: label -> number."""

    numbers: Mapping[str, str]

    def html(self) -> str:
        tiles = (f"<div><b>{escape(n)}</b><span>{escape(label)}</span></div>" for label, n in self.numbers.items())
        return f'<div class="tiles">{"".join(tiles)}</div>'


@dataclass(frozen=True)
class Settings(Block):
    """Names and values."""

    title: str
    items: Mapping[str, str]

    def html(self) -> str:
        pairs = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in self.items.items())
        return _section(self.title, f"<dl>{''.join(pairs)}</dl>")


@dataclass(frozen=True)
class Table(Block):
    """Rows under a header, with what to see in them.

    Raises:
        ValueError: a row does not have as many cells as the header.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str
    strong: int | None = None
    """The row to set in bold."""

    def __post_init__(self) -> None:
        if ragged := [row for row in self.rows if len(row) != len(self.header)]:
            raise ValueError(f"expected rows of {len(self.header)} cells, got {ragged[0]}")

    def html(self) -> str:
        body = "".join(_row(row, "td", "strong" if i == self.strong else "") for i, row in enumerate(self.rows))
        table = f"<table><thead>{_row(self.header, 'th')}</thead><tbody>{body}</tbody></table>"
        return _section(self.title, f'<div class="scroll">{table}</div><p class="caption">{escape(self.caption)}</p>')


@dataclass(frozen=True)
class Figure(Block):
    """A picture, as markup that `svg` or `png` made, with what to see in it."""

    title: str
    picture: str
    caption: str

    def html(self) -> str:
        caption = f"<figcaption>{escape(self.caption)}</figcaption>"
        return _section(self.title, f'<figure><div class="scroll">{self.picture}</div>{caption}</figure>')


@dataclass(frozen=True)
class Page:
    """A title, a lead, and blocks."""

    title: str
    lead: str
    blocks: Sequence[Block]

    def html(self) -> str:
        """The whole page."""
        style = files("homossl.report").joinpath("page.css").read_text(encoding="utf-8")
        lead = f'<p class="lead">{escape(self.lead)}</p>'
        blocks = "\n".join(block.html() for block in self.blocks)
        return TEMPLATE.format(title=escape(self.title), style=style, lead=lead, blocks=blocks)

    def save(self, path: Path) -> None:
        """Write the page, atomically."""
        write_atomic(path, self.html())


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _row(cells: Sequence[str], tag: str, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f"<tr{attribute}>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
