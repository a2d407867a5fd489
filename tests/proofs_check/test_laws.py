"""Residuals are zero where a law holds; every law meets a case that breaks it beside the objects it is about."""

from __future__ import annotations

import pytest
import torch

from groups import Cyclic, Regular, Trivial, image_action
from proofs_check import laws


def test_relative_error() -> None:
    x = torch.tensor([3.0, 4.0])
    assert laws.relative_error(x, x) == 0
    assert laws.relative_error(1.1 * x, x) == pytest.approx(0.1)
    assert laws.relative_error(1e-9 * 1.1 * x, 1e-9 * x) == pytest.approx(0.1)
    assert laws.relative_error(0 * x, 0 * x) == 0
    assert laws.relative_error(x, 0 * x) > 1e30
    assert not laws.relative_error(x / 0 - x / 0, x) < 1


def test_shapes_are_not_broadcast() -> None:
    with pytest.raises(ValueError, match=r"expected shape \(2, 3\), got \(3,\)"):
        laws.relative_error(torch.zeros(3), torch.zeros(2, 3))


def test_equivariance() -> None:
    image, g = image_action(Cyclic(4)), Cyclic(4).elements()
    x = torch.rand(1, 5, 5, generator=torch.Generator().manual_seed(0))
    assert laws.equivariance(torch.relu, image, image, g, x) == 0
    assert laws.equivariance(lambda x: x.mean((-1, -2)), image, Trivial(Cyclic(4)), g, x) < 1e-6
    assert laws.equivariance(lambda x: x[..., 0, :, 0], image, Trivial(Cyclic(4), 5), g, x) > 0.1


def test_matrix_is_action() -> None:
    rho, g, x = Regular(Cyclic(4)), Cyclic(4).element([1]), torch.arange(4.0)
    assert laws.matrix_is_action(rho, g, x) == 0

    class Lazy(Regular):
        def act(self, g, x):
            return x

    assert laws.matrix_is_action(Lazy(Cyclic(4)), g, x) > 0.1


def test_logarithms_need_a_lie_group() -> None:
    with pytest.raises(TypeError, match=r"expected a Lie group with exp and log, got Cyclic\(n=4\)"):
        laws.exp_of_log(Cyclic(4).identity())
