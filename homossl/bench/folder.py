"""The folder of a benchmark: its results and its report, which replace those of another benchmark and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

from homossl.bench.results import FORMAT, Results
from homossl.report.finite import null_for_infinite
from homossl.train.files import write_atomic

RESULTS, REPORT = "bench.json", "report.html"
TITLE = "<title>Benchmark of homossl</title>"


def check_free(folder: Path) -> None:
    """Check that a benchmark may be written there.

    Raises:
        FileExistsError: it is no folder, or holds files of these names that are no benchmark.
    """
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"--to: expected a folder, got the file {folder}")
    for name, sign in ((RESULTS, FORMAT), (REPORT, TITLE)):
        path = folder / name
        if path.exists() and not (path.is_file() and sign in path.read_text(errors="replace")):
            raise FileExistsError(f"{path} is there already and is no benchmark: name another folder with --to")


def save(results: Results, folder: Path) -> Path:
    """Write the results and the report; the path of the report."""
    from homossl.bench.page import page  # matplotlib is slow to import

    check_free(folder)
    folder.mkdir(parents=True, exist_ok=True)
    found = null_for_infinite(results.to_dict())
    write_atomic(folder / RESULTS, json.dumps(found, indent=1, allow_nan=False) + "\n")
    page(results).save(folder / REPORT)
    return folder / REPORT
