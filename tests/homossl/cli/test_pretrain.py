import json
import shlex
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import tiny
import torch
from tiny import TinyLearner, recipe

from homossl.cli import main
from homossl.cli.pretrain import Options
from homossl.objectives import BYOL
from homossl.train import Recipe, train
from homossl.train.checkpoint import Checkpoint

FILE = tiny.__file__


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def pretrain(*args):
    return main(["pretrain", FILE, *args])


def same(run, other):
    a, b = (Checkpoint.read(Path(folder) / "checkpoint.safetensors").tensors for folder in (run, other))
    return all(torch.equal(a[name], b[name]) for name in a)


def test_a_recipe_is_trained_in_a_folder_of_its_name(capsys):
    assert pretrain() == 0
    assert sorted(path.name for path in Path("runs/tiny").iterdir()) == [
        "checkpoint.safetensors",
        "metrics.jsonl",
        "recipe.json",
    ]
    assert "homossl evaluate runs/tiny" in capsys.readouterr().out


def test_the_command_line_trains_what_python_does():
    pretrain("--run", "cli", "--epochs", "2", "--optimiser.lr", "0.02", "--views.scale", "0.1")
    changed = replace(recipe, epochs=2, optimiser=replace(recipe.optimiser, lr=0.02), views=tiny.Noise(0.1))
    train(changed, Path("python"), show=False)
    assert Recipe.from_json(Path("cli/recipe.json").read_text()) == changed
    assert same("cli", "python")
    pretrain("--run", "other", "--epochs", "2")
    assert not same("other", "python")


def test_a_part_is_swapped():
    pretrain(
        "--epochs",
        "0",
        "--objective",
        "BYOL",
        "--objective.predictor.hidden",
        "7",
        "--group",
        "Dihedral",
        "--group.n=3",
    )
    spec = Recipe.from_json(Path("runs/tiny/recipe.json").read_text())
    assert spec.objective == BYOL(predictor=replace(BYOL().predictor, hidden=7))
    assert str(spec.group) == "Dihedral(n=3)"


def test_ctrl_c_prints_the_command_that_goes_on(monkeypatch, capsys):
    moved = TinyLearner.advance

    def interrupting(self, progress):
        moved(self, progress)
        if progress == 7 / 20:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(TinyLearner, "advance", interrupting)
        assert pretrain("--run", "my run", "--seed", "3") == 130
    command = capsys.readouterr().out.splitlines()[-1].removeprefix("resume with: ")
    assert command == f"homossl pretrain {FILE} --run 'my run' --seed 3 --resume"
    assert main(shlex.split(command)[1:]) == 0
    pretrain("--run", "whole", "--seed", "3")
    assert same("my run", "whole")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "runs/tiny already holds a run (recipe.json, metrics.jsonl, checkpoint.safetensors): resume it or name"),
        (["--resume", "--seed", "1"], "runs/tiny holds a run of another recipe (run -> now): seed: 0 -> 1"),
        (["--run", "x", "--batch-size", "0"], "batch_size must be at least 1, got 0"),
        (["--run", "x", "--batch-size", "41"], "batch_size: expected 1..40 (the number of images), got 41"),
        (["--run", "x", "--views.nan-above", "0"], "step 1: expected finite losses, got loss = nan, denoise = nan"),
    ],
)
def test_errors_are_one_line_and_change_nothing(args, message, capsys):
    train(recipe, Path("runs/tiny"), show=False)
    before = {path: path.read_bytes() for path in Path("runs/tiny").iterdir()}
    assert pretrain(*args) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"homossl: {message}")
    assert error.count("\n") == 1
    assert {path: path.read_bytes() for path in Path("runs/tiny").iterdir()} == before


def test_the_recipe_comes_first(capsys):
    assert main(["pretrain", "--epochs", "3", "hssl"]) == 1
    assert capsys.readouterr().err == "homossl: expected RECIPE first, got --epochs; see homossl pretrain --help\n"


@pytest.mark.parametrize("args", [[], ["--help"]])
def test_help_lists_the_built_in_recipes(args, capsys):
    assert main(["pretrain", *args]) == 0
    assert (
        "RECIPE is one of: moved_digits, turned_solids, notes, spoken_digits, turned_voxels, hssl, assl, plain;"
        in capsys.readouterr().out
    )


def test_rows_tell_what_was_trained():
    pretrain("--epochs", "1")
    last = json.loads(Path("runs/tiny/metrics.jsonl").read_text().splitlines()[-1])
    assert (last["step"], last["epoch"]) == (5, 1.0)


def test_devices_and_nodes_have_short_names():
    given = Options(devices=4, nodes=2).placed(recipe).hardware
    assert given == replace(recipe.hardware, devices=4, nodes=2)
    assert Options().placed(recipe) == recipe
