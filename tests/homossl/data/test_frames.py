"""Pairs of frames: a user's own, and two fixations of an image, which differ by the motion that is named."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
import torch

from groups import SE2, Cyclic, Element, SemidirectProduct, Similarity2, Torus, Translation, image_action
from groups.group import Group
from homossl.data import AnySamples, Data, Digits, Frames, FromDataset, Images, Loader, Saccades
from homossl.encoders import CNN
from homossl.evaluate import evaluate

C4 = Cyclic(4)
P4 = SemidirectProduct(Translation(2), C4)


def own(n: int = 6, dtype: torch.dtype = torch.uint8) -> Frames:
    x = torch.randint(256, (n, 2, 1, 5, 5), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    x = x if dtype == torch.uint8 else x / 255
    return Frames(x, C4.element(torch.arange(n)[:, None] % 4), torch.arange(n) % 2, ("cat", "dog"))


@dataclass(frozen=True)
class Blobs:
    """A smooth picture, the same for every sample: bilinear values are off by (0.0082 + 0.0082) / 8 at most."""

    n: int = 40
    side: int = 65

    def load(self, split) -> Images:
        y, x = torch.meshgrid(*[torch.linspace(-1, 1, self.side)] * 2, indexing="ij")
        spots = torch.exp(-8 * ((x - 0.3) ** 2 + (y + 0.2) ** 2)) + 0.7 * torch.exp(-12 * ((x + 0.3) ** 2 + y**2))
        return Images((spots / 2).expand(self.n, 1, -1, -1).contiguous(), torch.zeros(self.n).long(), ("blob",))


def everything(data: Data):
    images = data.load("train")
    return next(iter(images.batches([torch.arange(len(images))])))


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_frames_come_in_the_order_asked_for_with_their_motions(dtype):
    frames = own(dtype=dtype)
    first, second = frames.to("cpu").batches([torch.tensor([3, 0]), torch.tensor([5])])
    assert (len(frames), frames.shape, frames.classes) == (6, (1, 5, 5), ("cat", "dog"))
    assert (first.x.shape, first.x.dtype, second.x.shape) == ((2, 2, 1, 5, 5), torch.float32, (1, 2, 1, 5, 5))
    assert torch.equal(first.x, own(dtype=torch.float32).x[[3, 0]])
    assert torch.equal(first.still, first.x[:, 0])
    assert first.motion.params.flatten().tolist() == [3, 0]
    assert first.y.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": torch.zeros(6, 1, 5, 5)}, r"\(n 2 c h w\), got \(6, 1, 5, 5\)"),
        ({"x": torch.zeros(6, 3, 1, 5, 5)}, r"\(n 2 c h w\), got \(6, 3, 1, 5, 5\)"),
        ({"x": torch.full((6, 2, 1, 5, 5), 2.0)}, r"floats in \[0, 1\]"),
        ({"motion": C4.identity(5)}, r"one for each sample, \(6,\), got \(5,\)"),
        ({"y": torch.full((6,), 2)}, r"labels in 0..1, got 2..2"),
    ],
)
def test_malformed_frames_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(own(), **change)


@pytest.mark.parametrize(
    ("group", "reach"),
    [
        (Translation(2), 4.0),
        (SE2(), (0.4, 3.0, 3.0)),
        (P4, (3.0, 1.6)),
        (Similarity2(), (0.3, 0.1, 3.0, 3.0)),
        (C4, 4.0),
    ],
    ids=str,
)
def test_the_motion_takes_the_first_fixation_to_the_second(group: Group, reach):
    batch = everything(Saccades(Blobs(), 33, reach, group))
    assert batch.x.shape == (40, 2, 1, 33, 33)
    assert batch.motion is not None
    assert batch.motion.group == group
    assert inner_error(batch, batch.motion) < 3 * 0.0021  # three resamples
    assert inner_error(batch, ~batch.motion) > 0.03  # control


def inner_error(batch, motion: Element) -> float:
    """The greatest error of g x1 = x2 where both fixations see the picture."""
    action, (first, second) = image_action(motion.group), batch.x.unbind(1)
    seen = (action(motion, torch.ones_like(first)) == 1) & (action(motion, torch.ones_like(first) / 2) == 0.5)
    assert seen.float().mean() > 0.3
    return ((action(motion, first) - second).abs() * seen).max().item()


def test_fixations_are_a_function_of_the_seed_and_the_split():
    data = Saccades(Digits(9), 5, 2.0)
    one, other = everything(data), everything(data)
    assert torch.equal(one.x, other.x)
    assert not torch.equal(one.x, everything(replace(data, seed=1)).x)
    train, test = (data.load(split).poses.params for split in ("train", "test"))
    assert not torch.equal(train[:, :500], test)
    assert train.norm(dim=-1).max() <= 2
    assert train.norm(dim=-1).max() > 1.9


def test_fixations_of_a_streamed_data_set_are_those_of_the_held_one():
    images = Digits(9).load("test")
    items = list(zip(images.x, images.y, strict=True))[:20]
    held = Saccades(FromDataset(items, items, 9, images.classes), 5, 2.0)
    streamed = Saccades(FromDataset(items, items, 9, images.classes, memory_limit=10), 5, 2.0)
    for a, b in zip(Loader(held.load("train"), 6).epoch(1), Loader(streamed.load("train"), 6).epoch(1), strict=True):
        assert torch.equal(a.x, b.x)
        assert a.motion is not None
        assert b.motion is not None
        assert torch.equal(a.motion.params, b.motion.params)


@pytest.mark.parametrize("size", [0, 4, 11])
def test_fixations_that_do_not_fit_are_refused(size):
    with pytest.raises(ValueError, match=f"at most the sides of 9 x 9 images, even or odd as they are, got {size}"):
        Saccades(Digits(9), size, 2.0).load("test")


def test_senseless_saccades_are_refused():
    with pytest.raises(ValueError, match="non-negative integer, got -1"):
        Saccades(Digits(9), 5, 2.0, seed=-1)
    for reach in (-1.0, float("nan"), (1.0, float("inf")), [1.0, 2.0]):
        with pytest.raises(ValueError, match=r"Saccades.reach is finite and not negative, a number or a tuple"):
            Saccades(Digits(9), 5, reach)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="does not shift the plane"):
        Saccades(Digits(9), 5, 2.0, Translation(3))
    with pytest.raises(ValueError, match="shifts a 7 x 7 grid"):
        everything(Saccades(Digits(9), 5, 2.0, Torus(7, 7)))


def test_probes_see_the_first_frame():
    images = Digits(9).load("test")
    encoder = CNN(structure="plain", fields=(1,), steps=(1,)).build(Cyclic(1), 1, 9)

    def scores(data: AnySamples):
        return evaluate(encoder, data, data, labels_per_class=(1,), repeats=1).to_dict()

    frames = torch.stack([images.x, images.x.flip(-1)], dim=1)
    still = C4.identity(len(images))
    first, last = (Frames(x, still, images.y, images.classes) for x in (frames, frames.flip(1)))
    assert scores(first) == scores(images)
    assert scores(last) == scores(replace(images, x=images.x.flip(-1)))
    assert scores(first) != scores(last)  # control
