"""What testers draw: actions that act, and images that are smooth, valid and shrink."""

from __future__ import annotations

import pytest
import torch
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from groups import (
    SO3,
    Cyclic,
    Dihedral,
    FieldAction,
    Representation,
    SemidirectProduct,
    Torus,
    Trivial,
    image_action,
    laws,
)
from homossl.testing import strategies
from homossl.testing.strategies import actions, elements, finite_groups, images

QUICK = settings(max_examples=200, database=None)
PAIRS = finite_groups().flatmap(lambda group: st.tuples(st.just(group), elements(group)))


@settings(max_examples=40)
@given(data=st.data())
def test_actions_are_actions_of_their_group(data) -> None:
    group = data.draw(st.sampled_from([Cyclic(1), Cyclic(4), Dihedral(2), Torus(5, 5), SO3()]))
    action = data.draw(actions(group))
    assert action.group == group
    if isinstance(action, FieldAction):
        x = data.draw(images(action, 5))
        a, b = data.draw(elements(group)), data.draw(elements(group))
        assert laws.action_composition(action, a, b, x) < 1e-10


@settings(max_examples=20)
@given(data=st.data())
def test_images_have_the_shape_that_is_moved(data) -> None:
    action = image_action(Cyclic(4), channels=3)
    x = data.draw(images(action, (6, 4), (2,), torch.float32))
    assert (x.shape, x.dtype) == ((2, 3, 6, 4), torch.float32)
    assert x.abs().max() <= 9


def test_images_shrink_to_zero_and_then_to_one_wave() -> None:
    action = image_action(Cyclic(4))
    assert find(images(action), lambda x: True, settings=QUICK).equal(torch.zeros(1, 9, 9, dtype=torch.float64))
    tilted = find(images(action), lambda x: bool((x[0, 0] - x[0, -1]).abs().max() > 0.1), settings=QUICK)
    assert torch.linalg.matrix_rank(tilted[0]) == 1


def test_images_are_smooth() -> None:
    """Neighbours are near: control, a single pixel is not smooth."""

    def roughness(x) -> float:
        return ((x[..., 1:, :] - x[..., :-1, :]).norm() / x.norm().clamp_min(1e-300)).item()

    @settings(max_examples=20)
    @given(images(image_action(Cyclic(4)), 17))
    def check(x) -> None:
        assert roughness(x) < 0.5

    check()
    assert roughness(torch.eye(17)[8] * torch.eye(17)[8][:, None]) > 1


def test_actions_shrink_and_are_of_both_kinds() -> None:
    assert find(actions(Cyclic(4)), lambda action: True, settings=QUICK) == Trivial(Cyclic(4))
    assert isinstance(find(actions(SO3()), lambda action: action.dim > 2, settings=QUICK), Representation)
    with pytest.raises(NoSuchExample):
        find(actions(SO3()), lambda action: isinstance(action, FieldAction), settings=QUICK)


def test_pairs_shrink_to_the_smallest_group_and_a_generator() -> None:
    faults = {
        (Cyclic(2), 1): lambda g: bool(g.params.any()),
        (Cyclic(3), 1): lambda g: bool((g @ g).params.any()),
        (Cyclic(5), 1): lambda g: g.group.order > 4 and bool(g.params.any()),
    }
    for (group, k), fault in faults.items():
        found, g = find(PAIRS, lambda pair, fault=fault: fault(pair[1]), settings=QUICK)
        assert (found, g.params.tolist()) == (group, [k])


def test_shifts_shrink_to_the_smallest_torus() -> None:
    def shifts(pair) -> bool:
        return isinstance(pair[0], Torus | SemidirectProduct) and bool(pair[1].params[:2].any())

    found, g = find(PAIRS, shifts, settings=QUICK)
    assert (found.order, g.params.sum()) == (2, 1)


def test_everything_public_is_there() -> None:
    assert all(callable(getattr(strategies, name)) for name in strategies.__all__)
