"""Scenes of digits: drawn one by one, rendered exactly under any motion, with exact masks, boxes and poses."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from groups import Element, Similarity2
from groups.strategies import elements
from homossl.data import Digits, DigitScenes, MovedScenes, Scenes
from homossl.data.scenes.glyphs import glyphs
from homossl.data.scenes.layout import drawn, lay_out
from homossl.data.scenes.objects import boxes_of
from homossl.data.scenes.rendering import texture
from homossl.train.spec_json import decode, encode

SMALL = DigitScenes(size=33, test=8, noise=0.0)


def all_of(scenes: Any) -> Any:
    (batch,) = scenes.scenes([torch.arange(len(scenes))])
    return batch


def ink_and_ground(spec: DigitScenes, g: Element) -> list[Tensor]:
    """Fields of some digits and of their grounds, moved by g and by the specification's own motion."""
    shapes, pose = glyphs("test"), Similarity2().element([[0.3, math.log(12.0), 2.0, -1.0]]).to(torch.float64)
    layout = lay_out(drawn(0, True, range(2), 3), shapes, spec)
    own = spec.motion @ g.to(torch.float64) @ pose
    return [shapes.at(own, torch.tensor([7]), spec.size), texture(layout, spec)]


@given(elements(Similarity2()), st.integers(0, 3))
def test_a_turned_scene_is_the_turned_scene(g: Element, quarters: int) -> None:
    still, turned = (ink_and_ground(SMALL.moved(turn=90.0 * n), g) for n in (0, quarters))
    assert all((a.rot90(quarters, (-2, -1)) - b).abs().max() < 1e-10 for a, b in zip(still, turned, strict=True))


def test_a_scene_turned_by_another_angle_is_another() -> None:
    e = Similarity2().identity()
    still, turned = ink_and_ground(SMALL, e), ink_and_ground(SMALL.moved(turn=89.0), e)
    assert all((a.rot90(1, (-2, -1)) - b).abs().max() > 1e-3 for a, b in zip(still, turned, strict=True))


@given(st.integers(0, 3), st.integers(-9, 9), st.integers(-9, 9))
def test_motions_of_the_pixels_move_pixels(quarters: int, right: int, up: int) -> None:
    motion = {"turn": 90.0 * quarters, "shift": (float(right), float(up))}
    rendered = all_of(SMALL.moved(**motion).load("test"))
    warped = all_of(MovedScenes(SMALL, **motion).load("test"))
    inside = warped.mask != 255
    assert (rendered.mask == warped.mask)[inside].all()
    assert (rendered.x - warped.x)[:, 0][inside].abs().max() < 1e-5


def test_motions_compose() -> None:
    once = SMALL.moved(turn=30.0, shift=(2.0, 0.0)).moved(zoom=0.8, turn=-10.0)
    assert once.turn == 20.0
    both = SMALL.moved(turn=-10.0, zoom=0.8).motion @ SMALL.moved(turn=30.0, shift=(2.0, 0.0)).motion
    torch.testing.assert_close(once.motion.params, both.params)
    assert once.load("test").held.x.dtype == torch.float32


def test_between_the_pixels_rendering_is_close_to_warping() -> None:
    motion = {"turn": 25.0, "zoom": 0.9, "shift": (3.0, -2.0)}
    rendered, warped = all_of(SMALL.moved(**motion).load("test")), all_of(MovedScenes(SMALL, **motion).load("test"))
    inside = warped.mask != 255
    assert (rendered.mask == warped.mask)[inside].float().mean() > 0.97
    assert rendered.mask.ne(255).all()  # and there is no border
    other = all_of(SMALL.moved(**motion | {"turn": -25.0}).load("test"))
    assert (other.mask == warped.mask)[inside].float().mean() < 0.95  # control


def test_a_scene_depends_on_its_number_only() -> None:
    few, many = (DigitScenes(size=17, test=n).load("test") for n in (3, 70))
    assert few.held.x.equal(many.held.x[:3])
    assert few.held.labels[2].equal(many.held.labels[2])
    assert DigitScenes(size=17, test=70).load("test").held.x.equal(many.held.x)
    assert not DigitScenes(size=17, test=70, seed=1).load("test").held.x.equal(many.held.x)
    assert not DigitScenes(size=17, train=70).load("train").held.x.equal(many.held.x)


def test_each_split_shows_its_own_digits() -> None:
    for split in ("train", "test"):
        assert glyphs(split).labels.equal(Digits(8).load(split).y)
    spec, test = DigitScenes(size=17, test=20), DigitScenes(size=17, test=20).load("test")
    layout = lay_out(drawn(0, True, range(20), 3), glyphs("test"), spec)
    assert test.labels.equal(glyphs("test").labels[layout.which[:, 0]])
    assert not test.labels.equal(glyphs("train").labels[layout.which[:, 0]])  # control


def test_masks_boxes_and_labels_tell_of_the_same_digits() -> None:
    scenes = DigitScenes(size=33, test=30, count=(2, 4), overlap=0.6).load("test")
    held = scenes.held
    assert {len(labels) for labels in held.labels} >= {2, 3, 4}
    for i, (seen, labels) in enumerate(zip(held.instances or (), held.labels, strict=True)):
        assert seen.sum(0).max() <= 1
        assert held.mask is not None
        classes = (seen * (1 + labels[:, None, None])).sum(0)
        assert (classes == held.mask[i])[seen.any(0)].all()
        assert boxes_of(seen).equal((held.boxes or ())[i])
        assert scenes.labels[i] == labels[0]


