"""Room for a run: its folder, and what becomes of the results that another left there."""

from __future__ import annotations

from shutil import rmtree

from homossl.experiment.kept import ERROR, STAMP, aside, held_stamp, results_in, write_json
from homossl.experiment.run import Run


def make_room(run: Run) -> None:
    """Let the folder be that of this run: go on with what is there of it; results of another are set aside."""
    _sort_out(run)
    if held_stamp(run.folder) != run.stamp:
        rmtree(run.folder, ignore_errors=True)
        run.folder.mkdir(parents=True)
        write_json(run.folder / STAMP, run.stamp.to_dict())
    (run.folder / ERROR).unlink(missing_ok=True)


def discard_old(run: Run) -> None:
    """Drop the results that were set aside: the new ones are there."""
    rmtree(aside(run), ignore_errors=True)


def _sort_out(run: Run) -> None:
    """Take back what was set aside if the run is that one again, and set aside what is of another."""
    if held_stamp(run.folder) == run.stamp:
        return
    if held_stamp(aside(run)) == run.stamp:
        rmtree(run.folder, ignore_errors=True)
        aside(run).rename(run.folder)
    elif results_in(run.folder) and not aside(run).exists():
        run.folder.rename(aside(run))
