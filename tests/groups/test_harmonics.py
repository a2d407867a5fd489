"""Real spherical harmonics and Wigner's matrices, against e3nn and the laws that define them."""

from __future__ import annotations

import pytest
import torch
from e3nn import o3
from hypothesis import given
from hypothesis import strategies as st

from groups import O3, SO3, Irrep, Standard
from groups.harmonics import degrees_of, so3_generators, spherical_harmonics, wigner
from groups.quadrature import rotation_spiral, sphere_quadrature, sphere_spiral
from groups.spatial import rotation_matrix
from groups.strategies import elements
from proofs_check import laws


def directions(n: int) -> torch.Tensor:
    u = torch.randn(n, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return u / u.norm(dim=-1, keepdim=True)


@pytest.mark.parametrize("degree", [0, 1, 4, 10])
def test_harmonics_are_those_of_e3nn(degree) -> None:
    u = torch.cat([directions(20), torch.eye(3, dtype=torch.float64), -torch.eye(3, dtype=torch.float64)])
    theirs = o3.spherical_harmonics(list(range(degree + 1)), u, normalize=True, normalization="component")
    assert laws.relative_error(spherical_harmonics(degree, u), theirs) < 1e-12
    if degree:
        assert laws.relative_error(spherical_harmonics(degree, u[:, [1, 2, 0]]), theirs) > 0.1
    solid = o3.spherical_harmonics(list(range(degree + 1)), 0.3 * u, normalize=False, normalization="component")
    assert laws.relative_error(spherical_harmonics(degree, 0.3 * u), solid) < 1e-12


def test_harmonics_are_orthonormal_for_the_mean() -> None:
    points, weights = sphere_quadrature(12)
    values = spherical_harmonics(6, points)
    assert (values.T @ (weights[:, None] * values) - torch.eye(49, dtype=torch.float64)).abs().max() < 1e-13
    coarse, share = sphere_quadrature(11)
    values = spherical_harmonics(6, coarse)
    assert (values.T @ (share[:, None] * values) - torch.eye(49, dtype=torch.float64)).abs().max() > 0.1


@given(elements(SO3(), (3,)))
def test_wigner_moves_harmonics(g) -> None:
    turn, u = rotation_matrix(g.params), directions(3)
    before = degrees_of(spherical_harmonics(6, u), 6)
    after = degrees_of(spherical_harmonics(6, (turn @ u[..., None])[..., 0]), 6)
    for l, d in enumerate(wigner(range(7), turn)):
        assert laws.relative_error((d @ before[l][..., None])[..., 0], after[l]) < 1e-12
        assert (d @ d.mT - torch.eye(2 * l + 1, dtype=torch.float64)).abs().max() < 1e-12


@given(elements(SO3(), (2,)))
def test_wigner_is_the_exponential_of_the_generators(g) -> None:
    for l, d in zip((0, 2, 7), wigner((0, 2, 7), rotation_matrix(g.params)), strict=True):
        algebra = (SO3().log(g)[..., None, None] * torch.as_tensor(so3_generators(l))).sum(-3)
        assert laws.relative_error(torch.linalg.matrix_exp(algebra), d) < 1e-12


def test_the_wrong_parity_is_seen() -> None:
    """Harmonics of degree l have parity (-1)^l: the other irrep of O(3) does not move them."""
    g = O3().element([[1.0, 1.0, 0.0, 0.0, 0.0], [1.0, 0.6, 0.8, 0.0, 0.0]]).to(torch.float64)
    for l, d in enumerate(wigner(range(4), Standard(O3()).matrix(g))):
        right, wrong = (Irrep(O3(), (l + i) % 2, l).matrix(g) for i in (0, 1))
        assert laws.relative_error(d, right) < 1e-12
        assert laws.relative_error(d, wrong) > 1


@given(st.floats(1e-3, 1e3))
def test_a_quaternion_of_any_length_is_a_rotation(length) -> None:
    q = torch.tensor([0.5, -0.1, 0.7, 0.3], dtype=torch.float64)
    turn = rotation_matrix(length * q)
    assert (turn @ turn.mT - torch.eye(3, dtype=torch.float64)).abs().max() < 1e-12


@pytest.mark.parametrize("count", [1, 8, 48, 500])
def test_spirals_are_even_and_start_at_the_origin(count) -> None:
    points, turns = torch.as_tensor(sphere_spiral(count)), torch.as_tensor(rotation_spiral(count))
    assert (points.norm(dim=-1) - 1).abs().max() < 1e-12
    assert (turns.norm(dim=-1) - 1).abs().max() < 1e-12
    assert (points[:, 2].diff() < 0).all()
    assert (turns[:, 0].abs().diff() <= 1e-12).all()
    if count > 8:
        assert (points.mean(0).abs() < 1 / count**0.5).all()
        gaps = torch.cdist(points, points).fill_diagonal_(9).amin(0)
        assert gaps.amax() < 2 * gaps.median()
