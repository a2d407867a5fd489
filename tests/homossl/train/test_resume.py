"""A run that is stopped anywhere and resumed ends where an undisturbed one does, bit for bit."""

import json
import multiprocessing
import os
import random
import signal
import time
from dataclasses import replace

import pytest
import torch
from tiny import TinyLearner, TinyRecipe, recipe

from homossl import recipes
from homossl.data import Digits
from homossl.learner import Learner
from homossl.objectives import BYOL
from homossl.targets import EMA
from homossl.train import LARS, SGD, Cosine, Hardware, Stopped, train
from homossl.train import trainer as trainer_module
from homossl.train.checkpoint import Checkpoint
from homossl.train.trainer import seeded


class Death(BaseException):
    """The power goes out."""


def quietly(spec, run, resume=False):
    return train(spec, run, resume, show=False)


def weights(run):
    return Checkpoint.read(run / "checkpoint.safetensors").tensors


def rows(run):
    read = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{key: value for key, value in row.items() if key != "images_per_s"} for row in read]


def same(run, other):
    a, b = weights(run), weights(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a) and rows(run) == rows(other)


def die(spec, run, steps):
    """Train until death comes, after some calls of the learner."""
    left, step = iter(range(steps)), TinyLearner.step

    def mortal(self, *args):
        if next(left, None) is None:
            raise Death
        return step(self, *args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TinyLearner, "step", mortal)
        with pytest.raises(Death):
            quietly(spec, run)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    run = tmp_path_factory.mktemp("whole")
    quietly(recipe, run)
    return run


def test_a_run_repeats(whole, tmp_path):
    quietly(recipe, tmp_path)
    assert same(tmp_path, whole)
    assert [row["step"] for row in rows(whole)] == list(range(1, 21))


def test_another_seed_is_another_run(whole, tmp_path):
    """The control of every test that finds two runs the same."""
    quietly(replace(recipe, seed=1), tmp_path)
    assert not same(tmp_path, whole)


@pytest.mark.parametrize("step", [0, 1, 4, 13])
def test_a_run_that_dies_in_a_step_is_resumed(whole, tmp_path, step):
    die(recipe, tmp_path, steps=step)
    assert len(rows(tmp_path) if step else []) == step
    quietly(recipe, tmp_path, resume=True)
    assert same(tmp_path, whole)


@pytest.mark.parametrize("rename", range(4))
def test_a_run_that_dies_before_a_file_gets_its_name_is_resumed(whole, tmp_path, rename):
    left = iter(range(rename + 1))

    def mortal(*args):
        if next(left, None) is None:
            raise Death
        os.rename(*args)

    for resume in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("os.replace", mortal)
            with pytest.raises(Death):
                quietly(recipe, tmp_path, resume=resume)
    quietly(recipe, tmp_path, resume=True)
    assert same(tmp_path, whole)


def other_views(device, seed, index):
    seeded(device, seed, index)
    return torch.Generator(device).manual_seed(index + 99)


def other_dropout(device, seed, index):
    generator = seeded(device, seed, index)
    torch.manual_seed(index + 99)
    return generator


@pytest.mark.parametrize("altered", [other_views, other_dropout])
def test_resumed_with_other_random_numbers_it_ends_elsewhere(whole, tmp_path, monkeypatch, altered):
    die(recipe, tmp_path, steps=13)
    monkeypatch.setattr(trainer_module, "seeded", altered)
    quietly(recipe, tmp_path, resume=True)
    assert not same(tmp_path, whole)


@pytest.mark.parametrize(
    "change",
    [
        {"optimiser": SGD(nesterov=True)},
        {"optimiser": LARS(lr=3.0), "schedule": Cosine(final=0.5)},
        {"hardware": Hardware(accumulate=2), "log_every": 3},
        {"hardware": Hardware(precision="64-true")},
        {"hardware": Hardware(precision="bf16-mixed")},
    ],
    ids=str,
)
def test_other_optimisers_and_precisions_are_resumed_too(tmp_path, change):
    spec = replace(recipe, **change)
    quietly(spec, tmp_path / "whole")
    die(spec, tmp_path / "cut", steps=9)
    quietly(spec, tmp_path / "cut", resume=True)
    assert same(tmp_path / "cut", tmp_path / "whole")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_killed_processes_are_resumed(tmp_path):
    """SIGKILL at random moments, three times in a row, to a process that trains."""
    spec, moments = replace(recipe, epochs=60), random.Random(0)
    quietly(spec, tmp_path / "whole")
    for kill in range(3):
        process = multiprocessing.get_context("fork").Process(target=alone, args=(spec, tmp_path / "cut", kill > 0))
        process.start()
        wait_for_step(tmp_path / "cut", moments.randint(70 * kill + 1, 70 * kill + 60), process)
        time.sleep(0.01 * moments.random())
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
    assert Checkpoint.read(tmp_path / "cut" / "checkpoint.safetensors").step < 300
    quietly(spec, tmp_path / "cut", resume=True)
    assert same(tmp_path / "cut", tmp_path / "whole")


