"""Group axioms, exp and log, distance: each law x group x batch shape x dtype, over drawn elements."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import (
    O2,
    SE2,
    SO2,
    SO3,
    Affine2,
    Cyclic,
    Dihedral,
    Element,
    Group,
    SemidirectProduct,
    Torus,
    Translation,
)
from groups.matrix import matmul
from groups.strategies import elements, vectors
from proofs_check import laws


def draw(data: st.DataObject, group: Group, shape: tuple[int, ...], dtype: torch.dtype, n: int) -> list[Element]:
    return [data.draw(elements(group, shape, dtype)) for _ in range(n)]


@settings(max_examples=8)
@given(data=st.data())
def test_axioms(group, shape, dtype, tolerance, data) -> None:
    a, b, c = draw(data, group, shape, dtype, 3)
    assert laws.associativity(a, b, c) < tolerance
    assert laws.identity(a) < tolerance
    assert laws.inverse(a) < tolerance
    assert (a @ b).shape == (~a).shape == shape
    assert laws.left_invariance(a, b, c) < tolerance


class Lopsided(Cyclic):
    """a b = a + 2 b is no group law."""

    def _compose(self, p: Tensor, q: Tensor) -> Tensor:
        return torch.remainder(p + 2 * q, self.n)


@pytest.mark.parametrize("law", [laws.associativity, laws.identity, laws.inverse])
def test_broken_law_is_seen(law) -> None:
    a = Lopsided(5).element([1])
    assert law(*[a] * law.__code__.co_argcount) > 0.1


class Sheared(SE2):
    """A distance that compares parameters: shifts are not turned back."""

    def distance(self, a: Element, b: Element) -> Tensor:
        return (a.params - b.params + a.params[..., :1]).norm(dim=-1)


def test_distance_that_is_not_invariant_is_seen() -> None:
    def residual(group: Group) -> Tensor:
        return laws.left_invariance(*(group.element(p) for p in ([1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [2.0, 3.0, 1.0])))

    assert residual(SE2()) < 1e-6
    assert residual(Sheared()) > 0.01


@settings(max_examples=8)
@given(data=st.data())
def test_distance_to_oneself_is_zero(group, data) -> None:
    (a,) = draw(data, group, (3,), torch.float64, 1)
    assert (group.distance(a, a) < 1e-10).all()


@settings(max_examples=10)
@given(data=st.data())
def test_exp_and_log(lie_group, shape, dtype, tolerance, data) -> None:
    v = data.draw(vectors(lie_group, shape, dtype))
    assert laws.log_of_exp(lie_group, v) < tolerance
    assert laws.exp_of_log(lie_group.exp(v)) < tolerance


def test_wrong_exp_is_seen() -> None:
    class Doubled(SO2):
        def _exp(self, v):
            return 2 * v

    assert laws.log_of_exp(Doubled(), torch.tensor([0.3])) > 0.1
    assert laws.exp_of_log(Doubled().element([0.3])) > 0.1


@pytest.mark.parametrize("size", [1e-6, 1e-9])
def test_near_the_identity(lie_group, size, dtype, tolerance) -> None:
    generator = torch.Generator().manual_seed(0)
    v = size * torch.randn((3, 7, lie_group.algebra_dim), generator=generator, dtype=dtype)
    a, b, c = map(lie_group.exp, v)
    assert laws.associativity(a, b, c) < tolerance
    assert laws.inverse(a) < tolerance
    assert laws.exp_of_log(a) < tolerance
    if lie_group != Affine2():  # its parameters are near one, where small differences have no digits
        assert laws.relative_error(lie_group.log(lie_group.exp(v)), v) < 10 * tolerance
        assert laws.relative_error(lie_group.log(a @ b), v[0] + v[1]) < 10 * tolerance + size * 10


def test_lost_digits_are_seen() -> None:
    v = torch.tensor([1e-9], dtype=torch.float64)
    remainder = torch.remainder(v + math.pi, 2 * math.pi) - math.pi
    assert laws.relative_error(SO2().log(SO2().exp(v)), v) == 0
    assert laws.relative_error(remainder, v) > 1e-8


@pytest.mark.parametrize("size", [0.0, 1e-9, 1.0])
def test_gradients_are_finite(lie_group, size, dtype) -> None:
    v = (size * torch.ones(lie_group.algebra_dim, dtype=dtype)).requires_grad_()
    a = lie_group.exp(v)
    lie_group.log(a @ ~a @ a).sum().backward()
    torch.testing.assert_close(v.grad, torch.ones_like(v), rtol=0.0, atol=1e-2 if dtype == torch.float32 else 1e-6)


def test_reflections_have_no_log() -> None:
    with pytest.raises(ValueError, match="reflection"):
        O2().log(O2().element([1.0, 0.5]))


def test_half_turn_has_no_affine_log() -> None:
    with pytest.raises(ValueError, match="eigenvalue"):
        Affine2().log(Affine2().element([-1.0, 0.0, 0.0, 1.0, 0.0, 0.0]))


@settings(max_examples=10)
@given(data=st.data())
def test_automorphism(semidirect_product, data) -> None:
    h, k = draw(data, semidirect_product.second, (4,), torch.float64, 2)
    n, m = draw(data, semidirect_product.first, (4,), torch.float64, 2)
    assert laws.automorphism(semidirect_product, h, k, n, m) < 1e-10


def test_map_that_is_no_automorphism_is_seen() -> None:
    def slide(h: Element, n: Element) -> Element:
        return Element(n.group, (n.params + h.params) % 5)

    group = SemidirectProduct(Torus(5, 5), Cyclic(4), slide)
    h, n = Cyclic(4).element([1]), Torus(5, 5).element([1, 2])
    assert laws.automorphism(group, h, h, n, n) > 0.1


def test_elements(finite_group) -> None:
    everything, order = finite_group.elements(), finite_group.order
    assert everything.shape == (order,)
    assert finite_group.index(everything).tolist() == list(range(order))
    assert laws.apart(everything[0], finite_group.identity()) == 0
    products = finite_group.index(everything[:, None] @ everything)
    assert products.sort().values.equal(torch.arange(order).expand(order, order))
    assert (finite_group.distance(everything[:, None], everything) > 0).equal(~torch.eye(order, dtype=torch.bool))


def test_samples_are_elements(group, shape) -> None:
    generator = torch.Generator().manual_seed(0)
    a = group.sample(*shape, generator=generator)
    assert a.shape == shape
    assert laws.inverse(a) < 1e-3
    again = group.sample(*shape, generator=torch.Generator().manual_seed(0))
    assert a.params.equal(again.params)


@pytest.mark.parametrize("group", [SO2(), SE2(), Translation(2), SO3(), Cyclic(8), Torus(9, 9), Dihedral(4)], ids=str)
def test_ball_keeps_its_radius(group) -> None:
    norms = group.norm(group.ball(1.6, 1000, generator=torch.Generator().manual_seed(0)))
    assert norms.max() <= 1.6 + 1e-5
    assert norms.max() > 0.7
    assert group.norm(group.sample(1000, generator=torch.Generator().manual_seed(0))).max() > 1.6


def test_ball_with_a_radius_per_coordinate() -> None:
    generator = torch.Generator().manual_seed(0)
    v = SE2().log(SE2().ball((0.1, 3.0, 0.0), 1000, generator=generator))
    assert torch.allclose(v.abs().amax(0), torch.tensor([0.1, 3.0, 0.0]), rtol=0.05)
    motions = SemidirectProduct(Translation(2), Cyclic(8)).ball(((2.0, 0.0), 0.8), 1000, generator=generator)
    assert motions.params.abs().amax(0).tolist() == pytest.approx([2.0, 0.0, 7.0], rel=0.05)


def test_random_elements_are_uniform_where_the_group_is_compact() -> None:
    generator = torch.Generator().manual_seed(0)
    turns = SO3().norm(SO3().sample(20000, generator=generator))  # density (1 - cos a) / pi
    assert turns.mean() == pytest.approx(math.pi / 2 + 2 / math.pi, rel=0.02)
    assert O2().sample(20000, generator=generator).params[:, 0].mean() == pytest.approx(0.5, abs=0.02)
    counts = torch.bincount(Cyclic(4).sample(20000, generator=generator).params[:, 0])
    assert (counts / 5000 - 1).abs().max() < 0.05


def test_nothing_leaves_the_device(group) -> None:
    a, b = group.sample(2, device="meta"), group.identity(3, 1, device="meta")
    assert (a @ ~b).device.type == "meta"
    assert group.norm(a).device.type == "meta"


def test_autocast_does_not_touch_elements(group) -> None:
    a, b = group.sample(2, 20, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        inside, norm = a @ ~b, group.norm(a)
    assert inside.params.equal((a @ ~b).params)
    assert norm.equal(group.norm(a))


def test_autocast_is_seen() -> None:
    m = torch.rand(3, 3, generator=torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        assert laws.relative_error((m @ m).float(), matmul(m, m)) > 1e-4
