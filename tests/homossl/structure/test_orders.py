"""Which permutations break the order of a group, and when a permutation of the base cannot be seen."""

from __future__ import annotations

from itertools import permutations

import pytest
import torch

from groups import Cyclic, Dihedral, FieldAction, Regular, SemidirectProduct, Torus
from homossl.structure.orders import permuted_base, respects
from homossl.views import Window
from proofs_check.laws import action_composition, action_identity

P4 = SemidirectProduct(Torus(3, 3), Cyclic(4))
FIELD = FieldAction(P4, 2 * Regular(Cyclic(4)), padding="circular")


@pytest.mark.parametrize(("group", "count"), [(Cyclic(3), 6), (Cyclic(4), 8), (Dihedral(2), 24), (Dihedral(3), 72)])
def test_orders_that_respect_the_group(group, count):
    """The holomorph of C_3, C_4 and D_2; and that of D_3 = S_3, with the inverse that no automorphism is."""
    orders = [torch.tensor(order) for order in permutations(range(group.order))]
    assert sum(respects(group, order) for order in orders) == count


def test_random_rotations_are_orthogonal_and_no_homomorphism():
    fibre = FIELD.scrambled(seed=3).fibre
    g = Cyclic(4).elements()
    matrices = fibre.matrix(g, dtype=torch.float64)
    assert torch.allclose(matrices @ matrices.mT, torch.eye(8, dtype=torch.float64), atol=1e-12)
    x = torch.randn(4, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert action_identity(fibre, x) == 0
    assert action_composition(fibre, g[[1, 2, 3, 1]], g[[1, 1, 2, 2]], x) > 1e-2
    assert FIELD.scrambled(seed=3) == FIELD.scrambled(seed=3)
    assert FIELD.scrambled(seed=3) != FIELD.scrambled(seed=4)


def expectations(window: Window, z: torch.Tensor, near: bool = False) -> torch.Tensor:
    """E exp(-|left - right|^2) and E sin(sum left) tanh(right), exact: over all pairs of motions, or near ones."""
    g = P4.elements()[torch.cartesian_prod(torch.arange(P4.order), torch.arange(P4.order)).T]
    if near:
        g = g[:, (P4.norm(g[0] @ ~g[1]) <= 2)]
    views = window.read(FIELD, g, z.expand(2, g.shape[1], *z.shape[1:])).flatten(2)
    left, right = views
    bump = (-(left - right).square().sum(-1)).exp().mean()
    return torch.stack([bump, (left.sum(-1).sin() * right.tanh().sum(-1)).mean()])


SINGLE = Window(1, fibre=1)


@pytest.mark.parametrize(
    ("window", "near", "visible"),
    [(SINGLE, False, False), (Window(1), False, True), (Window(2, fibre=1), False, True), (SINGLE, True, True)],
    ids=["one point", "a fibre", "four cells", "one point, bounded distance"],
)
def test_a_permuted_base_shows_in_windows_and_bounded_distances_only(window, near, visible):
    """hssl.md: invisible to the exact expectation over uniform draws of one base point each."""
    z = torch.randn(1, 8, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    permuted = permuted_base(FIELD, (8, 3, 3), seed=0)(z)
    apart = (expectations(window, permuted, near) - expectations(window, z, near)).abs().max().item()
    assert apart > 1e-3 if visible else apart < 1e-12