def alone(*args):
    torch.set_num_threads(1)  # a forked process has none of its parent's threads
    quietly(*args)


def wait_for_step(run, step, process):
    while not (run / "metrics.jsonl").exists() or (run / "metrics.jsonl").read_text().count("\n") < step:
        assert process.is_alive(), "it ended before it was killed"
        time.sleep(0.001)


def interrupt_at(monkeypatch, step, number=signal.SIGINT):
    moved = TinyLearner.advance

    def interrupting(self, progress):
        moved(self, progress)
        if round(20 * progress) in step:
            signal.raise_signal(number)

    monkeypatch.setattr(TinyLearner, "advance", interrupting)


def test_ctrl_c_saves_the_step_it_finishes(whole, tmp_path):
    handler = signal.getsignal(signal.SIGINT)  # that of a process in the background ignores it
    with pytest.MonkeyPatch.context() as patch:
        interrupt_at(patch, [7])
        with pytest.raises(Stopped, match=f"stopped after step 7 of 20, saved in {tmp_path}/checkpoint.safetensors"):
            quietly(recipe, tmp_path)
    assert Checkpoint.read(tmp_path / "checkpoint.safetensors").step == 7
    assert signal.getsignal(signal.SIGINT) is handler
    quietly(recipe, tmp_path, resume=True)
    assert same(tmp_path, whole)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_so_do_the_signals_of_schedulers_however_often_they_come(whole, tmp_path, number):
    calls = iter(range(1, 21))

    def seventh():
        if next(calls) == 7:
            signal.raise_signal(number)

    handler, step = signal.getsignal(number), TinyLearner.step
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TinyLearner, "step", lambda self, *args: (seventh(), step(self, *args))[1])
        interrupt_at(patch, [7], number)
        with pytest.raises(Stopped, match="stopped after step 7 of 20"):
            quietly(recipe, tmp_path)
    assert signal.getsignal(number) is handler
    quietly(recipe, tmp_path, resume=True)
    assert same(tmp_path, whole)


def test_a_second_ctrl_c_aborts_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint, "write", lambda self: signal.raise_signal(signal.SIGINT))
    interrupt_at(monkeypatch, [2])
    with pytest.raises(KeyboardInterrupt) as stopped:
        quietly(recipe, tmp_path)
    assert stopped.type is KeyboardInterrupt
    assert not (tmp_path / "checkpoint.safetensors").exists()


def test_ctrl_c_in_the_last_step_ends_the_run(whole, tmp_path, monkeypatch):
    interrupt_at(monkeypatch, [20])
    quietly(recipe, tmp_path)
    assert same(tmp_path, whole)


def test_a_finished_run_is_resumed_to_itself(whole, tmp_path):
    quietly(recipe, tmp_path)
    learner = quietly(recipe, tmp_path, resume=True)
    assert same(tmp_path, whole)
    assert torch.equal(learner.head.weight, weights(whole)["learner.head.weight"])


def test_resuming_nothing_starts(whole, tmp_path):
    quietly(recipe, tmp_path / "new", resume=True)
    assert same(tmp_path / "new", whole)


def test_the_real_learner_is_resumed_with_its_teacher_and_batch_statistics(tmp_path):
    small = replace(recipes.hssl.encoder, fields=(1, 2), steps=(1, 1))
    spec = replace(
        recipes.hssl, data=Digits(9), encoder=small, objective=BYOL(), target=EMA(0.9), epochs=1, batch_size=256
    )
    quietly(spec, tmp_path / "whole")
    interrupted, update = iter([False, True, False, False]), Learner.advance

    def interrupting(self, progress):
        update(self, progress)
        if next(interrupted):
            signal.raise_signal(signal.SIGINT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Learner, "advance", interrupting)
        with pytest.raises(Stopped):
            quietly(spec, tmp_path / "cut")
    quietly(spec, tmp_path / "cut", resume=True)
    assert same(tmp_path / "cut", tmp_path / "whole")


def test_the_subclass_of_a_recipe_is_part_of_it(whole):
    assert TinyRecipe.from_json((whole / "recipe.json").read_text()) == recipe


def test_a_run_that_is_older_than_a_field_of_its_recipe_is_resumed(whole, tmp_path):
    quietly(recipe, tmp_path)
    held = json.loads((tmp_path / "recipe.json").read_text())
    assert held.pop("structure") == "intact"
    (tmp_path / "recipe.json").write_text(json.dumps(held))
    (tmp_path / "checkpoint.safetensors").unlink()
    quietly(recipe, tmp_path, resume=True)
    assert same(tmp_path, whole)


def test_another_value_of_such_a_field_is_another_recipe(tmp_path):
    quietly(recipe, tmp_path)
    held = json.loads((tmp_path / "recipe.json").read_text())
    del held["structure"]
    (tmp_path / "recipe.json").write_text(json.dumps(held))
    (tmp_path / "checkpoint.safetensors").unlink()
    with pytest.raises(ValueError, match='structure: "intact" -> "untied"'):
        quietly(replace(recipe, structure="untied"), tmp_path, resume=True)
