import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from tiny import Noise, Squares, TinyLearner, recipe

from homossl.train import AdamW, Cosine, Hardware, load_learner, train
from homossl.train.checkpoint import Checkpoint


def quietly(spec, run, resume=False):
    return train(spec, run, resume, show=False)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def test_training_descends(tmp_path):
    quietly(replace(recipe, epochs=30), tmp_path)
    first, last = rows(tmp_path)[0], rows(tmp_path)[-1]
    assert last["terms"]["denoise"] < 0.5 * first["terms"]["denoise"]
    assert set(last) == {"step", "epoch", "loss", "terms", "lr", "images_per_s"}
    assert (last["step"], last["epoch"], set(last["terms"])) == (150, 30, {"denoise", "follow"})


def test_no_epochs_keep_the_initial_weights(tmp_path):
    learner = quietly(replace(recipe, epochs=0), tmp_path)
    fresh = recipe.learner((1, 3, 3))
    assert all(torch.equal(a, b) for a, b in zip(learner.parameters(), fresh.parameters(), strict=True))
    assert Checkpoint.read(tmp_path / "checkpoint.safetensors").step == 0


def test_rows_and_checkpoints_come_when_they_are_due(tmp_path, monkeypatch):
    written, write = [], Checkpoint.write
    monkeypatch.setattr(Checkpoint, "write", lambda self: (written.append(self.step), write(self)))
    quietly(replace(recipe, log_every=6, checkpoint_every=8), tmp_path)
    assert [row["step"] for row in rows(tmp_path)] == [6, 12, 18, 20]
    assert written == [8, 16, 20]


def test_the_learning_rate_follows_the_schedule(tmp_path):
    quietly(recipe, tmp_path)
    expected = [0.01 * Cosine(warmup=1).factor(step, 20, 5) for step in range(20)]
    assert [row["lr"] for row in rows(tmp_path)] == expected


