"""Vectors stand for elements: they are read back, and do not jump where the parameters do."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, SO3, Cyclic, DirectProduct, SemidirectProduct, Torus, Translation
from groups.strategies import elements, groups
from homossl.evaluate.pose import code, decode, names, parts


@given(st.data())
def test_elements_are_read_back_from_their_vectors(data):
    group = data.draw(groups())
    g = data.draw(elements(group, (3,)))
    vectors = code(g)
    assert vectors.shape == (3, len(set(names(group))))
    found = decode(group, vectors.double())
    assert found.params.dtype == g.params.dtype
    assert group.distance(g, found).max() < 1e-6


def test_products_with_rotations_of_space_are_read_factor_by_factor():
    group = DirectProduct(SO3(), DirectProduct(SO2(), SO3()))
    assert names(group)[:2] == ("first_rotation ww", "first_rotation wx")
    g = group.sample(4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert group.distance(g, decode(group, code(g))).max() < 1e-6


def test_control_vectors_of_another_element_are_not_read_as_this_one():
    group = SemidirectProduct(Torus(3, 3), Cyclic(4))
    g = group.elements()
    assert (group.distance(g, decode(group, code(g).roll(1, 0))) > 0.5).all()


@pytest.mark.parametrize("angle", [math.pi, -math.pi])
def test_vectors_do_not_jump_where_the_parameters_do(angle):
    both = SO2().element(torch.tensor([[angle - 1e-4], [angle + 1e-4 - 2 * math.pi]]))
    assert (code(both)[0] - code(both)[1]).norm() < 1e-3 < (both.params[0] - both.params[1]).norm()
    q = SO3().exp(torch.tensor([[angle - 1e-4, 0, 0], [angle + 1e-4 - 2 * math.pi, 0, 0]]))
    assert (code(q)[0] - code(q)[1]).norm() < 1e-3 < (q.params[0] - q.params[1]).norm()
    assert torch.equal(code(q), code(SO3().element(-q.params)))


def test_a_vector_is_read_as_the_nearest_element():
    assert decode(Cyclic(3), torch.tensor([0.1, 0.2, -5.0])).params.tolist() == [1]
    assert decode(SO2(), torch.tensor([-2.0, 0.0])).params.item() == pytest.approx(math.pi)


def test_groups_of_which_nothing_is_known_are_refused():
    assert len(parts(Translation(5))) == 5
    with pytest.raises(TypeError, match="no chart is known for 3"):
        parts(3)  # pyright: ignore[reportArgumentType]
