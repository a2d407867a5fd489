"""Where a card goes; one that somebody has edited is never replaced."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from homossl.card.known import know
from homossl.card.page import card
from homossl.train import write_atomic

NAME = "MODEL_CARD.md"
MARK = re.compile(r"\n<!-- written by homossl card, ([0-9a-f]{16}) -->\n\Z")


def save(folder: Path, out: Path | None = None, classes: Sequence[Path] = ()) -> Path:
    """Write the card of the run in a folder, into MODEL_CARD.md there if no other file is named.

    Raises:
        FileNotFoundError: there is no run with a checkpoint, or no folder to write into.
        FileExistsError: the file is there, and is no card, or one that was edited.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} holds no run: there is no such folder")
    out = out or folder / NAME
    check_free(out)
    write_atomic(out, marked(card(know(folder), classes)))
    return out


def marked(text: str) -> str:
    """A text with a last line that tells whether it was edited since."""
    return f"{text}\n<!-- written by homossl card, {_digest(text)} -->\n"


def unedited(text: str) -> bool:
    """Whether a text is a card as it was written.

    >>> unedited(marked("a card")), unedited(marked("a card").replace("a", "my"))
    (True, False)
    """
    mark = MARK.search(text)
    return mark is not None and mark.group(1) == _digest(text[: mark.start()])


def check_free(path: Path) -> None:
    """Check that a card may be written there.

    Raises:
        FileNotFoundError: there is no such folder.
        FileExistsError: there is something else, or a card that was edited.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into")
    if path.exists() and not (path.is_file() and unedited(path.read_text(errors="replace"))):
        raise FileExistsError(f"{path} is there already, and is no card or was edited: name another file with --out")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
