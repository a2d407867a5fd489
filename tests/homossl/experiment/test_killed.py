"""Real processes, really killed: all of them at once, or one by the system."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from mini_table import Mini, tables

from homossl.experiment.lock import locked

DEADLY = """
@dataclass(frozen=True)
class Deadly(Digits):
    def load(self, split):
        os.kill(os.getpid(), signal.SIGKILL)
"""


def start(mini: Mini, out: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "homossl", "experiment", mini.folder, "--out", out, "--workers", "1", *options]
    return subprocess.Popen(command, stdout=-1, stderr=-1, text=True, start_new_session=True)


pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # several processes import torch, one after the other


def test_killed_in_the_middle_and_run_again_the_tables_are_the_same(tmp_path):
    mini = Mini(tmp_path)
    undisturbed = tables(mini.run(whole=True, seeds=1).folder)
    mini.out = tmp_path / "killed"
    with start(mini, mini.out, "--seeds", "1") as killed:
        while not list(mini.out.glob("*/metrics.jsonl")):
            assert killed.poll() is None
        os.killpg(killed.pid, signal.SIGSTOP)
        message = rf"another process \(id {killed.pid}\) is at work in"
        with pytest.raises(FileExistsError, match=message), locked(mini.out):
            pass
        os.killpg(killed.pid, signal.SIGKILL)
    assert not (mini.out / "table.md").exists()
    finish(start(mini, mini.out, "--seeds", "1"))
    assert tables(mini.out) == undisturbed
    assert len(undisturbed) == 5


def finish(process: subprocess.Popen[str]) -> str:
    told, error = process.communicate()
    assert (process.returncode, error) == (0, "")
    return told


def test_a_run_that_the_system_kills_has_failed_alone(tmp_path):
    mini = Mini(tmp_path)
    mini.row("deadly", "data=Deadly(9)")
    mini.write(
        "_deadly", f"import os, signal\nfrom dataclasses import dataclass\nfrom homossl.data import Digits\n{DEADLY}"
    )
    mini.change("deadly", "from dataclasses", f"from {mini.name}._deadly import Deadly\nfrom dataclasses")
    process = start(mini, mini.out, "--seeds", "1", "--rows", "deadly", "frozen")
    told, error = process.communicate()
    assert (process.returncode, error) == (1, "")
    assert "deadly, seed 0: failed: RuntimeError: the process of this run ended suddenly" in told
    assert "frozen, seed 0: weights " in told
