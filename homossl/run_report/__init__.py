"""Reports of runs: how training went, what the recipes were, and what came of it."""

from homossl.run_report.logged import LoggedRun, read_run, read_runs
from homossl.run_report.page import page
from homossl.run_report.save import save

__all__ = ["LoggedRun", "page", "read_run", "read_runs", "save"]
