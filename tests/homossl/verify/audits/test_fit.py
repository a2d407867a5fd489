"""What is fitted is the representation there is, and what is not there is not explained."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Cyclic, Dihedral, Regular, Standard
from groups.strategies import elements, representations
from homossl.verify.audits.fit import Fit, effective_rank, explained, principal, solve, variation


def features(rows, d):
    return torch.randn(rows, d, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def orthogonal(d):
    return torch.linalg.qr(features(d, d)).Q


@pytest.mark.parametrize("group", [Cyclic(8), Dihedral(3)])
@given(data=st.data())
def test_a_representation_is_recovered(group, data):
    rho, g = data.draw(representations(group)), data.draw(elements(group, (3,)))
    z, matrices = features(16 * rho.dim, rho.dim), rho.matrix(g, dtype=torch.float64)
    fit = Fit.of(z.expand(3, -1, -1), z @ matrices.mT)
    torch.testing.assert_close(fit.channels, matrices, rtol=0, atol=1e-6)
    torch.testing.assert_close(fit.move(0, fit.coordinates(z)), fit.coordinates(z @ matrices[0].T), rtol=0, atol=1e-6)


@given(g=elements(Cyclic(5), (2,)))
def test_so_is_one_on_a_part_of_the_channels(g):
    """Features in a subspace: the matrices are those of the subspace, and zero across it."""
    rho, frame = Regular(Cyclic(5)), orthogonal(9)[:, :5]
    matrices = frame @ rho.matrix(g, dtype=torch.float64) @ frame.T
    z = features(90, 5) @ frame.T
    fit = Fit.of(z.expand(2, -1, -1), z @ matrices.mT)
    assert fit.basis.shape == (5, 9)
    torch.testing.assert_close(fit.channels, matrices, rtol=0, atol=1e-6)


def test_control_unrelated_features_have_no_matrix():
    """The ridge is the residual, so that noise is not amplified where features hardly vary."""
    before, after = features(200, 4) * torch.tensor([1.0, 1.0, 1.0, 1e-4]), features(400, 4)[200:]
    assert solve(before[None], after[None]).abs().max() < 0.2
    least_squares = torch.linalg.lstsq(before, after).solution
    assert least_squares.abs().max() > 100


def test_components_are_few_enough_to_be_fitted():
    assert len(principal(features(40, 30), most=10)) == 10
    assert len(principal(features(40, 3) @ features(3, 30), most=10)) == 3
    assert torch.equal(principal(features(40, 5), most=10), torch.eye(5, dtype=torch.float64))


def test_nothing_at_all_can_be_fitted():
    fit = Fit.of(torch.zeros(2, 16, 3, dtype=torch.float64), torch.zeros(2, 16, 3, dtype=torch.float64))
    assert fit.matrices.abs().max() == 0


def test_what_is_explained():
    actual = features(60, 4).reshape(1, 10, 6, 4)
    assert explained(actual, actual).item() == 1
    assert abs(explained(actual.mean(1, keepdim=True), actual).item()) < 1e-12
    assert explained(-actual, actual).item() < -2


def test_a_pattern_that_is_alike_for_all_images_is_not():
    pattern = features(6, 4).expand(1, 10, 6, 4)
    assert variation(pattern + 1e-7 * features(60, 4).reshape(1, 10, 6, 4)).item() == 0
    assert explained(pattern, pattern).item() == 0
    assert variation(pattern + 1e-3 * features(60, 4).reshape(1, 10, 6, 4)).item() > 0  # the control


@given(g=elements(Dihedral(4)))
def test_the_effective_rank_does_not_depend_on_the_basis(g):
    z = features(500, 2) @ torch.diag(torch.tensor([2.0, 1.0], dtype=torch.float64))
    moved = z @ Standard(Dihedral(4)).matrix(g, dtype=torch.float64).T
    assert effective_rank(moved) == pytest.approx(effective_rank(z))
    assert effective_rank(z) == pytest.approx(25 / 17, rel=0.1)
    assert effective_rank(torch.ones(5, 2)) == 0
