"""The similarity losses agree with the authors' numbers, computed in float64 on one batch of pairs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from homossl.objectives import BYOL, BarlowTwins, InfoNCE, Siamese, SimSiam, VICReg
from homossl.types import Pairs

NUMBERS = json.loads(Path(__file__).with_name("similarity_losses.json").read_text())

AGREE = {
    "nt_xent_tau0.1": InfoNCE(temperature=0.1),
    "nt_xent_tau0.5": InfoNCE(temperature=0.5),
    "barlow_twins_lambda5e-3": BarlowTwins(),
    "vicreg_25_25_1": VICReg(),
    "negative_cosine": SimSiam(),
}

DISAGREE = {
    "nt_xent_tau0.1": InfoNCE(temperature=0.11),
    "nt_xent_tau0.5": InfoNCE(temperature=0.51),
    "barlow_twins_lambda5e-3": BarlowTwins(lam=5.1e-3),
    "vicreg_25_25_1": VICReg(covariance=1.1),
    "negative_cosine": BYOL(),
}


def value(objective: Siamese, dtype: torch.dtype) -> float:
    pairs = Pairs(torch.tensor(NUMBERS["left"], dtype=dtype), torch.tensor(NUMBERS["right"], dtype=dtype))
    return objective(pairs, pairs).value.item()


@pytest.mark.parametrize("name", AGREE)
def test_agrees_in_float64(name):
    assert value(AGREE[name], torch.float64) == pytest.approx(NUMBERS[name], rel=1e-12)


@pytest.mark.parametrize("name", AGREE)
def test_agrees_in_float32(name):
    assert value(AGREE[name], torch.float32) == pytest.approx(NUMBERS[name], rel=1e-5)


@pytest.mark.parametrize("name", DISAGREE)
def test_control_other_constants_disagree(name):
    assert value(DISAGREE[name], torch.float64) != pytest.approx(NUMBERS[name], rel=1e-5)


def test_byol_is_four_plus_four_times_negative_cosine():
    assert value(BYOL(), torch.float64) == pytest.approx(4 + 4 * NUMBERS["negative_cosine"], rel=1e-12)
