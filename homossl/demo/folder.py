"""The folder of a demo, which never mixes with another one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

RUNS, RESULTS, REPORT = "arms", "results.json", "report.html"
DEFAULT = Path("runs/demo")


def claim(out: Path | None, overwrite: bool = False) -> Path:
    """Make the folder `out`; by default the first of runs/demo, runs/demo-2, ... that is not there yet.

    Raises:
        FileExistsError: there is something in `out`, and it is not a demo that may be overwritten.
    """
    if out is None and not overwrite:
        return next(path for path in _numbered(DEFAULT) if _made(path))
    out = out or DEFAULT
    if not _made(out) and any(out.iterdir()) and not (overwrite and _emptied(out)):
        advice = "it holds other files" if overwrite else "use --overwrite to replace the demo there"
        raise FileExistsError(f"{out} is not empty: {advice}, or name another folder with --out")
    return out


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.name}-{n}") for n in count(2))


def _made(path: Path) -> bool:
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        return False
    return True


def _emptied(path: Path) -> bool:
    """Remove what a demo writes; False, and nothing is touched, where there is anything else."""
    if not {entry.name for entry in path.iterdir()} <= {RUNS, RESULTS, REPORT}:
        return False
    shutil.rmtree(path / RUNS, ignore_errors=True)
    for name in (RESULTS, REPORT):
        (path / name).unlink(missing_ok=True)
    return True
