"""Barlow Twins and VICReg: invariances, optima, weights."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from homossl.objectives import BarlowTwins, VICReg
from homossl.types import Pairs


def draw(scale: float = 1.0, b: int = 8, d: int = 3) -> Pairs:
    left, noise = torch.randn(2, b, d, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return Pairs(scale * left, scale * (left + 0.3 * noise))


def value(objective, z: Pairs) -> float:
    return objective(z, z).value.item()


def test_barlow_does_not_see_the_scale_or_shift_of_a_feature():
    # large features, so that BatchNorm's eps of 1e-5 in the deviation cannot be seen either
    z, scales = draw(1e4), torch.tensor([1.0, 30.0, 500.0], dtype=torch.float64)
    stretched = z.map(lambda x: x * scales + 1e3)
    assert value(BarlowTwins(), stretched) == pytest.approx(value(BarlowTwins(), z), rel=1e-9)
    assert value(VICReg(), stretched) != pytest.approx(value(VICReg(), z), rel=1e-2)


def test_vicreg_sees_scale_but_not_shift():
    z = draw()
    assert value(VICReg(), z.map(lambda x: x + 3)) == pytest.approx(value(VICReg(), z), rel=1e-9)
    assert value(VICReg(), z.map(lambda x: 3 * x)) != pytest.approx(value(VICReg(), z), rel=1e-2)


def test_white_equal_views_cost_nothing():
    signs = torch.tensor([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=torch.float64)
    white, repeated = Pairs(100 * signs, 100 * signs), Pairs(100 * signs[:, [0, 0, 1]], 100 * signs[:, [0, 0, 1]])
    for objective in (BarlowTwins(), VICReg()):
        assert value(objective, white) == pytest.approx(0, abs=1e-12)
        assert value(objective, repeated) > 1e-3


@pytest.mark.parametrize("field", ["invariance", "variance", "covariance"])
def test_each_vicreg_weight_multiplies_its_own_term(field):
    z, base = draw(0.3), VICReg()
    doubled = replace(base, **{field: 2 * getattr(base, field)})
    share = getattr(base, field) * base(z, z).terms[field].item()
    assert share > 0
    assert value(doubled, z) - value(base, z) == pytest.approx(share, rel=1e-9)


def test_lam_multiplies_the_redundancy():
    z = draw()
    terms = BarlowTwins()(z, z).terms
    assert value(BarlowTwins(lam=0.0), z) == pytest.approx(terms["invariance"].item(), rel=1e-12)
    assert value(BarlowTwins(lam=2.0), z) == pytest.approx((terms["invariance"] + 2 * terms["redundancy"]).item())


@pytest.mark.parametrize(("objective", "field"), [(BarlowTwins, "lam"), (VICReg, "invariance"), (VICReg, "variance")])
def test_weights_must_not_be_negative(objective, field):
    assert objective(**{field: 0.0})
    with pytest.raises(ValueError, match=rf"{objective.__name__}.{field} must be finite and >= 0, got -1.0"):
        objective(**{field: -1.0})
