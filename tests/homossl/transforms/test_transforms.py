"""Photometric transforms against torchvision's, one sample at a time; what commutes with motions; what is refused."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.transforms.v2 import functional as tv

from groups import SO2, Cyclic, Dihedral, hue_action, image_action
from groups.action import Hiding
from groups.strategies import elements
from homossl.transforms import ColorJitter, GaussianBlur, RandomGrayscale, SaturationHue, Solarize, colour, published

D4 = Dihedral(4)
CHANGES = {
    "brightness": (colour.brightness, tv.adjust_brightness),
    "contrast": (colour.contrast, tv.adjust_contrast),
    "saturation": (colour.saturation, tv.adjust_saturation),
}
EVERY = [ColorJitter.simclr(1.0), RandomGrayscale(), SaturationHue(p=0.6), GaussianBlur(3), Solarize()]


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(n: int = 6, c: int = 3, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.rand(n, c, 9, 9, generator=rng(), dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("name", CHANGES)
@given(factors=st.lists(st.floats(0, 2), min_size=3, max_size=3))
def test_single_changes_are_torchvisions(name, factors):
    ours, theirs = CHANGES[name]
    x = images(3)
    changed = colour.recolour(x, ours(x, torch.tensor(factors, dtype=x.dtype)))
    expected = torch.stack([theirs(image, factor) for image, factor in zip(x, factors, strict=True)])
    torch.testing.assert_close(changed, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", CHANGES)
def test_control_another_factor_is_another_change(name):
    ours, theirs = CHANGES[name]
    x = images(1)
    changed = colour.recolour(x, ours(x, torch.tensor([0.5], dtype=x.dtype)))
    assert (changed - theirs(x, 0.6)).abs().max() > 1e-3


@pytest.mark.parametrize("name", ["brightness", "contrast"])
def test_grey_images_may_change_brightness_and_contrast(name):
    ours, theirs = CHANGES[name]
    x = images(2, c=1)
    changed = colour.recolour(x, ours(x, torch.tensor([0.3, 1.7], dtype=x.dtype)))
    torch.testing.assert_close(changed, torch.stack([theirs(x[0], 0.3), theirs(x[1], 1.7)]), rtol=0, atol=1e-6)


@given(angle=elements(SO2(), (2,)))
def test_hue_is_the_group_action_clipped(angle):
    x = images(2)
    changed = colour.recolour(x, colour.hue(x, angle.params[:, 0].double()))
    torch.testing.assert_close(changed, hue_action()(angle.to(torch.float64), x).clamp(0, 1), rtol=0, atol=1e-6)


def replayed(jitter: ColorJitter, x: torch.Tensor, seed: int) -> torch.Tensor:
    """What a jitter of p = 1 does, one sample and one change at a time."""
    generator, n = rng(seed), len(x)
    torch.rand(n, generator=generator)
    factors = [torch.rand(n, generator=generator) for _ in range(4)]
    order = torch.rand(n, 4, generator=generator).argsort(1)
    strengths = [jitter.brightness, jitter.contrast, jitter.saturation]
    amounts = [max(0.0, 1 - v) + (1 + v - max(0.0, 1 - v)) * u for v, u in zip(strengths, factors[:3], strict=True)]
    amounts.append(2 * math.pi * jitter.hue * (2 * factors[3] - 1))
    turn = [tv.adjust_brightness, tv.adjust_contrast, tv.adjust_saturation, turn_hue]
    for i in range(n):
        for k in order[i].tolist():
            x[i] = turn[k](x[i], amounts[k][i].item())
    return x


def turn_hue(x: torch.Tensor, angle: float) -> torch.Tensor:
    return hue_action()(SO2().element([angle], dtype=x.dtype), x).clamp(0, 1)


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_jitter_is_its_changes_one_after_the_other_in_each_samples_order(strength):
    jitter = ColorJitter(*[0.8 * strength] * 3, 0.2 * strength, p=1)
    x = images(8)
    torch.testing.assert_close(jitter(x, rng(1)), replayed(jitter, x.clone(), 1), rtol=0, atol=1e-6)
    assert (jitter(x, rng(2)) - replayed(jitter, x.clone(), 1)).abs().max() > 0.05  # control


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_saturation_over_octaves_and_then_hue(dtype):
    transform, x, generator = SaturationHue(), images(8, dtype=dtype), rng(1)
    torch.rand(8, generator=generator)
    u, turn = (2 * torch.rand(8, generator=generator) - 1 for _ in range(2))
    inside = 0.4 + 0.05 * x  # where nothing is clipped
    saturated = [tv.adjust_saturation(image, 2 ** (2 * v)) for image, v in zip(inside, u.tolist(), strict=True)]
    expected = hue_action()(SO2().element(0.2 * math.pi * turn[:, None], dtype=dtype), torch.stack(saturated))
    torch.testing.assert_close(transform(inside, rng(1)), expected, rtol=0, atol=1e-6)
    assert (transform(inside, rng(2)) - expected).abs().max() > 1e-2  # control


def test_no_strength_and_grey_images_change_nothing():
    x, grey = images(), images(c=1).expand(-1, 3, -1, -1)
    assert (SaturationHue(0, 0)(x, rng()) - x).abs().max() < 1e-6
    assert torch.equal(ColorJitter(p=1)(x, rng()), x)
    assert (SaturationHue()(grey, rng()) - grey).abs().max() < 3e-4  # the weights of the grey value add up to 0.9999
    assert (SaturationHue()(x, rng()) - x).abs().max() > 0.1  # control


def test_the_published_strengths():
    assert list(published.HINGE_CIFAR) == [SaturationHue(2.0, 0.1, p=1.0)]
    assert ColorJitter.simclr(0.5) == ColorJitter(0.4, 0.4, 0.4, 0.1, p=0.8)
    assert list(published.CIFAR) == [ColorJitter.simclr(0.5), RandomGrayscale(0.2)]
    *colours, blur, solarize = published.IMAGENET
    assert (colours[0], colours[1], solarize) == (ColorJitter.simclr(1.0), RandomGrayscale(0.2), Solarize(0.5, 0.2))
    assert blur == GaussianBlur(23, (0.1, 2.0), p=0.5)


def test_grayscale_solarisation_and_blur_are_torchvisions():
    x = images()
    torch.testing.assert_close(RandomGrayscale(p=1)(x), tv.rgb_to_grayscale(x, 3), rtol=0, atol=1e-6)
    assert torch.equal(Solarize(0.3, p=1)(x), tv.solarize(x, 0.3))
    assert not torch.equal(Solarize(0.3, p=1)(x), tv.solarize(x, 0.4))  # control
    blur, generator = GaussianBlur(7, p=1), rng(5)
    torch.rand(6, generator=generator)
    sigmas = 0.1 + 1.9 * torch.rand(6, generator=generator)
    expected = torch.stack([tv.gaussian_blur(image, [7, 7], [s]) for image, s in zip(x, sigmas.tolist(), strict=True)])
    torch.testing.assert_close(blur(x, rng(5)), expected, rtol=0, atol=1e-6)
    assert (blur(x, rng(6)) - expected).abs().max() > 1e-2  # control


@pytest.mark.parametrize("transform", EVERY, ids=lambda t: type(t).__name__)
def test_a_sample_is_changed_with_its_probability_and_the_others_are_left(transform):
    x = images(2000)
    changed, *amounts = transform.draw(x, rng())
    y = transform.apply(x, changed, *amounts)
    assert torch.equal(y[~changed], x[~changed])
    assert (y != x).flatten(1).any(1)[changed].double().mean() > 0.9  # all but blurs of no width
    assert abs(changed.double().mean() - transform.p) < 4 * math.sqrt(transform.p * (1 - transform.p) / len(x))


@pytest.mark.parametrize("transform", EVERY, ids=lambda t: type(t).__name__)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16])
def test_values_stay_in_range_and_dtype(transform, dtype):
    y = transform(images(16, dtype=dtype), rng())
    assert y.dtype == dtype
    assert 0 <= y.min() <= y.max() <= 1


@pytest.mark.parametrize("transform", EVERY, ids=lambda t: type(t).__name__)
@given(g=elements(D4, (6,)))
def test_photometric_transforms_commute_with_motions(transform, g):
    action, x = image_action(D4, 3), images()
    assert transform.photometric
    torch.testing.assert_close(action(g, transform(x, rng())), transform(action(g, x), rng()), rtol=0, atol=1e-12)


def test_control_a_transform_of_places_does_not_commute():
    action, x, g = image_action(Cyclic(4), 3), images(), Cyclic(4).element([[1]])
    shade = torch.linspace(0, 1, 9)
    assert (action(g, shade * x) - shade * action(g, x)).abs().max() > 0.1


def test_draws_are_a_function_of_the_generator_and_leave_the_global_one_alone():
    state, x = torch.random.get_rng_state(), images()
    for transform in EVERY:
        assert torch.equal(transform(x, rng(1)), transform(x, rng(1)))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_autocast_does_not_round_pixels():
    x = images(dtype=torch.float32)
    for transform in EVERY:
        plain = transform(x, rng())
        with torch.autocast("cpu", torch.bfloat16):
            assert torch.equal(transform(x, rng()), plain)


def test_only_solarisation_hides():
    assert [isinstance(transform, Hiding) for transform in EVERY] == [False, False, False, False, True]
    x = images(64)
    y, hidden = Solarize().hide(x, rng())
    assert torch.equal((y != x).flatten(1).any(1), hidden)
    assert 0 < hidden.sum() < 64


@pytest.mark.parametrize("transform", EVERY, ids=lambda t: type(t).__name__)
@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.bool])
def test_images_that_hold_no_floats_are_refused(transform, dtype):
    name = type(transform).__name__
    with pytest.raises(ValueError, match=rf"{name} takes images of floats in \[0, 1\], got x of dtype {dtype}"):
        transform(torch.ones(2, 3, 9, 9, dtype=dtype))


@pytest.mark.parametrize("transform", EVERY, ids=lambda t: type(t).__name__)
def test_an_empty_batch_stays_empty(transform):
    changed, *amounts = transform.draw(images(0), rng())
    y = transform.apply(images(0), changed, *amounts)
    assert (y.shape, changed.shape) == ((0, 3, 9, 9), (0,))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ColorJitter(brightness=-0.1), "ColorJitter.brightness is a finite number, not negative, got -0.1"),
        (lambda: ColorJitter(hue=0.6), "ColorJitter.hue is at most half a turn, 0.5, got 0.6"),
        (lambda: ColorJitter(contrast=math.inf), "ColorJitter.contrast is a finite number, not negative, got inf"),
        (lambda: ColorJitter(saturation=(0.1, 0.2)), r"ColorJitter.saturation is a finite number, .* got \(0.1, 0.2\)"),
        (lambda: ColorJitter(p=None), "ColorJitter.p is a probability, got None"),
        (lambda: Solarize(threshold=math.nan), "Solarize.threshold is a finite number, got nan"),
        (lambda: SaturationHue(octaves=-1), "SaturationHue.octaves is a finite number, not negative, got -1"),
        (lambda: SaturationHue(hue=0.6), "SaturationHue.hue is at most half a turn, 0.5, got 0.6"),
        (lambda: SaturationHue(p=2), "SaturationHue.p is a probability, got 2"),
        (
            lambda: SaturationHue()(images(c=1)),
            r"SaturationHue changes the colours of images \(b 3 h w\), got x of shape",
        ),
        (lambda: GaussianBlur(3.0), "GaussianBlur.kernel is an odd number of pixels, got 3.0"),
        (lambda: GaussianBlur(3, 1.0), r"GaussianBlur.sigma is a tuple \(low, high\), finite and above 0, got 1.0"),
        (lambda: GaussianBlur(3, (1, math.inf)), r"GaussianBlur.sigma is a tuple .* got \(1, inf\)"),
        (lambda: GaussianBlur(3, [1.0, 2.0]), r"GaussianBlur.sigma is a tuple .* got \[1.0, 2.0\]"),
        (lambda: RandomGrayscale(p=1.5), "RandomGrayscale.p is a probability, got 1.5"),
        (lambda: GaussianBlur(4), "GaussianBlur.kernel is an odd number of pixels, got 4"),
        (lambda: GaussianBlur(3, (0.0, 1.0)), r"GaussianBlur.sigma is a tuple .* got \(0.0, 1.0\)"),
        (lambda: GaussianBlur(19)(images()), r"a kernel of 19 pixels does not fit images of shape \(6, 3, 9, 9\)"),
        (lambda: ColorJitter(hue=0.1)(images(c=1)), r"saturation or hue changes the colours of images \(b 3 h w\)"),
        (lambda: RandomGrayscale()(images(c=2)), "images with 1 or 3 channels, got x of shape"),
        (lambda: Solarize()(images()[0]), r"Solarize takes images \(b c h w\), got x of shape \(3, 9, 9\)"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
