"""The task: what it learns, what it scores, and what it refuses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from groups import Cyclic
from homossl.data.scenes import VOID, DigitScenes, SceneBatch, Scenes
from homossl.encoders import CNN
from homossl.train.spec_json import decode, encode
from homossl.transfer import Robustness
from homossl.transfer.segmentation import Segmentation
from homossl.transfer.segmentation.loss import cross_entropy

DATA = DigitScenes(size=17, count=(1, 1), scale_span=(0.55, 0.65), noise=0.0, train=64, test=16)
TASK = Segmentation(data=DATA, head="equivariant", epochs=2, curves=(Robustness("turn", (0, 90)),))


@dataclass(frozen=True)
class Halves:
    """Images whose right half is an object, and brighter; the two upper rows are void."""

    count: int = 8
    masks: bool = True

    def load(self, split):
        x, mask = torch.zeros(self.count, 1, 9, 9), torch.zeros(self.count, 9, 9, dtype=torch.long)
        x[..., 5:], mask[..., 5:], mask[:, :2] = 1.0, 1, VOID
        return Scenes(SceneBatch(x, mask if self.masks else None, None, self.count * (torch.tensor([0]),)), ("a",))


class Guess(nn.Module):
    """Says what it is told of every pixel."""

    def __init__(self, guess):
        super().__init__()
        self.guess = guess

    def forward(self, x):
        return F.one_hot(self.guess(x), 11).movedim(-1, 1).float()


def encoder(structure: Literal["steerable", "plain"] = "steerable", size: int = 17):
    torch.manual_seed(0)
    return CNN(structure=structure, fields=(2, 4), steps=(1, 2)).build(Cyclic(4), 1, size)


@pytest.mark.parametrize(("head", "same"), [("equivariant", True), ("fcn", False)])
def test_the_score_stands_quarter_turns_where_masks_turn_with_the_image(head, same):
    scores = [score for _, score in replace(TASK, head=head).measure(encoder()).curves["turn"]]
    assert (scores[1] == pytest.approx(scores[0], abs=1e-4)) == same


@pytest.mark.parametrize(("head", "balanced"), [("equivariant", True), ("fcn", False)])
def test_what_is_easy_is_learned(head, balanced):
    task = Segmentation(data=Halves(), head=head, balanced=balanced, epochs=60, batch_size=4)
    assert task.measure(encoder(size=9)).scores == {"mIoU": 1.0, "pixel accuracy": 1.0}


def test_a_perfect_predictor_scores_1_and_a_constant_one_the_share_of_the_ground():
    scenes = DATA.load("test")
    assert scenes.held.mask is not None
    truth, ground = scenes.held.mask.long(), scenes.held.mask == 0
    told = iter(truth.split(TASK.batch_size))
    assert TASK.score(Guess(lambda x: next(told)), scenes) == {"mIoU": 1.0, "pixel accuracy": 1.0}
    share = ground.double().mean().item()
    constant = TASK.score(Guess(lambda x: torch.zeros(len(x), 17, 17, dtype=torch.long)), scenes)
    assert constant == pytest.approx({"mIoU": share / len(truth.unique()), "pixel accuracy": share})


def test_scores_are_of_all_pixels_whatever_the_batches():
    scenes, model = DATA.load("test"), Guess(lambda x: (x[:, 0] > 0.5).long() * 3)
    scores = [replace(TASK, batch_size=size).score(model, scenes) for size in (1, 5, 16)]
    assert scores[0] == scores[1] == scores[2]


def test_the_loss_leaves_void_out():
    logits, mask = torch.randn(2, 3, 4, 4), torch.randint(3, (2, 4, 4))
    mask[0] = VOID
    assert cross_entropy(logits, mask, balanced=False) == pytest.approx(F.cross_entropy(logits[1:], mask[1:]))
    parts = [
        F.cross_entropy(logits[1:], mask[1:].where(chosen, VOID), ignore_index=VOID)
        for chosen in (mask[1:] == 0, mask[1:] > 0)
    ]
    assert cross_entropy(logits, mask, balanced=True) == pytest.approx(sum(parts) / 2)
    assert cross_entropy(logits, torch.full_like(mask, VOID), balanced=True) == 0


def test_a_plain_twin_takes_the_equivariant_head():
    assert replace(TASK, epochs=1).measure(encoder("plain")).scores["pixel accuracy"] > 0


def test_scenes_without_masks_are_refused():
    with pytest.raises(ValueError, match="scenes with masks, got scenes with none"):
        Segmentation(data=Halves(masks=False), epochs=1, batch_size=4).measure(encoder(size=9))


def test_a_backbone_without_actions_is_refused_by_the_equivariant_head():
    model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU())
    with pytest.raises(ValueError, match="use head='fcn'"):
        TASK.measure(model)


@pytest.mark.parametrize(("change", "message"), [({"head": "unet"}, "head is one of"), ({"width": 0}, "width")])
def test_settings_are_checked(change, message):
    with pytest.raises(ValueError, match=message):
        replace(TASK, **change)


def test_it_is_written_and_read():
    assert decode(encode(TASK)) == TASK
