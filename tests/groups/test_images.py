"""Groups moving images: exactly on the pixel lattice, within a declared budget elsewhere."""

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
    Affine2,
    Cyclic,
    Dihedral,
    Element,
    FieldAction,
    Group,
    LieGroup,
    PointwiseAction,
    SemidirectProduct,
    Similarity2,
    Torus,
    Translation,
    Trivial,
    hue_action,
    image_action,
)
from groups.strategies import elements, fields
from groups.warp import sample, sampling_grid, source_lines
from proofs_check import laws

TURNS = [Cyclic(1), Cyclic(2), Cyclic(4), Dihedral(1), Dihedral(2), Dihedral(4)]


def lattice_groups(side: int) -> list[Group]:
    return [*TURNS, Torus(side, side), *[SemidirectProduct(Torus(side, side), turns) for turns in TURNS]]


def numbered(h: int, w: int) -> Tensor:
    """An image whose pixels all differ, so that every wrong motion shows."""
    return torch.arange(1.0, h * w + 1).reshape(1, h, w)


@pytest.mark.parametrize("side", [3, 4])
@pytest.mark.parametrize("which", range(13))
def test_lattice_motions_are_exact_actions(side, which) -> None:
    action = image_action(lattice_groups(side)[which])
    g, x = action.group.elements(), numbered(side, side)
    assert action.exact
    assert laws.action_identity(action, x) == 0
    assert laws.action_composition(action, g[:, None], g, x) == 0


class Inverted(FieldAction):
    """g moves as g^-1 does: a right action."""

    def act(self, g: Element, x: Tensor) -> Tensor:
        return super().act(~g, x)


def test_right_action_is_seen() -> None:
    g = Dihedral(4).elements()
    action = Inverted(Dihedral(4), Trivial(Dihedral(4)))
    assert laws.action_composition(action, g[:, None], g, numbered(3, 3)) > 0.1


def test_zeros_beyond_the_border_are_no_torus() -> None:
    x, g = numbered(4, 4), Translation(2).element([1.0, 0.0])
    action = image_action(Translation(2))
    assert laws.action_composition(action, ~g, g, x) > 0.1
    assert laws.action_composition(image_action(Translation(2), padding="circular"), ~g, g, x) < 1e-6


@pytest.mark.parametrize("side", [4, 5])
def test_same_as_torch(side) -> None:
    x, turn, torus = numbered(side, side), Dihedral(4).element, Torus(side, side).element
    for k in range(4):
        rotated = torch.rot90(x, k, (-2, -1))
        assert image_action(Cyclic(4))(Cyclic(4).element([k]), x).equal(rotated)
        assert image_action(SO2())(SO2().element([k * math.pi / 2]), x).equal(rotated)
        assert image_action(Dihedral(4))(turn([0, k]), x).equal(rotated)
        assert image_action(Dihedral(4))(turn([1, k]), x).equal(torch.rot90(x.flip(-1), k, (-2, -1)))
    assert image_action(O2())(O2().element([1.0, 0.0]), x).equal(x.flip(-1))
    assert image_action(Torus(side, side))(torus([1, 3]), x).equal(x.roll((1, 3), (-2, -1)))
    by_pixels = image_action(Translation(2), padding="circular")
    assert by_pixels(Translation(2).element([3.0, -1.0]), x).equal(x.roll((1, 3), (-2, -1)))
    assert not image_action(Cyclic(4))(Cyclic(4).element([1]), x).equal(torch.rot90(x, -1, (-2, -1)))


def test_sides_may_differ_where_axes_are_kept() -> None:
    g, x = SemidirectProduct(Torus(2, 3), Dihedral(2)).elements(), numbered(2, 3)
    assert laws.action_composition(image_action(g.group), g[:, None], g, x) == 0
    with pytest.raises(ValueError, match=r"Cyclic\(n=4\) turns square grids, got a field of shape \(1, 2, 3\)"):
        image_action(Cyclic(4))(Cyclic(4).identity(), x)


def test_interpolated_quarter_turns_are_not_exact() -> None:
    x, quarter = torch.rand(1, 33, 33, generator=torch.Generator().manual_seed(0)), torch.tensor([math.pi / 2])
    c, s, zero = quarter.cos(), quarter.sin(), torch.zeros(1)
    turn = torch.stack([c, s, zero, -s, c, zero, zero, zero, zero + 1], dim=-1).reshape(1, 3, 3)
    grid = sampling_grid(source_lines(turn, 33, 33), 33, 33, "zeros")
    assert not sample(x[None], grid, "zeros")[0].equal(torch.rot90(x, 1, (-2, -1)))


