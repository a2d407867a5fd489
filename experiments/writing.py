"""Results as Markdown, with the machine they were measured on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from homossl.report import machine
from homossl.train import write_atomic


def write(path: Path, *lines: str) -> None:
    """Print the lines, and write them with the machine to a file."""
    text = "\n".join([*lines, "", *(f"- {name}: {value}" for name, value in machine().items())])
    print(text)
    path.parent.mkdir(exist_ok=True)
    write_atomic(path, text + "\n")


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table."""
    for line in (header, ["---"] * len(header), *rows):
        yield f"| {' | '.join(line)} |"
