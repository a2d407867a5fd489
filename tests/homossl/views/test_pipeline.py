"""Motion and transforms together: against a float64 reference, one image after another; in parts as in one."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.transforms.v2 import functional as tv

from groups import SO2, Affine2, Cyclic, Transform, host, hue_action, image_action
from homossl.transforms import ColorJitter, RandomGrayscale, published
from homossl.types import Batch
from homossl.views import InputAugmentation, RandomAffine, RandomResizedCrop, parts

SIZE, N = 16, 5
BORDER = image_action(Affine2(), 3, padding="border")
JITTER, GREY = ColorJitter.simclr(0.5), RandomGrayscale(0.2)


def rng(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(n: int = N) -> torch.Tensor:
    return torch.rand(n, 3, SIZE, SIZE, generator=rng(0))


def crop_of(image: torch.Tensor, box: list[float], flipped: bool) -> torch.Tensor:
    """A crop (top, left, height, width) read on its own grid of SIZE x SIZE points, bilinearly, in float64."""
    top, left, height, width = box
    middles = (torch.arange(SIZE, dtype=torch.float64) + 0.5) / SIZE
    across = width * (1 - middles if flipped else middles) + left - 0.5
    rows, columns = (nearness((place).clamp(0, SIZE - 1)) for place in (height * middles + top - 0.5, across))
    return torch.einsum("ih,chw,jw->cij", rows, image.double(), columns)


def nearness(place: torch.Tensor) -> torch.Tensor:
    """The weights of SIZE pixels in the value at a place, (k) -> (k SIZE)."""
    return (1 - (place[:, None] - torch.arange(SIZE)).abs()).clamp_min(0)


def jittered(x: torch.Tensor, amounts: list[float], order: list[int]) -> torch.Tensor:
    turn = [tv.adjust_brightness, tv.adjust_contrast, tv.adjust_saturation, turn_hue]
    for k in order:
        x = turn[k](x, amounts[k])
    return x


def turn_hue(x: torch.Tensor, angle: float) -> torch.Tensor:
    return hue_action()(SO2().element([angle], dtype=x.dtype), x).clamp(0, 1)


def reference(x: torch.Tensor, seed: int) -> torch.Tensor:
    """Crops, then SimCLR's jitter and grey, image by image in float64, from the numbers that the pipeline draws."""
    generator, n = rng(seed), 2 * N
    flipped = torch.rand(2, N, generator=generator) < 0.5
    boxes = RandomResizedCrop(SIZE).boxes(2, N, generator=generator).flatten(0, 1).tolist()
    changed, *factors = (torch.rand(n, generator=generator).double() for _ in range(5))
    order = torch.rand(n, 4, generator=generator).argsort(1).tolist()
    grey = torch.rand(n, generator=generator) < GREY.p
    amounts = [*(0.6 + 0.8 * u for u in factors[:3]), 2 * math.pi * JITTER.hue * (2 * factors[3] - 1)]
    views = []
    for i in range(n):
        view = crop_of(x[i % N], boxes[i], bool(flipped.flatten()[i]))
        view = jittered(view, [a[i].item() for a in amounts], order[i]) if changed[i] < JITTER.p else view
        views.append(tv.rgb_to_grayscale(view, 3) if grey[i] else view)
    return torch.stack(views)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**20))
def test_views_are_a_reference_in_float64(seed):
    x = images()
    draw = InputAugmentation(BORDER, RandomResizedCrop(SIZE), transforms=(JITTER, GREY)).draw(Batch(x), rng(seed))
    torch.testing.assert_close(draw.x.double(), reference(x, seed), rtol=0, atol=1e-4)
    other = (draw.x - reference(x, seed + 1)).abs().amax((1, 2, 3))
    assert (other > 1e-2).all()  # control: other draws are other views


SOURCES = {
    "crop": InputAugmentation(BORDER, RandomResizedCrop(SIZE), transforms=published.large(SIZE + 24)),
    "affine": InputAugmentation(BORDER, RandomAffine(SIZE), transforms=published.HINGE_CIFAR),
    "coarse": InputAugmentation(BORDER, RandomResizedCrop(SIZE), transforms=published.CIFAR, out=8),
    "turns": InputAugmentation(image_action(Cyclic(4), 3), transforms=published.CIFAR),
}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("samples", [1, 3, 10])
def test_parts_of_a_batch_give_the_views_of_the_whole(name, samples, monkeypatch):
    monkeypatch.setattr(host, "at_hand", lambda x: False)
    whole = SOURCES[name].draw(Batch(images()), rng(1))
    monkeypatch.undo()
    monkeypatch.setattr(parts, "CACHE", samples * images()[0].nbytes // torch.get_num_threads())
    draw = SOURCES[name].draw(Batch(images()), rng(1))
    torch.testing.assert_close(draw.x, whole.x, rtol=0, atol=1e-6)
    assert torch.equal(draw.g.params, whole.g.params)
    assert (draw.hidden is None) == (whole.hidden is None) == (name != "crop")
    assert draw.hidden is None or whole.hidden is None or torch.equal(draw.hidden, whole.hidden)
    assert (draw.x - SOURCES[name].draw(Batch(images()), rng(2)).x).abs().max() > 0.1  # control


def test_parts_cover_every_view_once(monkeypatch):
    x, seen = images(7), []
    monkeypatch.setattr(parts, "CACHE", 3 * x[0].nbytes // torch.get_num_threads())

    def f(part: parts.Part) -> torch.Tensor:
        seen.append(part)
        return x[part[1]].expand(part[0].stop - part[0].start, -1, -1, -1, -1)

    assert torch.equal(parts.in_parts(f, 2, x), x.expand(2, -1, -1, -1, -1))
    assert len(seen) == 2 * 3


class Average(Transform):
    """The mean of the batch in place of each sample: not to be applied to parts of it."""

    photometric = True

    def __call__(self, x: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
        return x.mean(0, keepdim=True).expand_as(x)


def test_transforms_that_read_the_batch_see_all_of_it(monkeypatch):
    source = InputAugmentation(BORDER, RandomResizedCrop(SIZE), transforms=(*published.CIFAR, Average()))
    monkeypatch.setattr(parts, "CACHE", 1)
    view = source.draw(Batch(images()), rng(0)).x
    torch.testing.assert_close(view, view[:1].expand_as(view))
    assert not torch.equal(*SOURCES["crop"].draw(Batch(images()), rng(0)).x[:2])  # control


def test_a_batch_of_none_has_no_views():
    draw = SOURCES["crop"].draw(Batch(images(0)), rng(0))
    assert draw.x.shape == (0, 3, SIZE, SIZE)
    assert draw.hidden is not None
    assert draw.hidden.shape == (0,)


def test_images_are_left_as_they_are():
    x = images()
    for source in SOURCES.values():
        source.draw(Batch(x), rng(0))
    assert torch.equal(x, images())
