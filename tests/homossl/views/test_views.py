"""Views: what is drawn, what is read, and what is refused."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import (
    SO2,
    Cyclic,
    Dihedral,
    FieldAction,
    Homomorphism,
    Pullback,
    Regular,
    SemidirectProduct,
    Similarity2,
    Torus,
    Transform,
    Translation,
    Trivial,
    hue_action,
    image_action,
)
from groups.action import Hiding
from groups.lattice import point
from groups.strategies import elements
from homossl.types import Batch, Draw
from homossl.views import Bounded, FeatureFibre, InputAugmentation, Near, Uniform, Window

C4 = Cyclic(4)
FIELD = FieldAction(C4, 3 * Regular(C4))
P4 = SemidirectProduct(Torus(9, 9), C4)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def features(size: int = 5) -> torch.Tensor:
    return torch.randn(2, 12, size, size, dtype=torch.float64, generator=rng())


class Negative(Transform):
    """A transform to refuse."""

    def __call__(self, x: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
        return 1 - x


class Dim(Transform):
    """A photometric transform."""

    photometric = True

    def __call__(self, x: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
        return 0.999 * x


class HideBright(Hiding):
    """Hides the motion of bright samples."""

    photometric = True

    def hide(self, x: torch.Tensor, generator: torch.Generator | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        return x, x.amax((1, 2, 3)) > 0.99 * 0.999


class HideSome(Hiding):
    """Hides the motion of half of the samples."""

    def hide(self, x: torch.Tensor, generator: torch.Generator | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        return x, torch.rand(len(x), generator=generator) < 0.5


@given(elements(C4, (2, 2)))
def test_both_sources_read_the_same_views_of_a_moved_field(g):
    window, z = Window(3), features()
    fibre = FeatureFibre(FIELD, window=window).pair(z, Draw(z, g), FIELD)
    moved = FIELD(g, z).flatten(0, 1)
    augmented = InputAugmentation(FIELD, window=window).pair(moved, Draw(moved, g), FIELD)
    assert torch.equal(fibre.left, augmented.left)
    assert torch.equal(fibre.right, augmented.right)


@given(elements(C4, (2, 2)))
def test_the_motion_of_a_pair_takes_left_to_right(g):
    z = features()
    pairs = FeatureFibre(FIELD).pair(z, Draw(z, g), FIELD)
    assert pairs.action is not None
    assert torch.equal(pairs.action(pairs.motion, pairs.left), pairs.right)


def test_control_the_inverse_motion_does_not():
    z, g = features(), C4.element([[[0], [0]], [[1], [1]]])
    pairs = FeatureFibre(FIELD).pair(z, Draw(z, g), FIELD)
    assert pairs.action is not None
    assert pairs.motion is not None
    assert not torch.allclose(pairs.action(~pairs.motion, pairs.left), pairs.right)


@pytest.mark.parametrize("group", [C4, Dihedral(4)], ids=str)
@pytest.mark.parametrize(("side", "size"), [(5, 3), (5, 1), (5, 5), (6, 2), (6, 6)])
def test_a_centred_window_of_a_point_groups_field_moves_as_the_field(group, side, size):
    action = FieldAction(group, Regular(group) + Trivial(group))
    z = torch.randn(8, action.fibre.dim, side, side, generator=rng())
    source = FeatureFibre(action, window=Window(size))
    pairs = source.pair(z, source.draw(Batch(z), rng()), action)
    assert pairs.action == action
    assert torch.equal(pairs.action(pairs.motion, pairs.left), pairs.right)


@pytest.mark.parametrize(
    ("action", "window", "side"),
    [
        (FieldAction(P4, Regular(C4), padding="circular"), Window(3), 9),
        (FIELD, Window(3), 6),
        (FIELD, Window(2), 5),
        (FIELD, Window(3, fibre=1), 5),
        (FIELD, Window(fibre=1), 5),
    ],
    ids=["shifts", "odd in even", "even in odd", "fibre", "fibre of all"],
)
def test_control_other_windows_do_not_and_hide_the_action(action, window, side):
    z, g = torch.randn(8, action.fibre.dim, side, side, generator=rng()), action.group.sample(2, 8, generator=rng())
    pairs = FeatureFibre(action, window=window).pair(z, Draw(z, g), action)
    assert pairs.action is None
    assert pairs.motion is not None
    if window.fibre is None:
        shape = pairs.left.shape[-1]
        torus = FieldAction(C4, action.fibre)(point(pairs.motion), pairs.left)
        assert shape != side
        assert not torch.allclose(torus, pairs.right)


def test_photometric_transforms_leave_the_action_known_and_what_hides_is_collected():
    x = torch.rand(64, 3, 5, 5, generator=rng())
    source = InputAugmentation(image_action(C4, 3), transforms=(Dim(), HideBright(), Dim(), HideBright()))
    draw = source.draw(Batch(x), rng())
    z = torch.zeros(128, 12, 5, 5)
    pairs = source.pair(z, draw, FIELD)
    assert pairs.action == FIELD
    assert pairs.hidden is not None
    assert pairs.hidden.shape == (64,)
    assert torch.equal(pairs.hidden, (x.amax((1, 2, 3)) > 0.99))
    assert 0 < pairs.hidden.sum() < 64
    assert InputAugmentation(image_action(C4, 3), transforms=(Dim(),)).draw(Batch(x), rng()).hidden is None


def test_a_pair_is_hidden_if_either_view_is():
    x = torch.rand(400, 3, 5, 5, generator=rng())
    hidden = InputAugmentation(image_action(C4, 3), transforms=(HideSome(),)).draw(Batch(x), rng()).hidden
    assert hidden is not None
    assert abs(hidden.float().mean() - 0.75) < 0.1  # 1 - (1 - 1/2)^2


@pytest.mark.parametrize(
    ("window", "shape"), [(Window(), (12, 5, 5)), (Window(2), (12, 2, 2)), (Window(1, 1), (3, 1, 1))]
)
def test_window_shapes(window, shape):
    z = features()
    assert window.read(FIELD, C4.identity(2, 2), z).shape == (2, 2, *shape)
    assert window.crop(FIELD, z).shape == (2, *shape)


def test_a_single_fibre_is_the_value_at_the_moved_base_point():
    """f(T_g x)(u0) = f(x)(g^-1 u0) at the centre: the fibre coordinate of r^k is that of r^(k - g)."""
    z, g = features(), C4.element([[[1], [1]], [[0], [0]]])
    read = Window(1, 1).read(FIELD, g, z)[0, ..., 0, 0]
    assert torch.equal(read, z[:, :, 2, 2].unflatten(1, (3, 4))[..., 3])


@pytest.mark.parametrize("group", [C4, P4, SO2()], ids=str)
def test_uniform_draws_independent_pairs(group):
    g = Uniform().draw(group, 64, rng())
    assert g.shape == (2, 64)
    assert group.norm(g[1] @ ~g[0]).gt(0.1).any()


@pytest.mark.parametrize(("group", "radius"), [(Cyclic(8), 0.8), (SO2(), 0.3), (P4, (1.5, 0.1))], ids=str)
def test_bounded_draws_places_within_the_distance(group, radius):
    g = Bounded(radius).draw(group, 200, rng())
    apart = group.distance(~g[0], ~g[1])
    greatest = radius if isinstance(radius, float) else sum(r**2 for r in radius) ** 0.5
    assert apart.max() <= greatest + 1e-5
    assert apart.max() > 0
    assert group.norm(g[0]).max() > 1.5 * greatest


@pytest.mark.parametrize(("group", "radius"), [(Cyclic(8), 0.8), (SO2(), 0.3), (P4, (1.5, 0.1))], ids=str)
def test_near_draws_motions_within_the_radius(group, radius):
    g = Near(radius).draw(group, 200, rng())
    greatest = radius if isinstance(radius, float) else sum(r**2 for r in radius) ** 0.5
    assert 0 < group.norm(g).max() <= greatest + 1e-5


@given(st.integers(1, 4))
def test_draws_are_a_function_of_the_generator(n):
    one, two = (Uniform().draw(P4, n, rng()) for _ in range(2))
    assert torch.equal(one.params, two.params)


def test_a_product_wants_a_radius_for_each_factor():
    with pytest.raises(ValueError, match=r"two factors, got 0\.5"):
        Near(0.5).draw(P4, 2, rng())


@pytest.mark.parametrize("source", [FeatureFibre, InputAugmentation])
@pytest.mark.parametrize("transform", [Negative(), Negative], ids=["instance", "class"])
def test_a_transform_is_refused_by_name(source, transform):
    with pytest.raises(TypeError, match=f"{source.__name__} needs a group action; Negative is"):
        source(transform)


def test_transforms_follow_the_motion_of_the_inputs():
    x = torch.rand(2, 1, 9, 9, generator=rng())
    plain = InputAugmentation(image_action(C4)).draw(Batch(x), rng())
    negative = InputAugmentation(image_action(C4), transforms=(Negative(),)).draw(Batch(x), rng())
    assert torch.equal(negative.x, 1 - plain.x)
    with pytest.raises(TypeError, match="transforms holds Transforms"):
        InputAugmentation(image_action(C4), transforms=(image_action(C4),))  # type: ignore[arg-type]


def test_sources_without_an_action_say_so_and_take_the_encoders():
    with pytest.raises(ValueError, match="FeatureFibre has no action"):
        FeatureFibre().draw(Batch(features()), rng())
    assert FeatureFibre().on(FIELD).action is FIELD
    assert FeatureFibre(image_action(C4)).on(FIELD).action == image_action(C4)


def test_features_of_another_group_are_refused():
    z = features()
    draw = FeatureFibre(FIELD).draw(Batch(z), rng())
    with pytest.raises(TypeError, match=r"elements of Cyclic\(n=4\), but the features are moved by"):
        FeatureFibre(FIELD).pair(z, draw, FieldAction(Cyclic(8), Regular(Cyclic(8))))


def test_no_action_is_claimed_for_transformed_or_coloured_inputs():
    turns = Homomorphism(C4, SO2(), lambda g: SO2().element(torch.pi / 2 * g.params))
    x = torch.rand(2, 3, 9, 9, generator=rng())
    sources = {
        "plane": InputAugmentation(image_action(C4, 3)),
        "transformed": InputAugmentation(image_action(C4, 3), transforms=(Negative(),)),
        "coloured": InputAugmentation(Pullback(hue_action(), turns)),
    }
    pairs = {
        name: source.pair(features().repeat(2, 1, 1, 1), source.draw(Batch(x), rng()), FIELD)
        for name, source in sources.items()
    }
    assert {name: p.action is not None for name, p in pairs.items()} == {
        "plane": True, "transformed": False, "coloured": False
    }  # fmt: skip


def test_inputs_may_be_moved_by_another_group_than_features():
    x = torch.rand(2, 1, 9, 9, generator=rng())
    source = InputAugmentation(image_action(Similarity2()), motion=Near((0.3, 0.2, 1.0, 1.0)))
    draw = source.draw(Batch(x), rng())
    pairs = source.pair(features().repeat(2, 1, 1, 1), draw, FIELD)
    assert pairs.action is None
    assert pairs.motion is not None
    assert pairs.motion.group == Similarity2()


@pytest.mark.parametrize(("bad", "message"), [({"size": 0}, "size >= 1"), ({"fibre": 0}, "fibre >= 1")])
def test_empty_windows_are_refused(bad, message):
    with pytest.raises(ValueError, match=message):
        Window(**bad)


def test_windows_larger_than_the_field_are_refused():
    with pytest.raises(ValueError, match="7 x 7 cells does not fit a field on 5 x 5"):
        Window(7).crop(FIELD, features())
    with pytest.raises(ValueError, match="9 points of a fibre does not fit fibres of 4"):
        Window(1, 9).crop(FIELD, features())
    with pytest.raises(TypeError, match="needs a FieldAction"):
        Window(1).crop(Regular(C4), features())


def test_a_latent_without_a_grid_is_moved_whole():
    z, g = torch.randn(2, 4, generator=rng()), C4.sample(2, 2, generator=rng())
    rho = Regular(C4)
    pairs = FeatureFibre(rho).pair(z, Draw(z, g), rho)
    assert torch.equal(pairs.left, rho(g[0], z))


def test_shifts_beyond_the_border_read_zeros():
    group = SemidirectProduct(Translation(2), C4)
    action = FieldAction(group, Regular(C4))
    z = torch.ones(1, 4, 5, 5)
    far = group.element([[[9.0, 0.0, 0.0]], [[0.0, 0.0, 0.0]]])
    pairs = FeatureFibre(action, window=Window(1)).pair(z, Draw(z, far), action)
    assert pairs.left.abs().max() == 0
    assert pairs.right.min() == 1


@pytest.mark.parametrize("kind", [Near, Bounded])
@pytest.mark.parametrize("radius", [-1.0, float("nan"), float("inf"), (1.0, -1.0)])
def test_a_radius_is_finite_and_not_negative(kind, radius):
    with pytest.raises(ValueError, match=f"{kind.__name__}.radius is finite and not negative"):
        kind(radius)
