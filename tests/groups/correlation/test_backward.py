"""Gradients of correlations, and how much chunks keep and move."""

from __future__ import annotations

import pytest
import torch
from acting import FAST, P4M, PMM, both, field, vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import Cyclic, Dihedral, Irrep, Regular, image_action
from groups.correlation import correlation, pairwise
from proofs_check import laws


def gradients(rho, correlate, left: Tensor, right: Tensor, **how) -> list[Tensor]:
    left, right = left.clone().requires_grad_(), right.clone().requires_grad_()
    (correlate(rho, left, right, **how) / 3).logsumexp(-1).sum().backward()
    return [left.grad, right.grad]


@pytest.mark.parametrize("rho", FAST[::2], ids=str)
@pytest.mark.parametrize("correlate", [correlation, pairwise], ids=["rows", "pairs"])
def test_gradients_agree(rho, correlate, dtype, tolerance) -> None:
    left, right = both(rho, 3, dtype=dtype)
    expected = gradients(rho, correlate, left, right, method="dense")
    for how in ({"method": "fft"}, {"method": "fft", "chunk": 2}, {"method": "dense", "chunk": 3}):
        for one, other in zip(gradients(rho, correlate, left, right, **how), expected, strict=True):
            assert laws.relative_error(one, other) < tolerance


@pytest.mark.parametrize("chunk", [None, 2])
@pytest.mark.parametrize(
    "rho", [2 * Regular(Cyclic(4)) + Irrep(Cyclic(4), 1), Regular(Dihedral(3)), image_action(PMM)], ids=str
)
def test_gradients_are_derivatives(rho, chunk) -> None:
    left, right = (x.requires_grad_() for x in both(rho, 2))
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
    left, right = (x.requires_grad_() for x in both(rho, 8))
    whole, parts = (kept(lambda c=c: correlate(rho, left, right, method=method, chunk=c)) for c in (None, 2))
    assert parts <= left.numel() + right.numel() < whole / 8


class Watched(Regular):
    """Records how much it moves at a time."""

    def act(self, g, x):
        moved = super().act(g, x)
        largest.append(moved.numel())
        return moved


largest: list[int] = []


@settings(max_examples=10)
@given(chunk=st.integers(1, 70))
def test_chunks_bound_what_is_moved(chunk) -> None:
    rho = Watched(Cyclic(64))
    largest.clear()
    correlation(rho, vectors(rho, 5), vectors(rho, 5), method="dense", chunk=chunk)
    assert max(largest) == 5 * 64 * min(chunk, 64)
