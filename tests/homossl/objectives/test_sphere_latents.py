"""Functions on the sphere and on SO(3) as latents of objectives that are told the motion, or must find it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from groups import SO3, RotationFunctions, SphereFunctions
from groups.strategies import elements
from homossl.objectives import ForwardModel, GroupCorrelation, InfoNCE, JointEfference, Objective
from homossl.types import Loss, Pairs

TOLD = [JointEfference(temperature=0.3), ForwardModel(InfoNCE(temperature=0.3))]
LATENTS = [SphereFunctions(SO3(), 2, 3), RotationFunctions(SO3(), 1, 2)]


def pairs(rho, g) -> Pairs:
    left = rho.inputs(len(g), torch.Generator().manual_seed(0))
    return Pairs(left, rho(g, left), g, rho)


def loss(objective: Objective, views: Pairs) -> Loss:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        head = objective.build(tuple(views.left.shape[1:]), SO3()).double().eval()
    objective.check(views)
    return head(views, views)


@settings(max_examples=5)
@pytest.mark.parametrize("rho", LATENTS, ids=str)
@given(st.data())
def test_the_rotation_is_found_to_rounding_and_not_told_wrongly(rho, data) -> None:
    g = data.draw(elements(SO3(), (3,)))
    views = pairs(rho, g)
    wrong = g @ SO3().exp(torch.tensor([0.9, 0.0, 0.0], dtype=torch.float64))
    told, misled = (loss(GroupCorrelation(temperature=0.3), v) for v in (views, replace(views, motion=wrong)))
    assert told.terms["distance"] < 1e-6
    assert abs(misled.terms["distance"] - 0.9) < 1e-6
    assert told.value < misled.value


@pytest.mark.parametrize(
    "objective", [JointEfference(temperature=0.3), ForwardModel(InfoNCE(temperature=0.3))], ids=str
)
@pytest.mark.parametrize("rho", LATENTS, ids=str)
def test_objectives_that_are_told_the_rotation_use_it(rho, objective) -> None:
    views = pairs(rho, SO3().sample(4, generator=torch.Generator().manual_seed(0), dtype=torch.float64))
    turned = replace(views, motion=views.motion @ SO3().exp(torch.full((3,), 0.5, dtype=torch.float64)))  # type: ignore[operator]
    assert loss(objective, views).value < loss(objective, turned).value - 0.1


def test_scrambled_functions_have_no_softmax_over_the_group() -> None:
    views = pairs(LATENTS[0].scrambled(0), SO3().sample(3, dtype=torch.float64))
    with pytest.raises(TypeError, match="a spectrum needs"):
        loss(GroupCorrelation(), views)
