"""Moved inputs: what follows the motion, whether its action on the views stays known, and what hides it."""

from __future__ import annotations

import pytest
import torch

from groups import (
    SO2,
    Cyclic,
    FieldAction,
    Homomorphism,
    Pullback,
    Regular,
    Similarity2,
    Transform,
    hue_action,
    image_action,
)
from groups.action import Hiding
from homossl.types import Batch
from homossl.views import InputAugmentation, Near

C4 = Cyclic(4)
FIELD = FieldAction(C4, 3 * Regular(C4))


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


def test_transforms_follow_the_motion_of_the_inputs():
    x = torch.rand(2, 1, 9, 9, generator=rng())
    plain = InputAugmentation(image_action(C4)).draw(Batch(x), rng())
    negative = InputAugmentation(image_action(C4), transforms=(Negative(),)).draw(Batch(x), rng())
    assert torch.equal(negative.x, 1 - plain.x)
    for transforms in (Negative(), [Negative()]):
        with pytest.raises(TypeError, match=r"InputAugmentation.transforms is a tuple of Transforms, got .*Negative"):
            InputAugmentation(image_action(C4), transforms=transforms)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="transforms holds Transforms"):
        InputAugmentation(image_action(C4), transforms=(image_action(C4),))  # type: ignore[arg-type]


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