def test_the_target_is_told_the_progress(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(TinyLearner, "advance", lambda self, progress: told.append(progress))
    quietly(recipe, tmp_path)
    assert told == [step / 20 for step in range(1, 21)]


def test_every_epoch_reads_every_image_once(tmp_path, monkeypatch):
    seen, step = [], TinyLearner.step
    monkeypatch.setattr(TinyLearner, "step", lambda self, b, *rest: (seen.append(b.x), step(self, b, *rest))[1])
    quietly(replace(recipe, epochs=2), tmp_path)
    first, second = torch.cat(seen[:5]), torch.cat(seen[5:])
    images = Squares().load("train").x.flatten(1)
    assert not torch.equal(first, second)
    for epoch in (first, second):
        assert torch.equal(epoch.flatten(1).unique(dim=0), images.unique(dim=0))


def test_accumulated_gradients_are_the_mean(tmp_path, monkeypatch):
    """Two batches of 8 without noise, dropout or batch norm make the step of one batch of 16."""

    step = TinyLearner.step
    monkeypatch.setattr(TinyLearner, "step", lambda self, *args: step(self.eval(), *args))
    calm = replace(recipe, views=Noise(scale=0.0), hardware=Hardware(precision="64-true"), checkpoint_every=1000)
    once = quietly(replace(calm, batch_size=16), tmp_path / "once")
    twice = quietly(replace(calm, hardware=Hardware(precision="64-true", accumulate=2)), tmp_path / "twice")
    other = quietly(calm, tmp_path / "other")
    assert torch.allclose(once.head.weight, twice.head.weight, atol=1e-12)
    assert not torch.allclose(once.head.weight, other.head.weight, atol=1e-3)


def test_global_random_numbers_are_left_alone(tmp_path):
    before = torch.get_rng_state()
    quietly(recipe, tmp_path)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("held", ["recipe.json", "metrics.jsonl", "checkpoint.safetensors"])
def test_a_folder_that_holds_a_run_is_not_overwritten(tmp_path, held):
    (tmp_path / held).write_text("precious")
    with pytest.raises(FileExistsError, match=rf"{tmp_path} already holds a run \({held}\): resume it or name another"):
        quietly(recipe, tmp_path)
    assert contents(tmp_path) == {held: b"precious"}


def test_another_recipe_is_not_resumed_and_its_fields_are_named(tmp_path):
    quietly(recipe, tmp_path)
    before = contents(tmp_path)
    changed = replace(recipe, seed=5, optimiser=AdamW(lr=0.5))
    with pytest.raises(ValueError, match=r"\(run -> now\): optimiser.lr: 0.01 -> 0.5; seed: 0 -> 5$"):
        quietly(changed, tmp_path, resume=True)
    assert contents(tmp_path) == before


def cut(path):
    path.write_bytes(path.read_bytes()[:-7])


def of_others(path):
    save_file({"learner.head.bias": torch.ones(9)}, path)


@pytest.mark.parametrize(
    ("spoil", "message"), [(cut, "whole safetensors file"), (of_others, "expected the metadata key 'homossl_format'")]
)
def test_a_spoilt_checkpoint_is_not_resumed_and_nothing_changes(tmp_path, spoil, message):
    quietly(recipe, tmp_path)
    spoil(tmp_path / "checkpoint.safetensors")
    before = contents(tmp_path)
    with pytest.raises(ValueError, match=message):
        quietly(recipe, tmp_path, resume=True)
    assert contents(tmp_path) == before


def test_a_loss_that_is_not_finite_stops_the_run_and_keeps_the_last_checkpoint(tmp_path):
    spoilt = replace(recipe, views=Noise(nan_above=2.9), log_every=10)
    with pytest.raises(
        FloatingPointError, match=r"^step (\d+): expected finite losses, got loss = nan, denoise = nan$"
    ) as e:
        quietly(spoilt, tmp_path)
    step = int(str(e.value).split()[1][:-1])
    saved = Checkpoint.read(tmp_path / "checkpoint.safetensors")
    assert saved.step == (step - 1) // 3 * 3 > 0
    assert all(tensor.isfinite().all() for tensor in saved.tensors.values())


@pytest.mark.parametrize(
    ("hardware", "message"),
    [
        (Hardware(device="abacus"), "device 'abacus' at 32-true is not available"),
        (Hardware(accumulate=6), "an optimiser step takes 6 batches of 8, got images for 5"),
    ],
)
def test_what_cannot_be_run_leaves_no_folder(tmp_path, hardware, message):
    with pytest.raises(ValueError, match=message):
        quietly(replace(recipe, hardware=hardware), tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.filterwarnings("ignore:You passed")
def test_a_precision_that_the_device_lacks_is_refused(tmp_path):
    with pytest.raises(ValueError, match="device cpu has no 16-mixed: use bf16-mixed or 32-true"):
        quietly(replace(recipe, hardware=Hardware(device="cpu", precision="16-mixed")), tmp_path)


@pytest.mark.parametrize(
    ("precision", "dtype", "arithmetic"),
    [
        ("32-true", torch.float32, torch.float32),
        ("bf16-mixed", torch.float32, torch.bfloat16),
        ("64-true", torch.float64, torch.float64),
    ],
)
def test_precision_is_that_of_weights_and_arithmetic(tmp_path, monkeypatch, precision, dtype, arithmetic):
    seen, step = set(), TinyLearner.step

    def watched(self, batch, rng, backward):
        seen.add(self.head(self.encoder(batch.x)).dtype)
        return step(self, batch, rng, backward)

    monkeypatch.setattr(TinyLearner, "step", watched)
    learner = quietly(replace(recipe, epochs=1, hardware=Hardware(precision=precision)), tmp_path)
    assert {p.dtype for p in learner.parameters()} == {dtype}
    assert seen == {arithmetic}


def test_a_trained_learner_is_loaded(tmp_path):
    trained = quietly(replace(recipe, hardware=Hardware(precision="64-true")), tmp_path)
    for place in (tmp_path, tmp_path / "checkpoint.safetensors"):
        learner, spec = load_learner(place)
        assert not learner.training
        assert spec.hardware.precision == "64-true"
        assert all(torch.equal(a, b) for a, b in zip(learner.parameters(), trained.parameters(), strict=True))


def test_tensorboard_files_are_written_when_asked(tmp_path):
    pytest.importorskip("tensorboard")
    train(recipe, tmp_path / "with", tensorboard=True, show=False)
    quietly(recipe, tmp_path / "without")
    assert list((tmp_path / "with").glob("events.out.tfevents.*"))
    assert not list((tmp_path / "without").glob("events.out.tfevents.*"))


def test_the_recipe_is_printed_unless_asked_not_to(tmp_path, capsys):
    quietly(recipe, tmp_path / "quiet")
    assert capsys.readouterr().out == ""
    train(recipe, tmp_path / "loud")
    assert "name='tiny'" in capsys.readouterr().out
