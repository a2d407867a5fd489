"""EfferencePair: two real frames and the motion between them."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given

from groups import SE2, SO2, Cyclic, Element, FieldAction, Regular, Translation, image_action
from groups.strategies import elements
from homossl.types import Batch, Draw
from homossl.views import EfferencePair, FeatureFibre, InputAugmentation, Window

C4 = Cyclic(4)
FIELD = FieldAction(C4, Regular(C4))
IMAGES = image_action(C4)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def frames(motion: Element) -> Batch:
    first = torch.rand(len(motion), 1, 5, 5, generator=rng())
    return Batch(torch.stack([first, IMAGES(motion, first)], dim=1), motion=motion)


@given(elements(C4, (3,)))
def test_frames_enter_the_encoder_and_come_back_as_pairs(motion):
    source, batch = EfferencePair(C4), frames(motion)
    draw = source.draw(batch, rng())
    assert torch.equal(draw.x, torch.cat([batch.x[:, 0], batch.x[:, 1]]))
    pairs = source.pair(draw.x, draw, IMAGES)
    assert torch.equal(pairs.left, batch.x[:, 0])
    assert pairs.motion is not None
    assert torch.equal(pairs.motion.params, motion.params)
    assert pairs.action == IMAGES
    assert torch.equal(IMAGES(pairs.motion, pairs.left), pairs.right)


def test_control_the_inverse_motion_does_not_take_left_to_right():
    source, batch = EfferencePair(C4), frames(C4.element([[1], [3]]))
    pairs = source.pair(source.draw(batch, rng()).x, source.draw(batch, rng()), IMAGES)
    assert pairs.motion is not None
    assert not torch.allclose(IMAGES(~pairs.motion, pairs.left), pairs.right)


@given(elements(SE2(), (3,)))
def test_the_efference_copy_of_the_body_is_the_inverse_motion_of_the_picture(motion):
    source = EfferencePair(SE2())
    draw = source.draw(Batch(torch.zeros(3, 2, 1, 5, 5), motion=motion), rng())
    pairs = source.pair(torch.zeros(6, 4, 5, 5), draw, FIELD)
    assert pairs.action is None  # no action of SE(2) on features of C4 is known
    torch.testing.assert_close(pairs.efference("body").params, (~motion).params)


def test_windows_are_those_of_other_sources():
    batch = frames(C4.element([[1], [2]]))
    for window, known in ((Window(3), True), (Window(2), False), (Window(), True)):
        source = EfferencePair(C4, window=window)
        pairs = source.pair(source.draw(batch, rng()).x, source.draw(batch, rng()), IMAGES)
        assert (pairs.action is not None) == known
        assert torch.equal(pairs.left, window.crop(IMAGES, batch.x[:, 0]))


def test_the_group_is_the_encoders_unless_given():
    assert EfferencePair().on(FIELD).group == C4
    assert EfferencePair(SO2()).on(FIELD).group == SO2()
    with pytest.raises(ValueError, match="EfferencePair has no group: give one, or fill it in"):
        EfferencePair().draw(frames(C4.identity(2)), rng())


@pytest.mark.parametrize("group", [C4, Translation(2)], ids=str)
def test_an_example_is_drawn_as_a_batch_is(group):
    draw = EfferencePair(group).draw(EfferencePair(group).example((3, 5, 5)), rng())
    assert draw.x.shape == (2, 3, 5, 5)
    assert draw.g.group == group
    assert FeatureFibre(IMAGES).draw(FeatureFibre(IMAGES).example((3, 5, 5)), rng()).x.shape == (1, 3, 5, 5)


@pytest.mark.parametrize(
    ("batch", "error", "message"),
    [
        (Batch(torch.zeros(2, 1, 5, 5)), ValueError, "the motion between them, got motion=None"),
        (Batch(torch.zeros(2, 1, 5, 5), motion=C4.identity(2)), ValueError, r"\(b 2 c h w\) .* got x \(2, 1, 5, 5\)"),
        (Batch(torch.zeros(2, 2, 1, 5, 5), motion=C4.identity(3)), ValueError, r"and motions \(3,\)"),
        (
            Batch(torch.zeros(2, 2, 1, 5, 5), motion=SO2().identity(2)),
            TypeError,
            r"in Cyclic\(n=4\), got .* SO2",
        ),
    ],
)
def test_what_is_no_pair_of_frames_is_refused(batch, error, message):
    with pytest.raises(error, match=message):
        EfferencePair(C4).draw(batch, rng())


@pytest.mark.parametrize("source", [FeatureFibre, InputAugmentation])
def test_sources_that_move_single_images_take_the_first_frame(source):
    batch = frames(C4.element([[1], [3]]))
    draw, still = source(IMAGES).draw(batch, rng()), source(IMAGES).draw(Batch(batch.x[:, 0]), rng())
    assert isinstance(draw, Draw)
    assert torch.equal(draw.x, still.x)
