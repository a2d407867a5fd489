"""Views: what is drawn, what is read, and what is refused."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given

from groups import (
    Cyclic,
    Dihedral,
    FieldAction,
    Regular,
    SemidirectProduct,
    Torus,
    Transform,
    Translation,
    Trivial,
    image_action,
)
from groups.lattice import point
from groups.strategies import elements
from homossl.types import Batch, Draw
from homossl.views import FeatureFibre, InputAugmentation, Window

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


@pytest.mark.parametrize("source", [FeatureFibre, InputAugmentation])
@pytest.mark.parametrize("transform", [Negative(), Negative], ids=["instance", "class"])
def test_a_transform_is_refused_by_name(source, transform):
    with pytest.raises(TypeError, match=f"{source.__name__} needs a group action; Negative is"):
        source(transform)


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


@pytest.mark.parametrize(
    ("bad", "message"), [({"size": 0}, "Window.size must be"), ({"fibre": 0}, "Window.fibre must be")]
)
def test_empty_windows_are_refused(bad, message):
    with pytest.raises(ValueError, match=message):
        Window(**bad)


def test_windows_larger_than_the_field_are_refused():
    with pytest.raises(ValueError, match="7 x 7 cells does not fit a field on 5 x 5"):
        Window(7).crop(FIELD, features())
    with pytest.raises(ValueError, match="9 points of a fibre does not fit fibres of 4"):
        Window(1, 9).crop(FIELD, features())
    with pytest.raises(TypeError, match="needs a Field"):
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
