"""Correlations over finite groups are what they are defined to be, however they are computed."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import (
    SO2,
    ChangeOfBasis,
    Cyclic,
    Dihedral,
    DirectProduct,
    FieldAction,
    Irrep,
    Regular,
    Representation,
    SemidirectProduct,
    Standard,
    Torus,
    Trivial,
    frequencies,
    image_action,
)
from groups.correlation import correlation, pairwise
from groups.representation import direct_sum
from groups.strategies import elements, finite_groups, representations
from proofs_check import laws

P4 = SemidirectProduct(Torus(3, 3), Cyclic(4))
P4M = SemidirectProduct(Torus(4, 4), Dihedral(4))
PMM = SemidirectProduct(Torus(2, 3), Dihedral(2))
KNOWN = [Cyclic(1), Cyclic(2), Cyclic(5), Cyclic(8), Dihedral(1), Dihedral(4), Dihedral(5), Torus(3, 4), Torus(4, 1)]


def every_irrep(group, copies: int) -> Representation:
    return direct_sum(*[rho for name in frequencies(group, 0) for rho in copies * [Irrep(group, *name)]])


def field(group, *fibres: Representation) -> FieldAction:
    return FieldAction(group, direct_sum(*fibres), padding="circular")


FAST = [
    *[Regular(group) for group in (*KNOWN, P4, P4M, PMM, DirectProduct(Cyclic(3), Dihedral(3)))],
    *[every_irrep(group, 2) + 2 * Regular(group) + Trivial(group, 3) for group in KNOWN],
    Trivial(Torus(2, 2), 2),
    image_action(Torus(3, 4), 2),
    image_action(P4M, 2),
    field(Torus(4, 5), Trivial(Cyclic(1), 2)),
    field(P4, 2 * Regular(Cyclic(4)), Irrep(Cyclic(4), 1)),
    field(P4M, Regular(Dihedral(4)), Trivial(Dihedral(4))),
    field(PMM, Irrep(Dihedral(2), 1, 1), Trivial(Dihedral(2))),
]
SLOW = [
    Standard(Cyclic(4)),
    Regular(Cyclic(3)) * Irrep(Cyclic(3), 1),
    Trivial(Cyclic(2)) + ChangeOfBasis(Regular(Cyclic(2)), ((1.0, 1.0), (0.0, 2.0))),
    image_action(Cyclic(4)),
    FieldAction(Torus(4, 4), Trivial(Torus(4, 4)), stride=2, padding="circular"),
    FieldAction(P4, Regular(P4), padding="circular"),
    Regular(DirectProduct(Dihedral(3), Cyclic(2))),
]


def event(rho) -> tuple[int, ...]:
    if isinstance(rho, Representation):
        return (rho.dim,)
    torus = getattr(rho.group, "first", rho.group)
    h, w = (torus.h // rho.stride, torus.w // rho.stride) if isinstance(torus, Torus) else (3, 3)
    return (rho.fibre.dim, h, w)


def vectors(rho, *batch: int, dtype: torch.dtype = torch.float64, seed: int = 0) -> Tensor:
    drawn = torch.randn(*batch, *event(rho), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return drawn.to(dtype)


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
    left, right = (vectors(rho, 3, dtype=dtype, seed=seed) for seed in (0, 1))
    values = correlation(rho, left, right)
    assert values.dtype == dtype
    assert laws.relative_error(values, correlation(rho, left, right, method="dense", chunk=3)) < tolerance

    g = data.draw(elements(rho.group))
    there = torch.einsum("bi,bi->b", rho(g, left), right)
    assert (values[:, rho.group.index(g)] - there).abs().max() < tolerance * values.abs().max()


@pytest.mark.parametrize("rho", FAST, ids=str)
@pytest.mark.parametrize("batch", [(), (3,), (2, 1, 2)], ids=str)
def test_transforms_compute_what_is_defined(rho, batch, dtype, tolerance) -> None:
    left, right = (vectors(rho, *batch, dtype=dtype, seed=seed) for seed in (0, 1))
    expected = defined(rho, left, right)
    assert expected.shape == (*batch, rho.group.order)
    assert max(laws.relative_error(s, expected) for s in computed(rho, left, right)) < tolerance


@pytest.mark.parametrize("rho", SLOW, ids=str)
def test_elements_one_after_the_other_where_there_is_no_transform(rho, dtype, tolerance) -> None:
    left, right = (vectors(rho, 3, dtype=dtype, seed=seed) for seed in (0, 1))
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
    left, right = vectors(rho), vectors(rho, seed=1)
    inverse = rho.group.index(~rho.group.elements())
    one, other = correlation(rho, left, right), correlation(rho, right, left)
    assert laws.relative_error(other[inverse], one) < 1e-12
    if not inverse.equal(torch.arange(rho.group.order)) and not isinstance(rho, Trivial):
        assert laws.relative_error(other, one) > 0.1


def gradients(rho, correlate, left: Tensor, right: Tensor, **how) -> list[Tensor]:
    left, right = left.clone().requires_grad_(), right.clone().requires_grad_()
    (correlate(rho, left, right, **how) / 3).logsumexp(-1).sum().backward()
    return [left.grad, right.grad]


@pytest.mark.parametrize("rho", FAST[::2], ids=str)
@pytest.mark.parametrize("correlate", [correlation, pairwise], ids=["rows", "pairs"])
def test_gradients_agree(rho, correlate, dtype, tolerance) -> None:
    left, right = (vectors(rho, 3, dtype=dtype, seed=seed) for seed in (0, 1))
    expected = gradients(rho, correlate, left, right, method="dense")
    for how in ({"method": "fft"}, {"method": "fft", "chunk": 2}, {"method": "dense", "chunk": 3}):
        for one, other in zip(gradients(rho, correlate, left, right, **how), expected, strict=True):
            assert laws.relative_error(one, other) < tolerance


@pytest.mark.parametrize("chunk", [None, 2])
@pytest.mark.parametrize(
    "rho", [2 * Regular(Cyclic(4)) + Irrep(Cyclic(4), 1), Regular(Dihedral(3)), image_action(PMM)], ids=str
)
def test_gradients_are_derivatives(rho, chunk) -> None:
    left, right = (vectors(rho, 2, seed=seed).requires_grad_() for seed in (0, 1))
    assert torch.autograd.gradcheck(lambda x, y: correlation(rho, x, y, chunk=chunk), (left, right))
    assert torch.autograd.gradcheck(lambda x, y: pairwise(rho, x, y, chunk=chunk), (left, right))


def kept(f) -> int:
    """How many numbers are kept for the backward pass."""
    sizes = []

    def record(x: Tensor) -> Tensor:
        sizes.append(x.numel())
        return x

    with torch.autograd.graph.saved_tensors_hooks(record, lambda x: x):
        f()
    return sum(sizes)


@pytest.mark.parametrize("method", ["dense", "fft"])
@pytest.mark.parametrize("correlate", [correlation, pairwise], ids=["rows", "pairs"])
def test_chunks_bound_what_is_kept(method, correlate) -> None:
    rho = field(P4M, 2 * Regular(Dihedral(4)))
    left, right = (vectors(rho, 8, seed=seed).requires_grad_() for seed in (0, 1))
    whole, parts = (kept(lambda c=c: correlate(rho, left, right, method=method, chunk=c)) for c in (None, 2))
    assert parts <= left.numel() + right.numel() < whole / 8


class Watched(Regular):
    """Records how much it moves at a time."""

    def act(self, g, x):
        moved = super().act(g, x)
        largest.append(moved.numel())
        return moved


largest: list[int] = []


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
    left, right = vectors(rho, 2), vectors(rho, 2, seed=1)
    assert laws.relative_error(correlation(rho, left, right), defined(rho, left, right)) < 1e-12
    with pytest.raises(TypeError, match="there is no FFT"):
        correlation(rho, left, right, method="fft")


@settings(max_examples=10)
@given(chunk=st.integers(1, 70))
def test_chunks_bound_what_is_moved(chunk) -> None:
    rho = Watched(Cyclic(64))
    largest.clear()
    correlation(rho, vectors(rho, 5), vectors(rho, 5), method="dense", chunk=chunk)
    assert max(largest) == 5 * 64 * min(chunk, 64)


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("method", ["fft", "dense"])
def test_half_precision_is_computed_in_float32(half, method) -> None:
    rho = 8 * Regular(Cyclic(16))
    left, right = (vectors(rho, 3, dtype=half, seed=seed) for seed in (0, 1))
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
