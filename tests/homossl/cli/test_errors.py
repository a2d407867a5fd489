"""What a user can get wrong is told in one line, with what was expected and what was seen, and changes no file."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest
import small
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from homossl.cli import main
from homossl.train import Recipe, load_learner, train

TRANSFORM = """
from dataclasses import replace
from groups import Transform
from homossl.views import FeatureFibre
from small import recipe

class Blur(Transform):
    def __call__(self, x, generator=None):
        return x

recipe = replace(recipe, views=FeatureFibre(action=Blur()))
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    run = tmp_path_factory.mktemp("trained") / "run"
    train(small.recipe, run, show=False)
    return run


@pytest.fixture
def run(trained, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(trained, "run")
    monkeypatch.setattr(sys, "path", [*sys.path])
    Path("blurred.py").write_text(TRANSFORM)
    return Path("run")


def contents(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file() and path.suffix != ".pyc"}


def rewrite(run, tensors=lambda t: t, recipe=lambda text: text):
    path = run / "checkpoint.safetensors"
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    save_file(tensors(load_file(path)), path, metadata | {"recipe": recipe(metadata["recipe"])})


def truncated(run):
    path = run / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:-7])


def foreign(run):
    save_file({"conv.weight": torch.ones(3)}, run / "checkpoint.safetensors")


def another_shape(run):
    rewrite(run, tensors=lambda t: t | {"learner.head.projector.0.weight": torch.ones(5, 7)})


def unknown_group(run):
    rewrite(run, recipe=lambda text: text.replace("groups.finite:Cyclic", "groups.finite:Monster"))


def without_checkpoint(run):
    (run / "checkpoint.safetensors").unlink()


def broken_json(run):
    without_checkpoint(run)
    (run / "recipe.json").write_text('{"class": ')


def in_colour(run):
    for folder in (Path("images", split, name) for split in ("train", "test") for name in "ab"):
        folder.mkdir(parents=True)
        Image.new("RGB", (9, 9)).save(folder / "0.png")


def intact(run):
    pass


WEIGHT = "checkpoint.safetensors: 'learner.head.projector.0.weight' expected float32 (16, 8), got float32 (5, 7)"
MONSTER = "recipe.group.second: class 'groups.finite:Monster' is neither in homossl, groups, experiments nor imported"
CHANGED = "run holds a run of another recipe (run -> now): "
COLOURED = "--data ImageFolder --data.root images --data.size 9 --data.workers 0"
RESUME = "pretrain small:recipe --run run --resume"
NEW = "pretrain small:recipe --run new"


