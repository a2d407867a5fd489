"""FullOrbit: every element of a finite group once, from one feature field, and every two of the views a pair."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given

from groups import (
    SE2,
    SO2,
    Cyclic,
    Dihedral,
    FieldAction,
    Regular,
    SemidirectProduct,
    Torus,
    Translation,
    image_action,
)
from groups.strategies import elements
from homossl.recipes import hssl
from homossl.train import Recipe
from homossl.types import Batch, Draw
from homossl.views import FullOrbit, Near, Uniform, Window

SIDE = 5
C4, D4, C8 = Cyclic(4), Dihedral(4), Cyclic(8)
P4 = SemidirectProduct(Torus(SIDE, SIDE), C4)
TURNS = {group: FieldAction(group, 2 * Regular(group)) for group in (C4, D4, C8)}
SHIFTED = FieldAction(P4, 2 * Regular(C4), padding="circular")


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def features(action: FieldAction, b: int = 3) -> torch.Tensor:
    return torch.randn(b, action.fibre.dim, SIDE, SIDE, dtype=torch.float64, generator=rng())


def orbit(source: FullOrbit, action: FieldAction, z: torch.Tensor):
    return source.on(action).pair(z, source.on(action).draw(Batch(z), rng()), action)


@pytest.mark.parametrize("window", [Window(), Window(3), Window(1, 1)], ids=str)
@pytest.mark.parametrize("group", TURNS, ids=str)
def test_there_is_a_view_for_every_element(group, window):
    action, z = TURNS[group], features(TURNS[group])
    seen = orbit(FullOrbit(window=window), action, z)
    assert len(seen.views) == group.order
    for view, g in zip(seen.views, group.elements(), strict=True):
        assert torch.equal(view, window.read(action, g.expand(1, 3), z)[0])
    assert not torch.equal(seen.views[1], seen.views[0])


@given(elements(P4, (2, 3)))
def test_of_a_group_with_shifts_the_point_group_turns_the_drawn_place(g):
    z, source = features(SHIFTED), FullOrbit(SHIFTED, window=Window(3))
    place, turns = g[0], P4.element(torch.tensor([[0, 0, k] for k in range(4)]))
    seen = source.pair(z, Draw(z, turns[:, None] @ place), SHIFTED)
    for view, turn in zip(seen.views, turns, strict=True):
        assert torch.equal(view, SHIFTED.read(turn, SHIFTED(place, z), (slice(1, 4), slice(1, 4))))


def test_places_are_drawn_as_the_motion_says():
    z = features(SHIFTED, b=64)
    rest, drawn = FullOrbit(SHIFTED).draw(Batch(z), rng()), FullOrbit(SHIFTED, Uniform()).draw(Batch(z), rng())
    assert rest.g.shape == drawn.g.shape == (4, 64)
    assert len(rest.g[0].params.unique(dim=0)) == 1
    assert len(drawn.g[0].params.unique(dim=0)) > 32
    motions = drawn.g[2] @ ~drawn.g[1]
    assert motions.params.unique(dim=0).tolist() == [[0, 0, 1]]


@pytest.mark.parametrize("group", [C4, D4], ids=str)
@pytest.mark.parametrize("window", [Window(), Window(3)], ids=str)
def test_the_motion_of_every_pair_takes_left_to_right(group, window):
    action, z = TURNS[group], features(TURNS[group])
    pairs = orbit(FullOrbit(motion=Uniform(), window=window), action, z).pairs()
    assert len(pairs) == group.order * (group.order - 1) // 2
    for pair in pairs:
        assert torch.equal(pair.action(pair.motion, pair.left), pair.right)
    first = pairs[0]
    assert not torch.allclose(first.action(~first.motion, first.left), first.right) or group == D4


def test_joined_pairs_are_all_pairs_one_after_the_other():
    seen = orbit(FullOrbit(motion=Uniform()), TURNS[C4], features(TURNS[C4]))
    seen = replace(seen, hidden=torch.tensor([True, False, False]))
    joined, pairs = seen.joined(), seen.pairs()
    for name in ("left", "right", "hidden"):
        assert torch.equal(getattr(joined, name), torch.cat([getattr(pair, name) for pair in pairs]))
    assert torch.equal(joined.motion.params, torch.cat([pair.motion.params for pair in pairs]))
    assert torch.equal(joined.poses.params, torch.cat([pair.poses.params for pair in pairs], dim=1))


def test_quarter_turns_of_c8_are_gathered_and_turns_by_45_degrees_are_not():
    z = features(TURNS[C8])
    pixels = {*z.flatten().tolist()}
    copied = [{*view.flatten().tolist()} <= pixels for view in orbit(FullOrbit(), TURNS[C8], z).views]
    assert copied == [True, False] * 4


def test_an_orbit_is_read_in_one_call(monkeypatch):
    calls = []
    monkeypatch.setattr(
        FieldAction, "_read", lambda self, g, x, window: calls.append(g.shape) or x.expand(*g.shape, -1, -1, -1)
    )
    orbit(FullOrbit(), TURNS[C8], features(TURNS[C8]))
    assert calls == [(8, 3)]


@pytest.mark.parametrize(
    ("subgroup", "count"), [(None, 4), (Cyclic(2), 2), (Torus(SIDE, SIDE), 25), (P4, 100)], ids=str
)
def test_another_subgroup_may_be_chosen(subgroup, count):
    assert len(FullOrbit(SHIFTED, subgroup=subgroup).elements()) == count


@pytest.mark.parametrize(
    ("action", "subgroup", "error", "message"),
    [
        (image_action(SO2()), None, TypeError, r"a finite group, got SO2\(\) of SO2\(\): choose a subgroup"),
        (image_action(SE2()), None, TypeError, r"a finite group, got SO2\(\) of SE2\(\)"),
        (image_action(SemidirectProduct(Translation(2), C4)), Translation(2), TypeError, "a finite group, got Transl"),
        (image_action(Torus(5, 5)), None, ValueError, r"Cyclic\(n=1\) of Torus\(h=5, w=5\) has 1 element: choose"),
        (image_action(C4), Cyclic(3), TypeError, r"Cyclic\(n=3\) is not known as a subgroup of Cyclic\(n=4\)"),
    ],
)
def test_what_is_no_orbit_is_refused_before_training(action, subgroup, error, message):
    with pytest.raises(error, match=message):
        FullOrbit(subgroup=subgroup).on(action)


def test_features_of_another_group_and_sources_without_an_action_are_refused():
    z = features(TURNS[C4])
    with pytest.raises(ValueError, match="FullOrbit has no action"):
        FullOrbit().draw(Batch(z), rng())
    with pytest.raises(TypeError, match=r"elements of Cyclic\(n=4\), but the features are moved by"):
        FullOrbit().pair(z, Draw(z, C4.identity(4, 3)), FieldAction(C8, Regular(C8)))


def test_latents_without_a_grid_have_an_orbit():
    z, rho = torch.randn(2, 4, generator=rng()), Regular(C4)
    seen = FullOrbit(rho).pair(z, Draw(z, C4.elements()[:, None].expand(4, 2)), rho)
    assert all(torch.equal(view, rho(g, z)) for view, g in zip(seen.views, C4.elements(), strict=True))


def test_recipes_are_read_back_from_json():
    recipe = replace(hssl, views=FullOrbit(motion=Near((3.0, 1.6)), window=Window(5), subgroup=Cyclic(2)))
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert Recipe.from_json(recipe.to_json()) != hssl


@pytest.mark.parametrize("mean", [False, True])
def test_a_mean_window_reads_the_mean_of_the_window(mean):
    z, window = features(TURNS[C8]), Window(3, mean=mean)
    g, whole = C8.sample(2, 3, generator=rng()), Window(3).read(TURNS[C8], C8.sample(2, 3, generator=rng()), z)
    averaged = whole.mean((-2, -1), keepdim=True)
    assert torch.allclose(window.read(TURNS[C8], g, z), averaged if mean else whole, rtol=0, atol=1e-12)
    assert window.crop(TURNS[C8], z).shape[-2:] == ((1, 1) if mean else (3, 3))
    assert not torch.allclose(window.read(TURNS[C8], ~g, z), averaged if mean else whole)