def test_noise_contrast_and_colour_leave_what_is_seen_alone() -> None:
    plain, noisy, coloured = (
        DigitScenes(size=33, test=8, **knobs).load("test")
        for knobs in ({"noise": 0.0, "contrast": 0.0}, {"noise": 0.1}, {"channels": 3, "noise": 0.0, "contrast": 0.0})
    )
    assert all(plain.held.mask.equal(other.held.mask) for other in (noisy, coloured))  # type: ignore[union-attr]
    assert not plain.held.x.equal(noisy.held.x)
    assert (coloured.held.x[:, 0] - plain.held.x[:, 0]).abs().max() < 1e-6
    assert (coloured.held.x[:, 0] - coloured.held.x[:, 1]).abs().max() > 0.05
    ground = plain.held.x[:, 0][plain.held.mask == 0]  # type: ignore[index]
    assert ground.median() == pytest.approx(0.3)
    assert plain.held.x[:, 0][plain.held.mask > 0].min() > 0.3 + 1e-3  # type: ignore[operator]


def test_poses_tell_where_digits_are() -> None:
    spec = DigitScenes(size=65, test=10, overlap=0.0)
    still, moved = spec.load("test"), spec.moved(turn=40.0, zoom=0.8, shift=(3.0, 5.0)).load("test")
    g = spec.moved(turn=40.0, zoom=0.8, shift=(3.0, 5.0)).motion
    for i, poses in enumerate(still.poses or ()):
        boxes = (still.held.boxes or ())[i]
        x, y = poses.params[:, 2:].unbind(-1)
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2 - 32.5
        side = poses.params[:, 1].exp()
        assert ((middle[:, 0] - x).abs() < 0.3 * side).all()
        assert ((middle[:, 1] + y).abs() < 0.3 * side).all()
        torch.testing.assert_close((g @ poses).params, (moved.poses or ())[i].params)


def test_overlap_is_a_knob_and_digits_lie_in_the_image() -> None:
    def share(scenes: Scenes) -> Tensor:
        """How much of its own box-free area each digit shows."""
        whole = torch.cat([poses.params[:, 1].mul(2).exp() for poses in scenes.poses or ()])
        return torch.cat([seen.sum((1, 2)) for seen in scenes.held.instances or ()]) / whole

    apart, close = (DigitScenes(size=65, test=40, count=(3, 3), overlap=o).load("test") for o in (0.0, 1.0))
    assert share(apart).min() > 0.2 > share(close).min()
    assert sum(map(len, apart.held.labels)) == 120
    for seen in apart.held.instances or ():
        assert seen[:, 1:-1, 1:-1].sum() == seen.sum()


def test_turns_and_sizes_are_within_their_spans() -> None:
    scenes = DigitScenes(size=33, test=30, turn_span=20.0, scale_span=(0.3, 0.5)).load("test")
    angle, scale = torch.cat([poses.params for poses in scenes.poses or ()])[:, :2].unbind(-1)
    assert 15 < angle.rad2deg().abs().max() <= 20
    assert 0.3 * 33 <= scale.exp().min() < 0.35 * 33 < 0.45 * 33 < scale.exp().max() <= 0.5 * 33


def test_digits_that_leave_are_dropped_and_scenes_keep_their_class() -> None:
    still, gone = SMALL.load("test"), SMALL.moved(shift=(100.0, 0.0)).load("test")
    assert sum(map(len, gone.held.labels)) == 0
    assert gone.held.mask is not None
    assert not gone.held.mask.any()
    assert gone.labels.equal(still.labels)
    half = SMALL.moved(shift=(15.0, 0.0)).load("test")
    assert 0 < sum(map(len, half.held.labels)) < sum(map(len, still.held.labels))
    for seen, poses in zip(half.held.instances or (), half.poses or (), strict=True):
        assert (seen.sum((1, 2)) >= 0.25 * 0.2 * poses.params[:, 1].mul(2).exp()).all()


def test_recipes_hold_it() -> None:
    spec = DigitScenes(size=33, count=(2, 5)).moved(turn=10.0, shift=(1.0, 2.0))
    assert decode(encode(spec), "data") == spec


@pytest.mark.parametrize(
    ("knobs", "told"),
    [
        ({"count": (0, 3)}, r"count is \(least, greatest\), at least 1; got DigitScenes"),
        ({"count": (3, 2)}, "count is"),
        ({"size": 0}, "size, train and test are at least 1"),
        ({"turn_span": 181.0}, "turn_span is"),
        ({"scale_span": (0.2, 0.9)}, "scale_span is"),
        ({"overlap": 1.5}, "overlap and contrast"),
        ({"noise": -0.1, "channels": 2}, "noise is finite and not negative, nor is the seed; channels is 1 or 3"),
        ({"zoom": 0.0}, "a zoom above 0"),
    ],
)
def test_knobs_beyond_their_range_are_named(knobs: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        DigitScenes(**knobs)
