"""The boxes of random crops: torchvision's distribution, inside the image."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from torchvision.transforms import RandomResizedCrop as Theirs

from homossl.views import RandomResizedCrop


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(n: int, crop: RandomResizedCrop) -> torch.Tensor:
    return crop.boxes(n, generator=rng(1))


def published_draws(n: int, size: int, scale: tuple[float, float], ratio: tuple[float, float]) -> torch.Tensor:
    x = torch.empty(1, size, size)
    return torch.tensor([Theirs.get_params(x, list(scale), list(ratio)) for _ in range(n)]).float()


def least_p_value(a: torch.Tensor, b: torch.Tensor) -> float:
    """Of the margins of (t, l, h, w) and of what ties them together, by Kolmogorov and Smirnov."""
    return min(float(ks_2samp(p.numpy(), q.numpy()).pvalue) for p, q in zip(numbers(a), numbers(b), strict=True))


def numbers(box: torch.Tensor) -> list[torch.Tensor]:
    t, l, h, w = box.unbind(1)
    return [t, l, h, w, h * w, w / h, t + h, l + w, t + l]


@pytest.mark.parametrize(
    ("size", "scale", "ratio"),
    [(32, (0.08, 1.0), (3 / 4, 4 / 3)), (96, (0.08, 1.0), (3 / 4, 4 / 3)), (17, (0.7, 1.0), (0.5, 2))],
)
def test_boxes_are_distributed_as_torchvisions(size, scale, ratio):
    theirs = published_draws(12_000, size, scale, ratio)
    assert least_p_value(drawn(20_000, RandomResizedCrop(size, scale, ratio)), theirs) > 1e-3


def test_control_other_crops_are_not():
    theirs = published_draws(12_000, 32, (0.08, 1.0), (3 / 4, 4 / 3))
    assert least_p_value(drawn(20_000, RandomResizedCrop(32, (0.1, 1.0))), theirs) < 1e-3
    assert least_p_value(drawn(20_000, RandomResizedCrop(32, ratio=(0.7, 4 / 3))), theirs) < 1e-3


@pytest.mark.parametrize(("scale", "ratio"), [((1.0, 1.0), (2.0, 3.0)), ((1.0, 1.0), (0.2, 0.3))])
def test_what_never_fits_falls_back_on_the_central_crop(scale, ratio):
    box = drawn(5, RandomResizedCrop(32, scale, ratio))
    assert torch.equal(box, published_draws(5, 32, scale, ratio))
    assert torch.equal(box, box[:1].expand(5, 4))


@given(st.integers(1, 40), st.floats(0.01, 1), st.floats(0.3, 3))
def test_boxes_lie_in_the_image(size, area, ratio):
    t, l, h, w = drawn(50, RandomResizedCrop(size, (area, 1.0), (min(ratio, 1), max(ratio, 1)))).unbind(-1)
    assert min(t.min(), l.min()) >= 0
    assert min(h.min(), w.min()) >= 1
    assert max((t + h).max(), (l + w).max()) <= size
    assert torch.equal(torch.stack([t, l, h, w]).round(), torch.stack([t, l, h, w]))
