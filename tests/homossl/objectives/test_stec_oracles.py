"""S-TEC agrees with the authors' numbers: bins of 24 actions, and both losses of one batch in float64."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from groups import Affine2, Element
from homossl.objectives import Bins, InfoNCE, InverseModel
from homossl.objectives.inverse_model import InverseHead
from homossl.types import Pairs

HERE = Path(__file__).parent
NUMBERS = json.loads((HERE / "stec_loss.json").read_text())
CROPS = json.loads((HERE / "stec_bins.json").read_text())
UNIT = Bins.published(2)  # the image is [-1, 1]
each_crop = pytest.mark.parametrize("crop", CROPS, ids=[f"pair {i}, {crop['size']} px" for i, crop in enumerate(CROPS)])


def numbers(name: str) -> torch.Tensor:
    return torch.tensor(NUMBERS[name], dtype=torch.float64)


def by_chart(rows: torch.Tensor) -> torch.Tensor:
    """[[a, b, x], [c, d, y]] as (a, b, c, d, x, y): (* 2 3) -> (* 6)."""
    return torch.cat([rows[..., :2].flatten(-2), rows[..., 2]], dim=-1)


def element(rows: torch.Tensor, size: float = 2) -> Element:
    """An affine map where the image is [-1, 1], in pixels."""
    unit = rows.new_tensor([1, 1, 1, 1, size / 2, size / 2])
    return Affine2().element(by_chart(rows) * unit)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@each_crop
def test_bins_are_the_published_ones(crop, dtype):
    action, bins = torch.tensor(crop["action"], dtype=dtype), by_chart(torch.tensor(crop["bins"]))
    assert torch.equal(UNIT.labels(element(action)), bins)
    assert torch.equal(Bins.published(crop["size"]).labels(element(action, crop["size"])), bins)


def test_control_other_bins_disagree():
    actions, bins = (torch.tensor([crop[key] for crop in CROPS]) for key in ("action", "bins"))
    for code in (replace(UNIT, count=7), Bins.published(3), replace(UNIT, high=(2.1,) * 4 + (0.5,) * 2)):
        assert not torch.equal(code.labels(element(actions)), by_chart(bins))


class Says(nn.Module):
    """A network that says what it is told to, whatever it sees."""

    def __init__(self, said: torch.Tensor) -> None:
        super().__init__()
        self.said = said

    def forward(self, _: torch.Tensor) -> torch.Tensor:
        return self.said


def manipulation(hidden: torch.Tensor | None, code: Bins = UNIT) -> float:
    logits = numbers("logits")  # (n class row column)
    action = element(numbers("action"))
    head = InverseModel(code=code, mode="allocentric").build((5, 1, 1), Affine2())
    assert isinstance(head, InverseHead)
    head.network = Says(by_chart(logits).mT.flatten(1))
    poses = Element(Affine2(), torch.stack([action.params, (~action).params]))
    features = torch.zeros(len(logits), 5, 1, 1, dtype=torch.float64)
    pairs = Pairs(features, features, motion=action, poses=poses, hidden=hidden)
    return head(pairs, pairs).value.item()


def solarised() -> torch.Tensor:
    return torch.tensor(NUMBERS["solarised_i"]) | torch.tensor(NUMBERS["solarised_j"])


def test_manipulation_is_the_published_loss():
    assert torch.equal(UNIT.labels(element(numbers("action"))), by_chart(numbers("bins").long()))
    assert manipulation(None) == pytest.approx(NUMBERS["manipulation"], abs=1e-9, rel=0)
    assert manipulation(solarised()) == pytest.approx(NUMBERS["manipulation_solarised_masked"], abs=1e-9, rel=0)


def test_control_other_masks_and_bins_disagree():
    masked = NUMBERS["manipulation_solarised_masked"]
    for hidden in (None, ~solarised(), torch.tensor(NUMBERS["solarised_j"])):
        assert manipulation(hidden) != pytest.approx(masked, abs=1e-3)
    assert manipulation(None, Bins.published(3)) != pytest.approx(NUMBERS["manipulation"], abs=1e-3)


def test_discrimination_is_the_published_loss():
    pairs = Pairs(numbers("z_i"), numbers("z_j"))
    value = InfoNCE(temperature=NUMBERS["temperature"])(pairs, pairs).value.item()
    assert value == pytest.approx(NUMBERS["discrimination"], abs=1e-9, rel=0)
    control = InfoNCE(temperature=0.51)(pairs, pairs).value.item()
    assert control != pytest.approx(NUMBERS["discrimination"], abs=1e-3)