@pytest.mark.parametrize(
    ("spoil", "command", "message"),
    [
        (truncated, RESUME, "run/checkpoint.safetensors: expected a whole safetensors file, got: "),
        (truncated, "evaluate run", "run/checkpoint.safetensors: expected a whole safetensors file, got: "),
        (foreign, RESUME, "run/checkpoint.safetensors: expected the metadata key 'homossl_format', got []"),
        (foreign, "evaluate run", "run/checkpoint.safetensors: expected the metadata key 'homossl_format', got []"),
        (another_shape, RESUME, f"run/{WEIGHT}"),
        (another_shape, "evaluate run", f"run/{WEIGHT}"),
        (unknown_group, RESUME, f"{CHANGED}group.second: groups.finite:Monster -> groups.finite:Cyclic"),
        (unknown_group, "evaluate run", MONSTER),
        (broken_json, RESUME, "run/recipe.json: expected the JSON of a recipe, got: "),
        (without_checkpoint, "evaluate run", "no checkpoint at run/checkpoint.safetensors"),
        (intact, "pretrain small:recipe --run run", "run already holds a run (recipe.json, metrics.jsonl, checkpoint"),
        (intact, f"{RESUME} --group.second.n 8", f"{CHANGED}group.second.n: 4 -> 8"),
        (intact, f"{RESUME} --data.size 17 --seed 3", f"{CHANGED}data.size: 9 -> 17; seed: 0 -> 3"),
        (
            intact,
            "evaluate run --data.size 16",
            "a stride of 2 on an even grid of 16 x 16 misses its last row and breaks the turns of Cyclic",
        ),
        (
            in_colour,
            f"evaluate run {COLOURED}",
            "the encoder was trained on samples unlike those of shape (3, ",
        ),
        (intact, "evaluate nowhere", "no checkpoint at nowhere"),
        (
            intact,
            f"{NEW} --data.size 16",
            "a stride of 2 on an even grid of 16 x 16 misses its last row and breaks the turns of Cyclic(n=4)",
        ),
        (intact, f"{NEW} --group Monster", "--group: expected one of Cyclic, …SemidirectProduct,… got Monster"),
        (intact, f"{NEW} --group Torus", "Missing from homossl pretrain small:recipe: --group.h INT Rows of the grid."),
        (
            intact,
            f"{NEW} --group.second.n 0",
            "--group.second: Cyclic needs a whole n >= 1, got 0; see homossl pretrain ",
        ),
        (intact, f"{NEW} --group SO3", "SO3() has no point group here"),
        (
            intact,
            f"{NEW} --objective.temprature 1",
            "Unrecognized options: --objective.temprature, 1; Perhaps you meant",
        ),
        (intact, f"{NEW} --objective.temperature warm", "--objective.temperature: could not convert string to float: "),
        (intact, f"{NEW} --optimiser.lr", "Missing value for argument '--optimiser.lr'"),
        (intact, f"{NEW} --hardware.device abacus", "device 'abacus' at 32-true is not available: "),
        (intact, f"{NEW} --views.window.size 9", "a window of 9 x 9 cells does not fit a field on 5 x 5"),
        (intact, f"{NEW} --views.motion.radius 4", "a ball of SemidirectProduct("),
        (intact, f"{NEW} --data ImageFolder --data.root none --data.size 9", "{here}/none is not a folder; expected "),
        (intact, f"{NEW} --data MNIST --data.root none", "MNIST: looked in {here}/none: "),
        (intact, "pretrain blurred.py", "FeatureFibre needs a group action; Blur is a Transform, which has no inverse"),
        (intact, "pretrain small", "homossl.recipes has the recipes …hssl, assl, plain, got 'small'"),
        (intact, "pretrain none.py", "no file none.py"),
    ],
)
def test_one_line_and_nothing_changes(run, capsys, spoil, command, message):
    spoil(run)
    before = contents(".")
    assert main(command.split()) == 1
    error = capsys.readouterr().err
    expected = f"homossl: {message.replace('{here}', str(Path.cwd()))}".split("…")
    assert re.match(".*".join(map(re.escape, expected)), error)
    assert error.count("\n") == 1
    assert "Traceback" not in error
    assert contents(".") == before


@pytest.mark.parametrize("command", ["evaluate run", RESUME, NEW])
def test_without_the_mistakes_the_same_commands_work(run, command):
    """The control: they also write, so that a change would be seen."""
    before = contents(".")
    assert main(command.split()) == 0
    assert contents(".") != before or command == RESUME


@pytest.mark.parametrize(
    ("spoil", "message"), [(truncated, "whole"), (another_shape, "expected float32"), (unknown_group, MONSTER)]
)
def test_a_checkpoint_that_python_cannot_load_is_refused_alike(run, spoil, message):
    load_learner(run)
    spoil(run)
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        load_learner(run)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "expected the JSON of a recipe, got: "),
        (json.dumps({"class": "groups.finite:Monster"}), "recipe: class 'groups.finite:Monster' is neither"),
        (small.recipe.to_json().replace('"n": 4', '"n": 0'), "Cyclic needs a whole n >= 1, got 0"),
        (
            small.recipe.to_json().replace('"n": 4', '"m": 4'),
            r"recipe.group.second: Cyclic has fields \['n'\], got \['m'\]",
        ),
    ],
)
def test_the_json_of_a_recipe_with_a_mistake_is_refused(text, message):
    assert Recipe.from_json(small.recipe.to_json()) == small.recipe
    with pytest.raises(ValueError, match=message):
        Recipe.from_json(text)
