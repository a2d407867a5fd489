"""What an equivariance residual is made of: parts that sum to it, and an error of the model stands out."""

from __future__ import annotations

import json
import math
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from groups import SO2, Cyclic, Element, Standard, image_action
from homossl.encoders import CNN, Encoder, Stage
from homossl.report.bars import budget_bars
from homossl.verify.budgets.border import distances, free_radius, untouched
from homossl.verify.budgets.budget import Budget, Part, budget
from homossl.verify.budgets.planted import planted
from homossl.verify.budgets.refine import copied
from homossl.verify.budgets.resolution import budgets_by_resolution, rates
from homossl.verify.budgets.separate import separate
from homossl.verify.budgets.setting import Setting
from homossl.verify.budgets.spectral import band_limited

EIGHT = Cyclic(8)
EIGHTH, QUARTER = EIGHT.element([1]), EIGHT.element([2])
X = band_limited(image_action(EIGHT), 1, 17, 7.0, torch.Generator().manual_seed(0))
X33 = band_limited(image_action(EIGHT), 1, 33, 8.0, torch.Generator().manual_seed(0))
NOISE = torch.randn(1, 1, 17, 17, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def cnn(fields: tuple[int, ...] = (1, 1), group: Cyclic = EIGHT, **options: str) -> Encoder:
    torch.manual_seed(0)
    encoder = CNN(fields=fields, steps=(1,) * len(fields), **options).build(group, 1, 17)  # type: ignore[arg-type]
    return encoder.double().eval()


ENCODER = cnn()


def measure(encoder: Encoder = ENCODER, g: Element = EIGHTH, x: Tensor = X, refinement: int = 4) -> Budget:
    return budget(encoder, encoder.action_in, encoder.action_out, x, g, refinement=refinement)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def sound() -> Budget:
    """Of a network that is as equivariant as the grid lets it be."""
    return measure(x=X33)


@pytest.mark.parametrize("x", [X, NOISE], ids=["band-limited", "noise"])
def test_the_parts_sum_to_the_residual(x: Tensor) -> None:
    setting = Setting(ENCODER, ENCODER.action_in, ENCODER.action_out, x, EIGHTH)  # type: ignore[arg-type]
    with torch.no_grad():
        total = sum(vector.value for vector in separate(setting, 2))
    assert (total - setting.residual).norm() < 1e-14 * setting.residual.norm()
    assert sum(part.share for part in measure(x=x, refinement=2).parts) == pytest.approx(1)


def test_the_grid_explains_what_a_steerable_network_misses_by(sound: Budget) -> None:
    assert sound.total > 0.01
    assert sound.explained > 0.9
    assert abs(sound.left.share) < 0.02


@pytest.mark.parametrize("layer", [0, 1])
def test_one_per_cent_outside_the_basis_stands_out(layer: int, sound: Budget) -> None:
    fault = planted(ENCODER, layer)
    assert measure(fault, x=X33).left.norm > 3 * sound.left.norm
    assert measure(g=QUARTER).total < 1e-12
    assert measure(fault, QUARTER).total > 1e-3


def test_control_one_per_cent_within_the_basis_does_not(sound: Budget) -> None:
    """Other weights are another network that is as good."""
    generator = torch.Generator().manual_seed(0)
    other = deepcopy(copied(ENCODER).train())
    with torch.no_grad():
        for p in other.parameters():
            p.mul_(1 + 0.01 * torch.randn(p.shape, generator=generator))
    assert measure(other.eval(), x=X33).left.norm < 1.5 * sound.left.norm  # type: ignore[arg-type]


def test_what_is_left_falls_with_the_grid_unless_the_model_is_wrong() -> None:
    def halvings(encoder: Encoder) -> float:
        target: Any = encoder.action_out
        found = budgets_by_resolution(encoder, image_action(EIGHT), target, EIGHTH, sizes=(17, 33), n=1)
        return rates(found)["left"][0]

    encoder = cnn((1,))
    assert halvings(encoder) > 0.5
    assert halvings(planted(encoder, 0)) < 0


@pytest.mark.parametrize("k", range(4))
def test_quarter_turns_are_left_to_the_model(k: int) -> None:
    found = measure(cnn(group=Cyclic(4)), Cyclic(4).element([k]))
    assert found.total < 1e-12
    assert [part.norm for part in found.parts[:3]] == [0, 0, 0]


def test_without_structure_everything_is_left() -> None:
    found = measure(cnn(structure="plain"), refinement=2)
    assert found.left.share > 0.9
    assert "the sampling of stages.0.body.0, stages.1.body.0, not known" in found.left.note


def test_a_border_is_seen_where_there_is_something_at_it() -> None:
    ones = torch.ones_like(X)
    assert measure(refinement=2).norms["border"] < 0.05
    assert measure(x=ones, refinement=2).norms["border"] > 0.2


def test_the_disc_is_as_far_from_the_border_as_the_layers_see() -> None:
    """Two layers of 3 x 3 see 2 sqrt 2 pixels along the diagonal, bilinear values one more."""
    cells = untouched(ENCODER, image_action(EIGHT), ENCODER.action_out, X, EIGHTH)  # type: ignore[arg-type]
    radius = free_radius(cells, distances((17, 17), 1))
    assert 8 - 1 - 2 * math.sqrt(2) - 0.5 < radius < 8 - 1


def test_other_layers_are_named_as_what_cannot_be_separated() -> None:
    field = ENCODER.action_out
    found = measure(Encoder([*ENCODER.stages, Stage(nn.AvgPool2d(3, 1, 1), field, field)]))  # type: ignore[list-item]
    assert found.norms["filter sampling"] == 0
    assert "cannot be separated" in found.parts[2].note
    whole = measure(Encoder([*ENCODER.stages, Stage(nn.GroupNorm(1, 8), field, field)]))  # type: ignore[list-item]
    assert "every feature feels the border" in whole.parts[1].note


def test_an_angle_of_so2() -> None:
    found = budget(nn.ReLU(), image_action(SO2()), image_action(SO2()), X, SO2().element([0.3]), refinement=8)
    assert found.explained > 0.8


def test_precision_and_there_and_back() -> None:
    found = measure(refinement=2)
    assert 1e-8 < found.precision["float32"] < 1e-5 < found.precision["bfloat16"] < 0.1
    assert all(0.01 < there < 0.5 for there in found.there_and_back)
    assert measure(g=QUARTER).there_and_back == (0, 0)


def test_printed_and_saved() -> None:
    found = measure(refinement=2)
    for word in ("interpolation", "border", "filter sampling", "left", "estimate", "there and back", "bfloat16"):
        assert word in found.table()
    assert json.loads(found.to_json())["parts"][3]["norm"] == found.left.norm
    assert len(budget_bars({"17 x 17": found.norms}).axes[0].patches) == 4


def test_rates_by_hand() -> None:
    first = replace(measure(g=QUARTER), parts=(Part("left", 0.8, 1.0, ""),))
    assert rates([first, replace(first, parts=(Part("left", 0.1, 1.0, ""),))]) == {"left": (pytest.approx(3),)}


def test_the_model_is_left_as_it_was() -> None:
    encoder = cnn().float().train()
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    measure(encoder, x=X.float(), refinement=2)
    assert encoder.training
    assert all(torch.equal(before[name], value) for name, value in encoder.state_dict().items())


def test_refused() -> None:
    with pytest.raises(TypeError, match="needs actions on fields, got Standard"):
        budget(ENCODER, image_action(EIGHT), Standard(EIGHT), X, EIGHTH)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"of one element, got \(8,\)"):
        measure(g=EIGHT.elements())
    with pytest.raises(ValueError, match="refinement >= 2, got 1"):
        measure(refinement=1)
    with pytest.raises(ValueError, match="at least one budget"):
        budget_bars({})
