"""One process at a time, and a killed one leaves no lock."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from homossl.experiment import lock
from homossl.experiment.lock import locked

HOLD = """
import sys
from pathlib import Path
from runpy import run_path
with run_path(sys.argv[2])["locked"](Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_a_second_one_is_refused(tmp_path):
    with locked(tmp_path / "new"):
        expected = rf"another process \(id {os.getpid()}\) is at work in .*new"
        with pytest.raises(FileExistsError, match=expected), locked(tmp_path / "new"):
            pass
    with locked(tmp_path / "new"):
        pass


def test_a_killed_process_leaves_no_lock(tmp_path):
    command = [sys.executable, "-c", HOLD, tmp_path, lock.__file__]
    with subprocess.Popen(command, stdin=-1, stdout=-1) as process:
        assert process.stdout.readline() == b"mine\n"
        with pytest.raises(FileExistsError, match=f"id {process.pid}"), locked(tmp_path):
            pass
        process.kill()
        process.wait()
        with locked(tmp_path):
            pass
