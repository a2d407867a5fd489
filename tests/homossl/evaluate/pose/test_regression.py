"""R^2 in both ways, and what each regression can read."""

import math

import pytest
import torch
from sklearn import linear_model
from sklearn.metrics import r2_score

from groups import SO3
from homossl.evaluate.pose import Perceptron, Ridge, r2, r2_sie_legacy


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def turns(n, seed):
    """Quaternions of rotations by Euler angles, each uniform within a right angle, as 3DIEBench has them."""
    angles = math.pi * (torch.rand(3, n, generator=rng(seed), dtype=torch.float64) - 0.5)
    x, y, z = (SO3().exp(a[:, None] * axis) for a, axis in zip(angles, torch.eye(3, dtype=torch.float64), strict=True))
    return z @ y @ x


def test_a_constant_prediction_scores_in_the_legacy_form_and_not_per_dimension():
    target = (turns(100_000, 1) @ ~turns(100_000, 2)).params
    constant = target.mean(0).expand_as(target)
    assert r2(target, constant).tolist() == pytest.approx([0] * 4, abs=1e-12)
    assert r2_sie_legacy(target, constant) == pytest.approx(0.229, abs=0.005)


def test_the_forms_agree_where_all_dimensions_have_one_mean():
    target = torch.randn(50, 3, generator=rng(), dtype=torch.float64)
    target = (target - target.mean(0)) / target.std(0)
    predicted = target + 0.3 * torch.randn(50, 3, generator=rng(1))
    assert r2_sie_legacy(target, predicted) == pytest.approx(r2(target, predicted).mean().item())
    moved = torch.tensor([0, 3, 9])
    assert r2_sie_legacy(target + moved, predicted + moved) > r2(target, predicted).mean() + 0.01  # control


def test_r2_of_each_dimension_is_that_of_scikit_learn():
    target, predicted = torch.randn(2, 40, 3, generator=rng()).double()
    expected = r2_score(target, predicted, multioutput="raw_values")
    assert r2(target, predicted).tolist() == pytest.approx(expected)
    assert r2(torch.ones(4, 2), torch.ones(4, 2)).isnan().all()


@pytest.mark.parametrize("value", [0.0, 0.1, 1 / 3, -7.7])
def test_a_target_that_does_not_vary_has_no_r2(value):
    target = torch.full((1000, 1), value)
    for predicted in (target, target + torch.randn(1000, 1, generator=rng())):
        assert r2(target, predicted).isnan().all()
        assert math.isnan(r2_sie_legacy(target, predicted))
    varied = target + 1e-3 * torch.randn(1000, 1, generator=rng(1))  # control
    assert r2(varied, varied).item() == r2_sie_legacy(varied, varied) == 1


@pytest.mark.parametrize(("regressor", "fewest"), [(Ridge(), 2), (Perceptron(4), 11)])
def test_too_few_samples_are_refused_by_their_number(regressor, fewest):
    x = torch.randn(fewest, 3, generator=rng())
    assert regressor.fit(x, x)(x).isfinite().all()
    with pytest.raises(ValueError, match=f"needs at least {fewest} samples to fit on, got {fewest - 1}"):
        regressor.fit(x[1:], x[1:])


@pytest.mark.parametrize("d", [5, 80])
def test_ridge_is_that_of_scikit_learn_on_standardised_data(d):
    x, y = 3 * torch.randn(40, d, generator=rng()).double() + 1, torch.randn(40, 2, generator=rng(1)).double()
    unit = (x - x.mean(0)) / x.std(0, correction=0)
    expected = linear_model.Ridge(0.5 * 7).fit(unit.numpy(), y.numpy()).predict(unit.numpy())
    torch.testing.assert_close(Ridge(0.5 * 7).fit(x, y)(x), torch.from_numpy(expected))
    assert not torch.allclose(Ridge(99).fit(x, y)(x), torch.from_numpy(expected))  # control


def test_a_product_is_read_by_a_perceptron_and_not_by_a_linear_map():
    x, new = torch.rand(800, 2, generator=rng()) - 0.5, torch.rand(200, 2, generator=rng(1)) - 0.5

    def score(regressor, target):
        return r2(target(new).double(), regressor.fit(x, target(x))(new)).item()

    assert score(Perceptron(64), lambda x: x.prod(1, keepdim=True)) > 0.9
    assert score(Ridge(), lambda x: x.prod(1, keepdim=True)) < 0.1
    assert score(Ridge(), lambda x: x.sum(1, keepdim=True)) > 0.99  # control


def test_a_perceptron_depends_on_its_seed_only():
    x, y = torch.randn(60, 3, generator=rng()), torch.randn(60, 2, generator=rng(1))
    state = torch.get_rng_state()
    first, again, other = (Perceptron(8, seed).fit(x, y)(x) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(torch.get_rng_state(), state)


def test_impossible_regressions_are_refused():
    with pytest.raises(ValueError, match=r"Ridge.penalty must be positive, got 0"):
        Ridge(0)
    with pytest.raises(ValueError, match=r"Perceptron.hidden must be at least 1, got 0"):
        Perceptron(0)
