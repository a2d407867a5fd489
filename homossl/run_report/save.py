"""Where a report goes, and what it may replace."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from homossl.run_report.logged import read_runs
from homossl.run_report.page import TITLE, page

OF_ONE, OF_SEVERAL = "report.html", "runs.html"


def save(folders: Sequence[Path], out: Path | None = None) -> Path:
    """Write the report of the runs in some folders: of one into its report.html, of several into runs.html here.

    Raises:
        FileNotFoundError: there is no run in one of them, or no folder to write into.
        FileExistsError: the file is there, and is no such report.
        ValueError: the runs are not different ones, or a file of theirs is damaged.
    """
    out = out or (folders[0] / OF_ONE if len(folders) == 1 else Path(OF_SEVERAL))
    runs = read_runs(folders)
    check_free(out)
    page(runs).save(out)
    return out


def check_free(path: Path) -> None:
    """Check that a report may be written there.

    Raises:
        FileNotFoundError: there is no such folder.
        FileExistsError: there is something else.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into")
    if path.exists() and not (path.is_file() and f"<title>{TITLE}" in path.read_text(errors="replace")):
        raise FileExistsError(f"{path} is there already and is no report of runs: name another file with --out")
