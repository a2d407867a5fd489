"""Images hold what they were given, and resizing commutes with quarter turns and flips."""

import pytest
import torch
import torch.nn.functional as F

from homossl.data import Images, resize

CLASSES = ("cat", "dog")


def turns_and_flips(x):
    return [torch.rot90(y, k, (-2, -1)) for y in (x, x.flip(-1)) for k in range(4)]


def residual(function, x):
    pairs = zip(turns_and_flips(x), turns_and_flips(function(x)), strict=True)
    return max((function(moved) - expected).abs().max().item() for moved, expected in pairs)


@pytest.mark.parametrize(("before", "after"), [(8, 17), (28, 29), (33, 17), (40, 9)])
def test_resize_commutes_with_turns_and_flips(before, after):
    x = torch.rand(2, 3, before, before, dtype=torch.float64)
    assert residual(lambda x: resize(x, after), x) < 1e-12


def test_control_nearest_resize_does_not_commute():
    x = torch.rand(2, 3, 8, 8, dtype=torch.float64)
    assert residual(lambda x: F.interpolate(x, (17, 17), mode="nearest"), x) > 0.1


def test_resize_of_bytes_commutes_exactly_from_32_to_33():
    x = torch.randint(256, (4, 3, 32, 32), dtype=torch.uint8)
    assert resize(x, 33).dtype == torch.uint8
    assert residual(lambda x: resize(x, 33).int(), x) == 0


def test_resize_of_bytes_rounds_to_the_nearest():
    x = torch.randint(256, (4, 3, 28, 28), dtype=torch.uint8)
    error = resize(x, 29) - 255 * resize(x / 255, 29)
    assert error.abs().max() < 0.5 + 1e-3
    assert error.mean().abs() < 0.05  # truncation would be at -0.5


def test_resize_keeps_corners_and_range_when_enlarging():
    x = torch.rand(1, 8, 8).round()
    y = resize(x, 17)
    assert torch.equal(y[..., ::16, ::16], x[..., ::7, ::7])
    assert 0 <= y.min() <= y.max() <= 1


def test_resize_does_not_alias_when_shrinking():
    stripes = torch.tensor([0.0, 1.0]).repeat(32).expand(1, 64, 64)
    assert resize(stripes, 16).std() < 0.05
    assert F.interpolate(stripes[None], (16, 16), mode="bilinear", align_corners=True).std() > 0.2  # control


def test_resize_keeps_the_centre_square():
    x = torch.rand(1, 4, 10)
    assert torch.equal(resize(x, 4), x[..., 3:7])
    assert torch.equal(resize(x.mT, 4), x[..., 3:7].mT)


def test_resize_refuses_no_pixels():
    with pytest.raises(ValueError, match="at least 1 pixel, got 0"):
        resize(torch.rand(1, 4, 4), 0)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_batches_are_floats_in_the_order_asked_for(dtype):
    x = torch.tensor([0, 51, 255], dtype=torch.uint8).reshape(3, 1, 1, 1)
    images = Images(x if dtype == torch.uint8 else x / 255, torch.tensor([0, 1, 1]), CLASSES)
    first, second = images.batches([torch.tensor([2, 0]), torch.tensor([1])])
    assert first.x.dtype == torch.float32
    assert first.x.flatten().tolist() == [1, 0]
    assert second.x.item() == pytest.approx(0.2)
    assert first.y is not None
    assert first.y.tolist() == [1, 0]


def test_shape_length_and_device():
    images = Images(torch.rand(2, 3, 5, 5), torch.tensor([0, 1]), CLASSES)
    moved = images.to("cpu")
    assert (images.shape, len(images)) == ((3, 5, 5), 2)
    assert moved.x.device.type == "cpu"


@pytest.mark.parametrize(
    ("x", "y", "match"),
    [
        (torch.rand(2, 5, 5), [0, 1], r"\(n c h w\) uint8 or float32, got \(2, 5, 5\)"),
        (torch.rand(2, 1, 5, 5).double(), [0, 1], "got .* torch.float64"),
        (torch.full((2, 1, 5, 5), 2.0), [0, 1], r"floats in \[0, 1\], got \[2, 2\]"),
        (torch.full((2, 1, 5, 5), torch.nan), [0, 1], r"floats in \[0, 1\], got \[nan"),
        (torch.rand(2, 1, 5, 5), [0], r"expected \(2,\) int64, got \(1,\)"),
        (torch.rand(2, 1, 5, 5), [0, 2], r"labels in 0..1, got 0..2"),
        (torch.rand(2, 1, 5, 5), [-1, 0], r"labels in 0..1, got -1..0"),
    ],
)
def test_malformed_images_are_refused(x, y, match):
    with pytest.raises(ValueError, match=match):
        Images(x, torch.tensor(y), CLASSES)
