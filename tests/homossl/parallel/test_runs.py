"""Runs of several processes, one of which is killed, or told to stop; and their going on with fewer and with more."""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from cases import alone, apart
from forked import finish, start

from homossl.cli import main
from homossl.train import Checkpoint, train
from homossl.train import processes as processes_module

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

RECIPE = f"{__file__.replace('test_runs', 'cases')}:alone"


def pretrain(run, processes, *options):
    return main(["pretrain", RECIPE, "--run", str(run), "--devices", str(processes), *options])


def launch(run, processes, *options):
    return start(processes, pretrain, run, processes, *options, said=run.parent)


def after_steps(run, steps, processes):
    """Wait for so many rows of the log."""
    while not (run / "metrics.jsonl").exists() or (run / "metrics.jsonl").read_text().count("\n") < steps:
        assert all(process.is_alive() for process in processes), (run.parent / "0").read_text()
        time.sleep(0.002)


@pytest.fixture(scope="module")
def killed(tmp_path_factory, whole):
    """A run of two processes, of which number 1 was killed in the middle of the epoch, and what the other one said."""
    run = tmp_path_factory.mktemp("killed") / "run"
    processes = launch(run, 2)
    after_steps(run, 13, processes)
    processes[1].kill()
    assert finish(processes) == [1, -signal.SIGKILL]
    return run, (run.parent / "0").read_text()


def test_the_others_say_what_happened_and_how_to_go_on(killed):
    run, said = killed
    assert "of 40: process 0 of 2: another one ended or did not answer" in said
    assert f"go on from the last checkpoint with: homossl pretrain {RECIPE} --run {run} --devices 2 --resume" in said
    assert Checkpoint.read(run / "checkpoint.safetensors").step in (10, 20, 30)


@pytest.mark.parametrize(("processes", "strategy"), [(1, "ddp"), (2, "ddp"), (2, "fsdp"), (4, "ddp")])
def test_a_run_that_lost_a_process_is_resumed_by_any_number(killed, whole, tmp_path, processes, strategy):
    shutil.copytree(killed[0], run := tmp_path / "run")
    assert finish(launch(run, processes, "--resume", "--hardware.strategy", strategy)) == [0] * processes
    assert apart(run, whole) < 1e-10


def test_with_other_draws_it_would_end_elsewhere(whole, tmp_path):
    """The control of the test above: one part of each batch, and so one stream, in the place of two."""
    train(replace(alone, hardware=replace(alone.hardware, shards=1)), tmp_path, show=False)
    assert apart(tmp_path, whole) > 0.01


def test_a_signal_to_one_stops_all_at_the_same_step(whole, tmp_path):
    processes = launch(run := tmp_path / "run", 2)
    after_steps(run, 5, processes)
    processes[1].terminate()
    assert finish(processes) == [130, 0]
    step = Checkpoint.read(run / "checkpoint.safetensors").step
    assert 5 <= step < 40
    assert f"stopped after step {step} of 40, saved in {run}" in (tmp_path / "0").read_text()
    assert finish(launch(run, 2, "--resume")) == [0, 0]
    assert apart(run, whole) < 1e-10


def test_a_process_that_does_not_answer_is_taken_for_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(processes_module, "PATIENCE", timedelta(seconds=2))
    processes = launch(run := tmp_path / "run", 2)
    after_steps(run, 3, processes)
    os.kill(processes[1].pid, signal.SIGSTOP)
    processes[0].join(60)
    processes[1].kill()
    assert finish(processes) == [1, -signal.SIGKILL]
    assert "another one ended or did not answer" in (tmp_path / "0").read_text()
