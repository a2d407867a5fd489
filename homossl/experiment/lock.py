"""One process at a time in a folder."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

LOCK, OWNER = ".lock", ".owner"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder for this process during a block; the system lets go of it when the process ends, however it does.

    Raises:
        FileExistsError: another process has it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            owner = (folder / OWNER).read_text() if (folder / OWNER).exists() else "unknown"
            raise FileExistsError(
                f"another process (id {owner}) is at work in {folder}: wait for it, or name another"
            ) from None
        (folder / OWNER).write_text(str(os.getpid()))
        yield
