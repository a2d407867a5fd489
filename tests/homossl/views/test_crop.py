"""Random resized crops: torchvision's pictures inside, torchvision's distribution, and elements of a group."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.transforms.v2 import functional as tv

from groups import SE2, Affine2, Cyclic, Similarity2, Translation, image_action
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, RandomResizedCrop, crop_motion

SIDES = (24, 30)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(h: int, w: int, n: int = 1) -> torch.Tensor:
    return torch.rand(n, 3, h, w, generator=rng(), dtype=torch.float64)


@st.composite
def crops(draw, h: int = SIDES[0], w: int = SIDES[1]):
    height, width = draw(st.integers(4, h)), draw(st.integers(4, w))
    box = draw(st.integers(0, h - height)), draw(st.integers(0, w - width)), height, width
    return box, draw(st.booleans())


def theirs(x: torch.Tensor, box: tuple[int, ...], flipped: bool) -> torch.Tensor:
    y = tv.resized_crop(x, *box, size=list(x.shape[-2:]), antialias=False)
    return tv.horizontal_flip(y) if flipped else y


def inside(box: tuple[int, ...], flipped: bool, sides: tuple[int, int]) -> torch.Tensor:
    """Which pixels of the view are read between pixels of the crop."""
    masks = []
    for n, length in zip(sides, box[2:], strict=True):
        place = (torch.arange(n) + 0.5) * length / n - 0.5
        masks.append((place >= 0) & (place <= length - 1))
    return masks[0][:, None] & (masks[1].flip(0) if flipped else masks[1])


def difference(box: tuple[int, ...], flipped: bool, given: tuple[int, ...]) -> float:
    x = images(*SIDES)
    g = crop_motion(torch.tensor(given, dtype=torch.float64), torch.tensor(flipped), SIDES)
    ours = image_action(Affine2(), 3, padding="border")(g, x)
    return (ours - theirs(x, box, flipped))[..., inside(box, flipped, SIDES)].abs().max().item()


@given(crops())
def test_the_moved_picture_is_torchvisions_crop_inside(crop):
    box, flipped = crop
    assert difference(box, flipped, box) < 1e-5


def test_control_a_crop_one_pixel_aside_is_another_picture():
    for shift in ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)):
        box = (3, 4, 12, 15)
        assert difference(box, True, tuple(a + b for a, b in zip(box, shift, strict=True))) > 0.05


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_crops_keep_the_dtype_of_images(dtype):
    x, views = images(16, 16, 4), InputAugmentation(image_action(Affine2(), 3, padding="border"), RandomResizedCrop(16))
    exact, rounded = views.draw(Batch(x.float()), rng()), views.draw(Batch(x.to(dtype)), rng())
    assert rounded.x.dtype == dtype
    assert (exact.x - rounded.x.float()).abs().max() < 2 * torch.finfo(dtype).eps


@given(crops())
def test_the_window_of_a_crop_is_the_published_theta(crop):
    (t, l, h, w), flipped = crop
    (height, width), (sx, sy) = SIDES, (crop[0][3] / SIDES[1], crop[0][2] / SIDES[0])
    theta = ~crop_motion(torch.tensor([t, l, h, w], dtype=torch.float64), torch.tensor(flipped), SIDES)
    published = [-sx if flipped else sx, 0, 0, sy, sx - 1 + 2 * l / width, -sy + 1 - 2 * t / height]
    unit = theta.params.new_tensor([1, 1, 1, 1, 2 / width, 2 / height])
    torch.testing.assert_close(theta.params * unit, unit.new_tensor(published), rtol=0, atol=1e-12)


def test_half_of_the_views_are_flipped_and_views_are_independent():
    g = RandomResizedCrop(32).draw(Affine2(), 2000, rng())
    flipped = g.params[..., 0] < 0
    assert g.shape == (2, 2000)
    assert abs(flipped.float().mean() - 0.5) < 0.04
    assert abs((flipped[0] == flipped[1]).float().mean() - 0.5) < 0.05
    assert not (RandomResizedCrop(32, flip=0).draw(Affine2(), 50, rng()).params[..., 0] < 0).any()


def test_square_crops_are_similarities():
    square = RandomResizedCrop(32, ratio=(1, 1), flip=0)
    x = images(32, 32, 8)
    views = [
        image_action(G, 3, "border")(square.draw(G, 8, rng()).to(torch.float64), x) for G in (Similarity2(), Affine2())
    ]
    torch.testing.assert_close(*views, rtol=0, atol=1e-4)


@pytest.mark.parametrize(
    ("crop", "group"),
    [
        (RandomResizedCrop(32), Similarity2()),
        (RandomResizedCrop(32, ratio=(1, 1)), Similarity2()),
        (RandomResizedCrop(32, ratio=(1, 1), flip=0), SE2()),
        (RandomResizedCrop(32), Cyclic(4)),
    ],
)
def test_crops_that_are_no_elements_of_the_group_are_refused(crop, group):
    with pytest.raises(TypeError, match="draws elements of Affine2"):
        crop.draw(group, 2, rng())


def test_a_coarser_grid_is_torchvisions_smaller_crop_inside():
    x, out = images(24, 24, 6), 16
    views = InputAugmentation(image_action(Affine2(), 3, "border"), RandomResizedCrop(24, scale=(0.6, 1.0)), out=out)
    draw = views.draw(Batch(x), rng())
    crop = RandomResizedCrop(24, scale=(0.6, 1.0))
    generator = rng()
    flipped = (torch.rand(2, 6, generator=generator) < 0.5).flatten()
    boxes = crop.boxes(2, 6, generator=generator).flatten(0, 1).int().tolist()
    for view, image, box, flip in zip(draw.x, x.repeat(2, 1, 1, 1), boxes, flipped.tolist(), strict=True):
        expected = tv.resized_crop(image, *box, size=[out, out], antialias=False)
        expected = tv.horizontal_flip(expected) if flip else expected
        mask = inside(box, flip, (out, out))
        assert mask.float().mean() > 0.5
        assert (view - expected)[:, mask].abs().max() < 1e-5
        assert (view - tv.horizontal_flip(expected))[:, mask].abs().max() > 0.1  # control


def test_a_coarser_grid_hides_the_action_and_moves_by_any_group_of_the_plane():
    group = Translation(2)
    views = InputAugmentation(image_action(group, 3), out=5)
    draw = views.draw(Batch(images(9, 9, 2)), rng())
    pairs = views.pair(torch.zeros(4, 1, 5, 5), draw, image_action(group))
    assert draw.x.shape == (4, 3, 5, 5)
    assert pairs.action is None
    assert pairs.poses is not None
    assert pairs.poses.group == group


@pytest.mark.parametrize("out", [0, 6, 11])
def test_a_grid_that_does_not_fit_is_refused(out):
    with pytest.raises(ValueError, match=f"even or odd as it is, got {out} for 9 x 9"):
        InputAugmentation(image_action(Cyclic(4), 3), out=out).draw(Batch(images(9, 9)), rng())


@pytest.mark.parametrize("source", [InputAugmentation, FeatureFibre])
def test_crops_of_images_of_another_size_are_refused(source):
    with pytest.raises(ValueError, match=r"Crop\(size=32, .* is not meant for samples of shape \(3, 33, 33\)"):
        source(image_action(Affine2(), 3), RandomResizedCrop(32)).draw(Batch(images(33, 33)), rng())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "size is a whole number, at least 1, got 0"),
        ({"size": 9.5}, "size is a whole number, at least 1, got 9.5"),
        ({"size": 8, "scale": (0.5, 0.2)}, r"scale is a tuple \(low, high\) in \(0, 1\], got \(0.5, 0.2\)"),
        ({"size": 8, "scale": (0.5, 2.0)}, r"scale is a tuple \(low, high\) in \(0, 1\], got \(0.5, 2.0\)"),
        ({"size": 8, "scale": 0.5}, r"scale is a tuple \(low, high\) in \(0, 1\], got 0.5"),
        ({"size": 8, "scale": [0.5, 1.0]}, r"scale is a tuple \(low, high\) in \(0, 1\], got \[0.5, 1.0\]"),
        ({"size": 8, "ratio": (0.0, 1.0)}, "ratio is a tuple .*, finite and above 0"),
        ({"size": 8, "ratio": (1.0, float("inf"))}, "ratio is a tuple .*, finite and above 0"),
        ({"size": 8, "flip": -0.1}, "flip is a probability, got -0.1"),
    ],
)
def test_senseless_crops_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RandomResizedCrop(**arguments)


def test_global_generators_are_left_alone():
    state = torch.random.get_rng_state()
    RandomResizedCrop(32).draw(Affine2(), 4, rng())
    assert torch.equal(torch.random.get_rng_state(), state)
