"""Declared representations score zero and hold whole numbers of irreps; tables that are none are seen."""

from __future__ import annotations

import json
from math import lcm

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import (
    SO2,
    Cyclic,
    Dihedral,
    DirectProduct,
    Irrep,
    Regular,
    Representation,
    SemidirectProduct,
    Standard,
    Torus,
    Trivial,
    frequencies,
)
from groups.strategies import finite_groups, representations
from homossl.verify import scores
from homossl.verify.orbits import generators
from homossl.verify.scores import LatentScores, latent_scores, multiplicities

P4 = SemidirectProduct(Torus(2, 2), Cyclic(4))
KNOWN = [Cyclic(1), Cyclic(4), Cyclic(7), Dihedral(1), Dihedral(2), Dihedral(4), Dihedral(5), Torus(2, 3), Torus(4, 4)]


def table_of(rho: Representation) -> Tensor:
    return rho.matrix(rho.group.elements(), dtype=torch.float64)  # type: ignore[attr-defined]


def errors(found: LatentScores) -> list[float]:
    laws = [found.identity, found.homomorphism, found.homomorphism_mean, found.inverse, found.unitarity]
    return [*laws, *[orbit.closure for orbit in found.orbits], found.off_whole or 0.0]


@settings(max_examples=30)
@given(data=st.data())
def test_declared_representations_score_zero(data) -> None:
    group = data.draw(finite_groups().filter(lambda group: group.order <= 50))
    rho = data.draw(representations(group))
    found = latent_scores(table_of(rho), rho.group)
    assert max(errors(found)) < 1e-9
    assert all(orbit.order % orbit.found == 0 for orbit in found.orbits)


@settings(max_examples=30)
@given(data=st.data())
def test_characters_are_sums_of_those_of_the_irreps(data) -> None:
    rho = data.draw(st.sampled_from(KNOWN).flatmap(representations))
    counts = latent_scores(table_of(rho), rho.group).multiplicities
    assert counts is not None
    parts = [round(m) * table_of(Irrep(rho.group, *k)).diagonal(0, 1, 2).sum(1) for k, m in counts.items()]
    torch.testing.assert_close(torch.stack(parts).sum(0), table_of(rho).diagonal(0, 1, 2).sum(1))


@pytest.mark.parametrize("group", KNOWN, ids=str)
def test_regular_representations_hold_each_irrep_by_its_dimension(group) -> None:
    """As often as its dimension where it is of real type, half as often where it is of complex type."""
    counts = multiplicities(table_of(Regular(group)), group)
    assert counts is not None
    for frequency, m in counts.items():
        chi = table_of(Irrep(group, *frequency)).diagonal(0, 1, 2).sum(1)
        complex_type = chi.square().mean().item() > 1.5
        assert complex_type == (not isinstance(group, Dihedral) and len(chi) > 2 and chi[0].item() == 2)
        assert m == pytest.approx(chi[0].item() / (2 if complex_type else 1), abs=1e-12)


def test_multiplicities_are_those_of_the_construction() -> None:
    group = Dihedral(4)
    rho = Trivial(group, 3) + 2 * Irrep(group, 1, 1) + Irrep(group, 1, 2) + Regular(group)
    expected = {(0, 0): 4, (1, 0): 1, (0, 2): 1, (1, 2): 2, (1, 1): 4}
    assert multiplicities(table_of(rho), group) == pytest.approx(expected, abs=1e-12)
    square = Irrep(Cyclic(5), 1) * Irrep(Cyclic(5), 1)
    assert multiplicities(table_of(square), Cyclic(5)) == pytest.approx({(0,): 2, (1,): 0, (2,): 1}, abs=1e-12)


@pytest.mark.parametrize("group", [P4, DirectProduct(Cyclic(2), Dihedral(3))], ids=str)
def test_where_irreps_are_not_known_it_says_so(group) -> None:
    found = latent_scores(table_of(Regular(group)), group)
    assert found.multiplicities is None
    assert found.off_whole is None
    assert "not known for this group" in found.table()
    assert max(errors(found)) < 1e-12


@given(rho=st.sampled_from([Regular(Dihedral(4)), Standard(Dihedral(5)), Regular(P4)]))
def test_control_transposed_matrices_multiply_in_the_wrong_order(rho) -> None:
    found = latent_scores(table_of(rho).mT, rho.group)
    assert found.homomorphism > 0.1
    assert found.homomorphism_mean > 0.1
    assert max(found.identity, found.inverse, found.unitarity) < 1e-12


@given(rho=st.sampled_from(KNOWN).flatmap(representations), scale=st.sampled_from([0.5, 0.9, 1.2]))
def test_control_scaled_matrices(rho, scale) -> None:
    found = latent_scores(scale * table_of(rho), rho.group)
    assert found.identity == pytest.approx(abs(scale - 1))
    assert found.homomorphism == pytest.approx(abs(scale - 1))
    assert found.inverse == pytest.approx(abs(scale**2 - 1)) or rho.group.order == 1
    assert all(orbit.closure > 1e-2 for orbit in found.orbits)