def blob(side: int) -> Tensor:
    """A smooth image that vanishes at the border, the same at every resolution."""
    t = torch.linspace(-1, 1, side, dtype=torch.float64)
    x, y = torch.meshgrid(t, t, indexing="xy")
    return (torch.exp(-12 * (x**2 + y**2)) * (1 + torch.sin(4 * x + 2 * y)))[None]


def small_motions(group: Group, side: int) -> tuple[Element, Element]:
    """The same two motions at every resolution: shifts are fractions of the image."""
    generator = torch.Generator().manual_seed(0)
    place = {"generator": generator, "dtype": torch.float64}
    if group == SemidirectProduct(Translation(2), Cyclic(8)):
        shifts = small_motions(Translation(2), side)
        turns = [Cyclic(8).element([k]).expand(8) for k in (1, 3)]
        return tuple(group.pair(n, h) for n, h in zip(shifts, turns, strict=True))  # type: ignore[return-value]
    if not isinstance(group, LieGroup):
        g = group.sample(2, 8, generator=generator)
        return g[0], g[1]
    v = 0.6 * torch.rand((2, 8, group.algebra_dim), **place) - 0.3
    shift = {Translation: 0, SE2: 1, Similarity2: 2, Affine2: 4}.get(type(group), group.algebra_dim)
    v[..., shift:] *= side / 4
    return tuple(map(group.exp, v))  # type: ignore[return-value]


INEXACT = [Cyclic(8), Dihedral(3), SO2(), O2(), Translation(2), SE2(), Similarity2(), Affine2()]
INEXACT = [*INEXACT, SemidirectProduct(Translation(2), Cyclic(8))]


@pytest.mark.parametrize("group", INEXACT, ids=str)
def test_interpolation_keeps_its_budget(group) -> None:
    action, errors = image_action(group), []
    for side in (17, 33, 65):
        g, h = small_motions(group, side)
        errors.append(laws.action_composition(action, g, h, blob(side)).item())
    assert not action.exact
    assert errors[0] < action.tolerance
    assert errors[2] < errors[1] / 2 < errors[0] / 4
    assert laws.action_identity(action, blob(17)) == 0


def test_wrong_order_breaks_the_budget() -> None:
    action, turn, shift = image_action(SE2()), [1.5, 0.0, 0.0], [0.0, 8.0, 0.0]
    g, h = (SE2().element(params, dtype=torch.float64) for params in (turn, shift))
    assert laws.action_composition(action, g, h, blob(65)) < action.tolerance
    assert laws.relative_error(action(h @ g, blob(65)), action(g, action(h, blob(65)))) > action.tolerance


