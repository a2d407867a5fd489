"""Random affine maps: torch's pictures, the published distribution, and elements of a group."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from groups import SE2, Affine2, Cyclic, Similarity2, image_action
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, RandomAffine, affine_motion

SIDE = 12
seeds = st.integers(0, 2**31)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def images(n: int = 6, side: int = SIDE) -> torch.Tensor:
    return torch.rand(n, 3, side, side, generator=rng(), dtype=torch.float64)


def theirs(x: torch.Tensor, theta: torch.Tensor) -> torch.Tensor:
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, padding_mode="zeros", align_corners=False)


def read(seed: int, n: int = 6) -> torch.Tensor:
    return RandomAffine(SIDE).thetas(n, generator=rng(seed)).double()


@given(seeds)
def test_the_moved_picture_is_torchs(seed):
    x, theta = images(), read(seed)
    ours = image_action(Affine2(), 3)(affine_motion(theta, SIDE), x)
    torch.testing.assert_close(ours, theirs(x, theta), rtol=0, atol=1e-9)


def test_control_another_theta_is_another_picture():
    x, theta = images(), read(0)
    ours = image_action(Affine2(), 3)(affine_motion(theta, SIDE), x)
    for row in (0, 1):
        for column in (0, 1, 2):
            other = theta.clone()
            other[:, row, column] += 0.05
            assert (ours - theirs(x, other)).abs().amax((1, 2, 3)).min() > 1e-2


@given(seeds)
def test_poses_are_what_was_applied(seed):
    x = images().float()
    views = InputAugmentation(image_action(Affine2(), 3), RandomAffine(SIDE))
    draw = views.draw(Batch(x), rng(seed))
    pairs = views.pair(torch.zeros(12, 4, 5, 5), draw, image_action(Cyclic(1), 4))
    theta = RandomAffine(SIDE).thetas(2, 6, generator=rng(seed))
    moved = torch.stack([theirs(x, half) for half in theta]).flatten(0, 1)
    torch.testing.assert_close(draw.x, moved, rtol=0, atol=1e-4)
    assert pairs.poses is not None
    torch.testing.assert_close(pairs.poses.params, affine_motion(theta, SIDE).params, rtol=0, atol=0)
    assert pairs.action is None


def test_numbers_are_uniform_and_independent():
    theta = RandomAffine(32).thetas(2, 4000, generator=rng()).flatten(0, 1)
    flipped = theta[:, 0, 0] < 0
    assert abs(flipped.double().mean() - 0.5) < 4 * 0.5 / math.sqrt(8000)
    plain = theta * torch.where(flipped, -1.0, 1.0)[:, None, None].where(torch.tensor([True, False, False]), 1.0)
    u = ((plain - torch.eye(2, 3)) / torch.tensor([0.25, 0.25, 0.5])).flatten(1)
    assert u.abs().max() <= 1 + 1e-6
    assert (u.mean(0).abs() < 4 * math.sqrt(1 / 3 / 8000)).all()
    assert ((u.square().mean(0) - 1 / 3).abs() < 4 * math.sqrt(4 / 45 / 8000)).all()
    off = torch.corrcoef(u.T) - torch.eye(6)
    assert off.abs().max() < 5 / math.sqrt(8000)
    views = theta.unflatten(0, (2, 4000))[:, :, 1, 1]
    assert torch.corrcoef(views)[0, 1].abs() < 5 / math.sqrt(4000)


def test_without_flips_no_view_is_mirrored():
    g = RandomAffine(32, flip=0).draw(Affine2(), 500, rng()).params
    a, b, c, d = g[..., :4].unbind(-1)
    assert (a * d - b * c > 0).all()
    g = RandomAffine(32, flip=1).draw(Affine2(), 500, rng()).params  # control
    a, b, c, d = g[..., :4].unbind(-1)
    assert (a * d - b * c < 0).all()


def test_the_widest_deviation_stays_invertible():
    theta = RandomAffine(32, deviation=0.499).thetas(20_000, generator=rng())
    assert torch.linalg.det(theta[:, :, :2]).abs().min() > 0.002
    corner = torch.tensor([[0.5, 0.5], [0.5, 0.5]])  # control: deviation 1/2
    assert torch.linalg.det(corner) == 0


@pytest.mark.parametrize("group", [Similarity2(), SE2(), Cyclic(4)])
def test_other_groups_are_refused(group):
    with pytest.raises(TypeError, match=r"RandomAffine\(size=32, .* draws elements of Affine2\(\), not of"):
        RandomAffine(32).draw(group, 2, rng())


@pytest.mark.parametrize("source", [InputAugmentation, FeatureFibre])
def test_images_of_another_size_are_refused(source):
    with pytest.raises(ValueError, match=r"RandomAffine\(size=32, .* is not meant for samples of shape \(3, 33, 33\)"):
        source(image_action(Affine2(), 3), RandomAffine(32)).draw(Batch(images(side=33)), rng())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "RandomAffine.size is a whole number, at least 1, got 0"),
        ({"size": 9.5}, "RandomAffine.size is a whole number, at least 1, got 9.5"),
        ({"size": 8, "deviation": 0.5}, r"RandomAffine.deviation is in \[0, 0.5\), where no map is singular, got 0.5"),
        ({"size": 8, "deviation": -0.1}, r"RandomAffine.deviation is in \[0, 0.5\), .* got -0.1"),
        ({"size": 8, "deviation": math.nan}, "RandomAffine.deviation .* got nan"),
        ({"size": 8, "shift": -1.0}, "RandomAffine.shift is finite and not negative, got -1.0"),
        ({"size": 8, "shift": math.inf}, "RandomAffine.shift is finite and not negative, got inf"),
        ({"size": 8, "flip": 1.1}, "RandomAffine.flip is a probability, got 1.1"),
    ],
)
def test_senseless_maps_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RandomAffine(**arguments)


def test_global_generators_are_left_alone():
    state = torch.random.get_rng_state()
    RandomAffine(32).draw(Affine2(), 4, rng())
    assert torch.equal(torch.random.get_rng_state(), state)
