"""A step of the learner on frames and on crops, and a run from the command line on saccades."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest
import torch

from groups import SE2, Affine2, Cyclic, SemidirectProduct, Translation, image_action
from homossl.cli import main
from homossl.credit import Backprop, GreedyLayerwise
from homossl.data import Digits, Frames, Loader, Saccades
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import MLP, InfoNCE
from homossl.targets import EMA, Shared
from homossl.train import AdamW, Cosine, Recipe, load_learner, train
from homossl.transforms import ColorJitter, Solarize, published
from homossl.types import Batch
from homossl.views import EfferencePair, InputAugmentation, RandomResizedCrop, Window

P4 = SemidirectProduct(Translation(2), Cyclic(4))
CROPS = InputAugmentation(
    image_action(Affine2(), 3, padding="border"),
    RandomResizedCrop(9),
    transforms=(*published.CIFAR, Solarize(p=0.2)),
)
recipe = Recipe(
    name="saccades",
    data=Saccades(Digits(17), 9, (3.0, 1.6), P4),
    group=P4,
    encoder=CNN(fields=(1, 2), steps=(1, 2)),
    views=EfferencePair(),
    objective=InfoNCE(projector=MLP(16, 8)),
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(),
    schedule=Cosine(),
    epochs=1,
    batch_size=600,
)


def learner(views, channels: int, **parts) -> Learner:
    encoder, objective = CNN(fields=(1, 2), steps=(1, 2)), InfoNCE(projector=MLP(8, 8))
    return build(P4, encoder, views, objective, shape=(channels, 9, 9), **parts)


def step(learner: Learner, batch: Batch, seed: int = 0) -> torch.Tensor:
    loss = learner.step(batch, torch.Generator().manual_seed(seed)).value
    trainable = [*learner.encoder.parameters(), *learner.head.parameters()]
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in trainable)
    return loss


@pytest.mark.parametrize("parts", [{}, {"credit": GreedyLayerwise()}, {"target": EMA()}], ids=str)
@pytest.mark.parametrize("group", [P4, SE2()], ids=["the encoder's group", "another"])
def test_a_step_on_saccades(group, parts):
    views = EfferencePair(None if group == P4 else group, window=Window(2))
    reach = (3.0, 1.6) if group == P4 else 2.0
    batch = next(Loader(Saccades(Digits(17), 9, reach, group).load("train"), 8).epoch(0))
    one, other = step(learner(views, 1, **parts), batch), step(learner(views, 1, **parts), batch, seed=1)
    assert torch.isfinite(one)
    assert torch.equal(one, other)  # nothing is drawn
    assert not torch.equal(one, step(learner(views, 1, **parts), replace(batch, x=batch.x.flip(3))))  # control


def test_a_step_on_crops():
    batch = Batch(torch.rand(8, 3, 9, 9, generator=torch.Generator().manual_seed(0)))
    one = step(learner(CROPS, 3), batch)
    assert torch.isfinite(one)
    assert torch.equal(one, step(learner(CROPS, 3), batch))
    assert not torch.equal(one, step(learner(CROPS, 3), batch, seed=1))


def test_recipes_of_frames_and_crops_are_read_back_from_json():
    crops = replace(recipe, views=replace(CROPS, transforms=(ColorJitter.simclr(1.0), *published.IMAGENET)))
    for spec in (recipe, crops):
        assert Recipe.from_json(spec.to_json()) == spec


@pytest.mark.slow
def test_a_run_on_saccades_from_the_command_line(tmp_path, capsys):
    run = tmp_path / "run"
    assert main(["pretrain", f"{__file__}:recipe", "--run", str(run), "--data.source.size", "19"]) == 0
    assert load_learner(run)[1].data == Saccades(Digits(19), 9, (3.0, 1.6), P4)
    assert main(["evaluate", str(run)]) == 0
    assert json.loads((run / "scores.json").read_text())["accuracy"]["pooled"]["linear"]["mean"] > 0.2
    assert "linear" in capsys.readouterr().out


@dataclass(frozen=True)
class Robot:
    """Frames of one's own."""

    n: int = 40

    def load(self, split: str) -> Frames:
        rng = torch.Generator().manual_seed(len(split))
        x, motion = torch.rand(self.n, 2, 1, 9, 9, generator=rng), SE2().ball(1.0, self.n, generator=rng)
        return Frames(x, motion, torch.zeros(self.n).long(), ("all",))


def test_frames_of_ones_own_train(tmp_path):
    own = replace(recipe, data=Robot(), views=EfferencePair(SE2()), batch_size=20)
    train(own, tmp_path / "own")
    assert load_learner(tmp_path / "own")[1] == own