@given(data=st.data(), group=st.sampled_from([Cyclic(5), Cyclic(8), Dihedral(4), P4]))
def test_control_shuffled_elements(group, data) -> None:
    """Any permutation of the elements that is no automorphism, the identity in its place or not."""
    shuffled = data.draw(st.permutations(range(group.order)))
    g = group.elements()
    product = group.index(g[:, None] @ g)
    moved = torch.tensor(shuffled)
    automorphism = bool((moved[product] == product[moved[:, None], moved]).all())
    found = latent_scores(table_of(Regular(group))[moved], group)
    assert (found.homomorphism < 1e-12) == automorphism
    assert (found.identity < 1e-12) == (shuffled[0] == 0)


def test_control_a_sheared_basis_is_not_orthogonal() -> None:
    shear = torch.tensor([[1.0, 1.0], [0.0, 2.0]], dtype=torch.float64)
    found = latent_scores(shear @ table_of(Standard(Dihedral(4))) @ shear.inverse(), Dihedral(4))
    assert found.unitarity > 0.5
    assert max(found.identity, found.homomorphism, found.inverse, found.off_whole or 0) < 1e-12


def turns(degrees: float, n: int) -> Tensor:
    return Standard(SO2()).matrix(SO2().element(torch.arange(n)[:, None] * torch.tensor(degrees).deg2rad())).double()


@pytest.mark.parametrize(
    ("degrees", "steps"), [(45.0, 8), (90.0, 4), (135.0, 8), (0.0, 1), (50.0, 7), (22.5, 16)], ids=str
)
def test_length_of_an_orbit(degrees, steps) -> None:
    """Whatever turn stands for the generator of C_8, its walk comes back when it does."""
    (orbit,) = latent_scores(turns(degrees, 8), Cyclic(8)).orbits
    assert (orbit.generator, orbit.order, orbit.found) == ((1,), 8, steps)
    assert (orbit.closure < 1e-5) == (8 * degrees % 360 == 0)


def test_noise_opens_the_orbit_and_leaves_its_length() -> None:
    noise = 0.01 * torch.randn(8, 8, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = latent_scores(table_of(Regular(Cyclic(8))) + noise, Cyclic(8))
    assert [orbit.found for orbit in found.orbits] == [8]
    assert all(1e-3 < error < 0.5 for error in errors(found))


@given(group=finite_groups())
def test_generators_generate(group) -> None:
    g = group.elements()
    product = group.index(g[:, None] @ g)
    chosen = generators(product.tolist(), 0)
    reached = {0}
    for _ in range(group.order):
        reached |= {int(product[a, s]) for a in reached for s in chosen}
    assert len(reached) == group.order
    assert 2 ** len(chosen) <= group.order


@pytest.mark.parametrize("group", [Cyclic(6), Torus(4, 6), Dihedral(5)], ids=str)
def test_orders_of_generators(group) -> None:
    orders = [orbit.order for orbit in latent_scores(table_of(Regular(group)), group).orbits]
    assert lcm(*orders) == {Cyclic(6): 6, Torus(4, 6): 12, Dihedral(5): 10}[group]


def test_chunks_do_not_matter(monkeypatch) -> None:
    matrices = torch.randn(12, 4, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    whole = latent_scores(matrices, Dihedral(6))
    monkeypatch.setattr(scores, "CHUNK", 5 * matrices.numel())
    assert latent_scores(matrices, Dihedral(6)).homomorphism_mean == pytest.approx(whole.homomorphism_mean)
    monkeypatch.setattr(scores, "CHUNK", 1)
    assert latent_scores(matrices, Dihedral(6)).homomorphism == pytest.approx(whole.homomorphism)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.int64], ids=str)
def test_any_precision(dtype) -> None:
    assert max(errors(latent_scores(table_of(Regular(Dihedral(4))).to(dtype), Dihedral(4)))) < 1e-6


def test_table_and_json() -> None:
    found = latent_scores(table_of(Regular(Cyclic(4))), Cyclic(4))
    _, _, *lines = found.table().splitlines()
    assert [line.split()[0] for line in lines] == [
        *["identity", "homomorphism", "homomorphism,", "inverse", "unitarity", "orbit"],
        *["irrep"] * len(frequencies(Cyclic(4), 0)),
        "off",
    ]
    read = json.loads(json.dumps(found.to_dict()))
    assert read["multiplicities"] == [[[0], 1.0], [[1], 1.0], [[2], 1.0]]
    assert read["orbits"] == [{"generator": [1], "order": 4, "found": 4, "closure": 0.0}]
    assert read["off_whole"] == found.off_whole


@pytest.mark.parametrize(
    ("error", "message", "matrices", "group"),
    [
        (TypeError, r"a finite group, got SO2\(\)", torch.eye(2)[None], SO2()),
        (ValueError, r"\(4 d d\) for Cyclic\(n=4\), got \(3, 2, 2\)", torch.zeros(3, 2, 2), Cyclic(4)),
        (ValueError, r"got \(4, 2, 3\)", torch.zeros(4, 2, 3), Cyclic(4)),
        (ValueError, "finite real numbers", torch.full((4, 2, 2), torch.nan), Cyclic(4)),
        (
            ValueError,
            "finite real numbers, got torch.complex64",
            torch.zeros(4, 2, 2, dtype=torch.complex64),
            Cyclic(4),
        ),
    ],
)
def test_errors(error, message, matrices, group) -> None:
    with pytest.raises(error, match=message):
        latent_scores(matrices, group)
