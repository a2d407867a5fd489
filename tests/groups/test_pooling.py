"""The mean of a moved field over a window is that of the field when moved, whatever the group and the border."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SE2, Affine2, Cyclic, Dihedral, FieldAction, Regular, SemidirectProduct, Torus, Translation, Trivial
from groups.strategies import elements, fields
from groups.warp import WHOLE, central

SIDE = 7
C4, C8, D8 = Cyclic(4), Cyclic(8), Dihedral(8)
FIELDS = [
    FieldAction(C4, 2 * Regular(C4)),
    FieldAction(C8, Regular(C8)),
    FieldAction(D8, Regular(D8), padding="border"),
    FieldAction(SemidirectProduct(Translation(2), C8), Regular(C8), stride=2),
    FieldAction(SemidirectProduct(Torus(SIDE, SIDE), C4), Regular(C4), padding="circular"),
    FieldAction(SE2(), Trivial(SE2(), 2), padding="circular"),
    FieldAction(Affine2(), Trivial(Affine2(), 2)),
]


def mean_of_moved(action, g, x, window) -> torch.Tensor:
    return action.read(g, x, window).mean((-2, -1), keepdim=True)


@pytest.mark.parametrize("action", FIELDS, ids=str)
@given(st.data(), st.sampled_from([WHOLE, central(SIDE, SIDE, 3, 3), central(SIDE, SIDE, 1, 2)]))
def test_the_mean_is_that_of_the_moved_field(action, data, window):
    g = data.draw(elements(action.group, (2, 3)))
    x = data.draw(fields(action.fibre, SIDE, (3,)))
    torch.testing.assert_close(action.mean(g, x, window), mean_of_moved(action, g, x, window), rtol=0, atol=1e-10)


@pytest.mark.parametrize("action", FIELDS, ids=str)
def test_its_gradient_too(action):
    rng = torch.Generator().manual_seed(0)
    g = action.group.sample(2, 3, generator=rng)
    x = torch.randn(3, action.fibre.dim, SIDE, SIDE, dtype=torch.float64, generator=rng).requires_grad_()
    window, weight = central(SIDE, SIDE, 5, 5), torch.randn(2, 3, action.fibre.dim, 1, 1, generator=rng).double()
    one, other = (torch.autograd.grad((f * weight).sum(), x)[0] for f in both(action, g, x, window))
    torch.testing.assert_close(one, other, rtol=0, atol=1e-10)


def both(action, g, x, window) -> list[torch.Tensor]:
    return [action.mean(g, x, window), mean_of_moved(action, g, x, window)]


@pytest.mark.parametrize("action", FIELDS, ids=str)
def test_control_another_motion_and_another_window_have_other_means(action):
    rng = torch.Generator().manual_seed(0)
    g = action.group.sample(4, generator=rng)
    x = torch.randn(4, action.fibre.dim, SIDE, SIDE, dtype=torch.float64, generator=rng)
    window = central(SIDE, SIDE, 3, 2)
    assert not torch.allclose(action.mean(~g, x, window), mean_of_moved(action, g, x, window))
    assert not torch.allclose(action.mean(g, x), mean_of_moved(action, g, x, window))
