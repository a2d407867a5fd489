"""Means over groups are exact."""

from __future__ import annotations

import pytest
import torch

from groups import O2, SE2, SO2, SO3, Cyclic, Dihedral, Irrep
from proofs_check.haar import character, haar


@pytest.mark.parametrize(
    "rho",
    [Irrep(Cyclic(8), 3), Irrep(Dihedral(5), 1, 2), Irrep(SO2(), 31), Irrep(O2(), 1, 31), Irrep(SO3(), 7)],
    ids=str,
)
def test_irreps_average_to_zero(rho) -> None:
    g, weights = haar(rho.group)
    mean = (weights[:, None, None] * rho.matrix(g, dtype=torch.float64)).sum(0)
    assert weights.sum().item() == pytest.approx(1)
    assert mean.abs().max() < 1e-12


@pytest.mark.parametrize("rho", [Irrep(SO2(), 32), Irrep(SO3(), 8)], ids=str)
def test_control_high_frequencies_do_not(rho) -> None:
    g, weights = haar(rho.group)
    assert (weights @ character(rho, g)).abs() > 0.01


def test_a_group_that_is_not_compact_has_no_mean() -> None:
    with pytest.raises(TypeError, match=r"mean over SE2\(\) is not known"):
        haar(SE2())
