"""Angles in the log: measured when they are due, the same after a resume, and of no effect on training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from groups import Cyclic
from homossl.credit import Backprop, Credit, DifferenceTargetPropagation, FeedbackAlignment, RandomLayerwise
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.learner import Learner
from homossl.objectives import BYOL, MLP
from homossl.targets import EMA
from homossl.train import AdamW, Cosine, Hardware, Recipe, train
from homossl.train.checkpoint import Checkpoint
from homossl.train.trainer import Trainer
from homossl.views import FeatureFibre, Uniform, Window

quiet = Recipe(
    name="angles",
    data=Digits(9),
    group=Cyclic(4),
    encoder=CNN("plain", fields=(1, 2), steps=(1, 2)),
    views=FeatureFibre(motion=Uniform(), window=Window(1)),
    objective=BYOL(projector=MLP(8, 8), predictor=MLP(8, 8)),
    target=EMA(0.9),
    credit=FeedbackAlignment("same"),
    optimiser=AdamW(),
    schedule=Cosine(),
    hardware=Hardware(device="cpu", threads=1),
    epochs=2,
    batch_size=250,
    checkpoint_every=3,
    log_every=3,
)
watched = replace(quiet, angles_every=4)


class Death(BaseException):
    """The power goes out."""


def rows(run: Path) -> list[dict[str, Any]]:
    read = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{key: value for key, value in row.items() if key != "images_per_s"} for row in read]


def without_angles(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"terms": {name: value for name, value in row["terms"].items() if not name.startswith("angle/")}}


def with_angles(run: Path) -> list[int]:
    return [row["step"] for row in rows(run) if any(name.startswith("angle/") for name in row["terms"])]


def weights(run: Path) -> dict[str, torch.Tensor]:
    return Checkpoint.read(run / "checkpoint.safetensors").tensors


def same_weights(run: Path, other: Path) -> bool:
    a, b = weights(run), weights(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("angles")
    train(watched, folder / "with", show=False)
    train(replace(quiet, log_every=1), folder / "without", show=False)
    return folder / "with", folder / "without"


def test_angles_are_measured_at_the_first_step_the_last_one_and_when_they_are_due(runs):
    assert [row["step"] for row in rows(runs[0])] == [1, 3, 4, 6, 8, 9, 10]
    assert with_angles(runs[0]) == [1, 4, 8, 10]
    names = {name for name in rows(runs[0])[0]["terms"] if name.startswith("angle/")}
    parts = {name.removeprefix("angle/").partition(".")[0] for name in names}
    assert parts == {"stage0", "stage1", "head"}
    assert with_angles(runs[1]) == []


@pytest.mark.parametrize(
    "credit",
    [FeedbackAlignment("same"), RandomLayerwise(), DifferenceTargetPropagation(), Backprop()],
    ids=lambda credit: type(credit).__name__,
)
def test_measuring_leaves_training_as_it_was_to_the_bit(credit: Credit, tmp_path):
    kept = replace(quiet, credit=credit, log_every=1)
    train(replace(kept, angles_every=1), tmp_path / "with", show=False)
    train(kept, tmp_path / "without", show=False)
    train(replace(kept, seed=1), tmp_path / "control", show=False)
    assert same_weights(tmp_path / "with", tmp_path / "without")
    assert [without_angles(row) for row in rows(tmp_path / "with")] == rows(tmp_path / "without")
    assert not same_weights(tmp_path / "with", tmp_path / "control")
    assert with_angles(tmp_path / "with") == list(range(1, 11))


def test_rows_that_angles_ask_for_hold_the_losses_of_their_step(runs):
    of = {row["step"]: row for row in rows(runs[1])}
    assert [without_angles(row) for row in rows(runs[0])] == [of[row["step"]] for row in rows(runs[0])]


@pytest.mark.parametrize("steps", [1, 4, 5])
def test_a_resumed_run_has_the_same_angles(runs, tmp_path, monkeypatch, steps):
    left, step = iter(range(steps)), Trainer.step

    def mortal(self):
        if next(left, None) is None:
            raise Death
        return step(self)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", mortal)
        with pytest.raises(Death):
            train(watched, tmp_path / "run", show=False)
    train(watched, tmp_path / "run", resume=True, show=False)
    assert rows(tmp_path / "run") == rows(runs[0])
    assert same_weights(tmp_path / "run", runs[0])


def test_angles_are_those_of_the_batch_and_the_draws_of_the_step(monkeypatch):
    """The gradients measured before a step are those that the step then makes: its own angle to them is 0."""
    trainer, seen, step = Trainer(replace(watched, credit=Backprop())), [], Learner.step

    def spied(self, batch, rng, backward):
        seen.append((batch.x.clone(), rng.get_state(), torch.get_rng_state()))
        return step(self, batch, rng, backward)

    monkeypatch.setattr(Learner, "step", spied)
    for _ in range(6):  # into the second epoch
        trainer.angles()
        trainer.step()
        for rule, reference, taken in zip(*[iter(seen)] * 3, strict=True):
            assert all(torch.equal(a, b) for a, b in zip(rule, taken, strict=True))
            assert all(torch.equal(a, b) for a, b in zip(reference, taken, strict=True))
    assert not torch.equal(seen[0][0], seen[3][0]), "the control: another step has another batch"


@pytest.mark.parametrize("hardware", [Hardware(accumulate=2), Hardware(precision="bf16-mixed")], ids=str)
def test_angles_are_measured_on_any_hardware(hardware, tmp_path):
    train(replace(watched, hardware=replace(hardware, device="cpu"), epochs=1), tmp_path, show=False)
    found = [v for row in rows(tmp_path) for name, v in row["terms"].items() if name.startswith("angle/")]
    assert found
    assert all(0 <= degrees <= 180 for degrees in found)


def test_recipes_of_before_have_no_angles():
    data = json.loads(watched.to_json())
    del data["angles_every"]
    assert Recipe.from_json(json.dumps(data)) == quiet
    assert Recipe.from_json(watched.to_json()) == watched != quiet


@pytest.mark.parametrize("every", [0, -1])
def test_an_interval_below_a_step_is_refused(every):
    with pytest.raises(ValueError, match=f"angles_every must be at least 1, got {every}"):
        replace(quiet, angles_every=every)
