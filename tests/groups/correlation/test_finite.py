"""Correlations over finite groups are what they are defined to be, however they are computed."""

from __future__ import annotations

import pytest
import torch
from acting import FAST, SLOW, both, event, vectors
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from groups import SO2, Cyclic, Dihedral, Irrep, Regular, Torus, Trivial, image_action
from groups.correlation import correlation, pairwise
from groups.strategies import elements, finite_groups, representations
from proofs_check import laws


def defined(rho, left: Tensor, right: Tensor) -> Tensor:
    """One element at a time."""
    values = [(rho(g, left) * right).flatten(left.dim() - rho.event_dim).sum(-1) for g in rho.group.elements()]
    return torch.stack(values, dim=-1)


def computed(rho, left: Tensor, right: Tensor, correlate=correlation, fast: bool = True) -> list[Tensor]:
    """In every way."""
    methods = ("auto", "fft", "dense") if fast else ("auto", "dense")
    return [correlate(rho, left, right, method=method, chunk=chunk) for method in methods for chunk in (None, 2)]


@given(data=st.data())
def test_every_drawn_representation(data, dtype, tolerance) -> None:
    rho = data.draw(finite_groups().flatmap(representations))
    left, right = both(rho, 3, dtype=dtype)
    values = correlation(rho, left, right)
    assert values.dtype == dtype
    assert laws.relative_error(values, correlation(rho, left, right, method="dense", chunk=3)) < tolerance

    g = data.draw(elements(rho.group))
    there = torch.einsum("bi,bi->b", rho(g, left), right)
    assert (values[:, rho.group.index(g)] - there).abs().max() < tolerance * values.abs().max()


@pytest.mark.parametrize("rho", FAST, ids=str)
@pytest.mark.parametrize("batch", [(), (3,), (2, 1, 2)], ids=str)
def test_transforms_compute_what_is_defined(rho, batch, dtype, tolerance) -> None:
    left, right = both(rho, *batch, dtype=dtype)
    expected = defined(rho, left, right)
    assert expected.shape == (*batch, rho.group.order)
    assert max(laws.relative_error(s, expected) for s in computed(rho, left, right)) < tolerance


@pytest.mark.parametrize("rho", SLOW, ids=str)
def test_elements_one_after_the_other_where_there_is_no_transform(rho, dtype, tolerance) -> None:
    left, right = both(rho, 3, dtype=dtype)
    expected = defined(rho, left, right)
    assert max(laws.relative_error(s, expected) for s in computed(rho, left, right, fast=False)) < tolerance
    with pytest.raises(TypeError, match="there is no FFT"):
        correlation(rho, left, right, method="fft")


@pytest.mark.parametrize("rho", [*FAST[::3], *SLOW], ids=str)
def test_pairs(rho, dtype, tolerance) -> None:
    left, right = vectors(rho, 4, dtype=dtype), vectors(rho, 3, dtype=dtype, seed=1)
    every = [x.expand(4, 3, *event(rho)) for x in (left[:, None], right[None])]
    expected = correlation(rho, *every, method="dense")
    tables = computed(rho, left, right, pairwise, fast=rho in FAST)
    assert max(laws.relative_error(s, expected) for s in tables) < tolerance


@given(data=st.data())
def test_it_is_highest_at_the_motion(data) -> None:
    rho = Regular(data.draw(finite_groups()))
    g, x = data.draw(elements(rho.group, (2,))), vectors(rho, 2)
    s = correlation(rho, x, rho(g, x))
    assert s.argmax(-1).equal(rho.group.index(g))
    assert laws.relative_error(s.amax(-1), x.square().sum(-1)) < 1e-12


@pytest.mark.parametrize("rho", [rho for rho in FAST if rho.group.order > 2], ids=str)
def test_the_other_side_is_the_inverse(rho) -> None:
    left, right = both(rho)
    inverse = rho.group.index(~rho.group.elements())
    one, other = correlation(rho, left, right), correlation(rho, right, left)
    assert laws.relative_error(other[inverse], one) < 1e-12
    if not inverse.equal(torch.arange(rho.group.order)) and not isinstance(rho, Trivial):
        assert laws.relative_error(other, one) > 0.1


class Reversed(Regular):
    """Functions that are shifted the other way."""

    def permutation(self, g):
        return super().permutation(~g)


class Backwards(Dihedral):
    """Composes in the other order."""

    def _compose(self, p, q):
        return super()._compose(q, p)


@pytest.mark.parametrize("rho", [Reversed(Cyclic(5)), 2 * Reversed(Cyclic(5)), Regular(Backwards(3))], ids=str)
def test_subclasses_are_not_taken_for_what_they_derive_from(rho) -> None:
    left, right = both(rho, 2)
    assert laws.relative_error(correlation(rho, left, right), defined(rho, left, right)) < 1e-12
    with pytest.raises(TypeError, match="there is no FFT"):
        correlation(rho, left, right, method="fft")


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("method", ["fft", "dense"])
def test_half_precision_is_computed_in_float32(half, method) -> None:
    rho = 8 * Regular(Cyclic(16))
    left, right = both(rho, 3, dtype=half)
    expected = correlation(rho, left.double(), right.double())
    for correlate in (correlation, lambda *args, **how: pairwise(*args, **how).diagonal().T):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            s = correlate(rho, left, right, method=method)
        assert s.dtype == torch.float32
        assert laws.relative_error(s.double(), expected) < 1e-5


def test_nothing_to_correlate() -> None:
    rho = 2 * Regular(Dihedral(3))
    empty = torch.zeros(0, rho.dim)
    assert correlation(rho, empty, empty, chunk=2).shape == (0, 6)
    assert pairwise(rho, empty, torch.zeros(2, rho.dim), method="dense").shape == (0, 2, 6)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"right": torch.zeros(3, 5)}, ValueError, r"one shape.*\(3, 5\)"),
        ({"left": torch.zeros(3, 5), "right": torch.zeros(3, 5)}, ValueError, r"dimension 4.*\(3, 5\)"),
        ({"chunk": 0}, ValueError, "chunk .* got 0"),
        ({"method": "fast"}, ValueError, "method is one of .* got 'fast'"),
        ({"rho": Irrep(SO2(), 1)}, TypeError, "infinite.*spectrum"),
        ({"rho": image_action(Torus(3, 3))}, ValueError, "3 event axes"),
    ],
    ids=["shapes", "dimension", "chunk", "method", "infinite", "axes"],
)
def test_what_cannot_be_correlated(given, error, message) -> None:
    sound = {"rho": Regular(Cyclic(4)), "left": torch.zeros(3, 4), "right": torch.zeros(3, 4)}
    with pytest.raises(error, match=message):
        correlation(**{**sound, **given})


def test_pairs_have_one_batch_axis() -> None:
    with pytest.raises(ValueError, match=r"\(b \*event\).*\(2, 3, 4\)"):
        pairwise(Regular(Cyclic(4)), torch.zeros(2, 3, 4), torch.zeros(2, 3, 4))
