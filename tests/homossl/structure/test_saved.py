"""What was taken away stays away: in the recipe, in a checkpoint, in a slow teacher, and from the command line."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from homossl import recipes
from homossl.cli import main
from homossl.encoders import CNN
from homossl.objectives import BYOL, MLP
from homossl.targets import EMA
from homossl.train import Recipe, load_learner, train

recipe = replace(
    recipes.hssl,
    encoder=CNN(fields=(1, 2), steps=(1, 1)),
    objective=BYOL(projector=MLP(8, 8), predictor=MLP(8, 8)),
    target=EMA(0.9),
    epochs=1,
    batch_size=600,
)
SPOILED = ["untied", "permuted_base", "random_orthogonal", "broken_order"]


@pytest.mark.parametrize("structure", SPOILED)
def test_a_trained_learner_is_read_back(structure, tmp_path):
    spec = replace(recipe, structure=structure, seed=3)
    trained = train(spec, tmp_path, show=False).eval()
    loaded, written = load_learner(tmp_path)
    x = torch.rand(2, 1, 9, 9, generator=torch.Generator().manual_seed(0))
    assert written == spec
    assert loaded.structure == structure
    assert torch.equal(loaded.encoder(x), trained.encoder(x))
    assert loaded.encoder.action_out == trained.encoder.action_out
    for name, source in trained.encoder.named_buffers():
        if name.endswith("source"):
            assert torch.equal(source, trained.teacher.get_buffer(f"encoder.{name}"))


@pytest.mark.parametrize("structure", SPOILED)
def test_a_stopped_run_goes_on_with_the_same_structure(structure, tmp_path):
    spec = replace(recipe, structure=structure)
    train(spec, tmp_path, show=False)
    train(spec, tmp_path, resume=True, show=False)
    with pytest.raises(ValueError, match=f'structure: "{structure}" -> "intact"'):
        train(recipe, tmp_path, resume=True, show=False)


def test_recipes_of_before_are_intact():
    written = json.loads(recipe.to_json())
    assert written.pop("structure") == "intact"
    assert Recipe.from_json(json.dumps(written)) == recipe


def test_from_the_command_line(tmp_path, capsys):
    run = str(tmp_path / "run")
    assert main(["pretrain", "hssl", "--run", run, "--epochs", "0", "--structure", "broken_order"]) == 0
    assert load_learner(tmp_path / "run")[0].structure == "broken_order"
    assert main(["pretrain", "hssl", "--run", run + "2", "--epochs", "0", "--structure", "no_motion"]) == 1
    assert "structure 'no_motion' would change nothing: InfoNCE does not read the motion" in capsys.readouterr().err
    assert not (tmp_path / "run2").exists()
