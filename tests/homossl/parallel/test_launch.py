"""Processes that are started as a user starts them: by the command line itself, and by torchrun."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cases import apart

RECIPE = f"{Path(__file__).with_name('cases.py')}:alone"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("launcher", "options"),
    [
        (["homossl"], ["--devices", "2"]),
        (["torchrun", "--nproc-per-node", "2", "--standalone", "-m", "--", "homossl"], []),
    ],
    ids=["homossl", "torchrun"],
)
def test_two_processes_end_as_one(whole, tmp_path, launcher, options):
    command = [Path(sys.executable).with_name(launcher[0]), *launcher[1:]]
    arguments = ["pretrain", RECIPE, "--run", str(tmp_path / "run"), *options]
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([*command, *arguments], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("trained; see its features") == 1
    assert apart(tmp_path / "run", whole) < 1e-10
    assert '"devices": 2' in (tmp_path / "run" / "recipe.json").read_text()
