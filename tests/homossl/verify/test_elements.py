"""Which elements are tested."""

from __future__ import annotations

import torch

from groups import SO2, Cyclic, Translation
from homossl.verify.elements import elements_to_test


def test_a_circle_is_walked_evenly() -> None:
    angles = elements_to_test(SO2()).params[:, 0]
    assert len(angles) == 16
    assert torch.allclose(torch.remainder(angles[1:] - angles[:-1], 2 * torch.pi), torch.tensor(torch.pi / 8).double())


def test_large_and_infinite_groups_are_sampled_with_the_identity() -> None:
    for group in (Cyclic(100), Translation(2)):
        g = elements_to_test(group)
        assert len(g) == 32
        assert group.norm(g[0]) == 0