def test_composed_motions_are_resampled_once() -> None:
    x = torch.rand(1, 17, 17, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    action, g = image_action(SO2()), SO2().element([0.4], dtype=torch.float64)
    assert action(~g @ g, x).equal(x)
    assert laws.relative_error(action(~g, action(g, x)), x) > 0.05


@settings(max_examples=15)
@given(data=st.data())
def test_drawn_motions_of_drawn_images(dtype, data) -> None:
    action = image_action(SemidirectProduct(Torus(5, 5), Dihedral(4)), channels=2)
    g, h = (data.draw(elements(action.group, (3,))) for _ in "gh")
    x = data.draw(fields(action.fibre, 5, (3,), dtype))
    assert laws.action_composition(action, g, h, x) == 0


def test_batches_broadcast() -> None:
    x = torch.rand(3, 2, 5, 5, generator=torch.Generator().manual_seed(0))
    g = SE2().sample(4, 3, generator=torch.Generator().manual_seed(0))
    moved = image_action(SE2(), channels=2)(g, x)
    assert moved.shape == (4, 3, 2, 5, 5)
    one_by_one = [[image_action(SE2(), channels=2)(g[i, j], x[j]) for j in range(3)] for i in range(4)]
    torch.testing.assert_close(moved, torch.stack([torch.stack(row) for row in one_by_one]), rtol=0.0, atol=1e-5)


@pytest.mark.parametrize("padding", ["zeros", "border", "circular"])
def test_padding(padding) -> None:
    x, action = numbered(3, 3), image_action(Translation(2), padding=padding)
    left = {"zeros": torch.zeros(1, 3), "border": x[..., 0], "circular": x[..., -1]}[padding]
    moved = action(Translation(2).element([1.0, 0.0]), x)
    assert moved[..., 0].equal(left)
    assert moved[..., 1:].equal(x[..., :-1])
    halfway = action(Translation(2).element([0.5, 0.0]), x)
    torch.testing.assert_close(halfway[..., 0], (x[..., 0] + left) / 2)


@pytest.mark.parametrize("padding", ["zeros", "border", "circular"])
@pytest.mark.parametrize("batch", [(), (2, 3)])
def test_gradients(padding, batch) -> None:
    x = torch.rand(*batch, 1, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    v = torch.tensor([0.3, 0.1, 0.37, -0.21], dtype=torch.float64, requires_grad=True)
    action = image_action(Similarity2(), padding=padding)
    assert torch.autograd.gradcheck(lambda x, v: action(Similarity2().exp(v), x), (x, v))


def test_gradient_of_lattice_motions_is_a_permutation() -> None:
    x = numbered(3, 3).requires_grad_()
    image_action(Cyclic(4))(Cyclic(4).elements(), x).sum().backward()
    assert x.grad is not None
    assert x.grad.equal(torch.full_like(x, 4.0))


@pytest.mark.parametrize("group", [Cyclic(4), SE2(), Torus(9, 9)], ids=str)
def test_autocast_does_not_touch_motions(group) -> None:
    g = group.sample(5, generator=torch.Generator().manual_seed(0))
    x = blob(9).float()
    with torch.autocast("cpu", torch.bfloat16):
        inside = image_action(group)(g, x)
    assert inside.equal(image_action(group)(g, x))


def test_half_precision_images_are_read_at_exact_points() -> None:
    g, x = SE2().element([0.5, 3.3, 1.7]), blob(129).float()
    low = image_action(SE2())(g, x.bfloat16())
    assert low.dtype == torch.bfloat16
    assert laws.relative_error(low.float(), image_action(SE2())(g, x)) < 5e-3


@pytest.mark.parametrize(
    "group", [Cyclic(4), Dihedral(6), SE2(), O2(), SemidirectProduct(Torus(5, 5), Cyclic(4))], ids=str
)
def test_nothing_leaves_the_device(group) -> None:
    moved = image_action(group)(group.sample(2, device="meta"), torch.zeros(2, 1, 5, 5, device="meta"))
    assert moved.device.type == "meta"


def test_hue() -> None:
    action, third = hue_action(), SO2().element([2 * math.pi / 3], dtype=torch.float64)
    x = torch.rand(2, 3, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    g, h = SO2().sample(2, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert laws.action_identity(action, x) < 1e-12
    assert laws.action_composition(action, g, h, x) < 1e-12
    torch.testing.assert_close(action(third, x), x.roll(1, dims=-3))
    torch.testing.assert_close(action(g, x).mean(-3), x.mean(-3))


class Clipped(PointwiseAction):
    """Colours clipped to [0, 1]: no action, as displays would have it."""

    def act(self, g: Element, x: Tensor) -> Tensor:
        return super().act(g, x).clamp(0, 1)


def test_clipped_hue_is_seen() -> None:
    red = torch.tensor([1.0, 0.0, 0.0]).reshape(3, 1, 1)
    g = SO2().element([1.0])
    assert laws.action_composition(Clipped(hue_action().representation), g, g, red) > 0.01


def test_a_product_with_its_own_automorphism_does_not_move_the_plane() -> None:
    straight = SemidirectProduct(Torus(5, 5), Cyclic(4), automorphism=lambda h, n: n)
    with pytest.raises(TypeError, match="automorphism of its own"):
        image_action(straight)
    assert image_action(SemidirectProduct(Torus(5, 5), Cyclic(4))).exact, "control"


def test_what_is_no_element_no_padding_and_no_order_is_named() -> None:
    turn = image_action(Cyclic(4))
    with pytest.raises(TypeError, match=r"moves by elements, such as Cyclic\(n=4\)\.identity\(\), got 1"):
        turn(1, torch.zeros(1, 3, 3))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="got 'circlar'"):
        image_action(Cyclic(4), 1, "circlar")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"n >= 1, got 2\.5"):
        Cyclic(2.5)  # type: ignore[arg-type]
