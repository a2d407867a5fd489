"""Hermite-Gaussians of all scales and turns, and the convolutions made of them."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from groups import Cyclic, Scale, ScaleSpace, image_action, scale_field
from homossl.layers import HermiteGaussians, ScaleConv, ScalePool, SteerableScale
from homossl.layers.scale_basis import _moments
from proofs_check import laws

STEP = math.log(2) / 3


def layers(group: Any, scales: int = 3, turns: int = 1, **options: Any) -> SteerableScale:
    return SteerableScale(group, space=ScaleSpace(group, scales, turns, STEP), **options)


def noise(*shape: int) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def integrals(functions: Tensor, sigma: float) -> Tensor:
    """Sums of functions (f k k) against x^i y^j, i, j < 3, (9 f)."""
    side = torch.arange(functions.shape[-1], dtype=torch.float64) - functions.shape[-1] // 2
    x, y = torch.meshgrid(side, -side, indexing="xy")
    powers = torch.stack([x**i * y**j for i in range(3) for j in range(3)])
    return torch.einsum("myx, fyx -> mf", powers, functions)


def gaussians(basis: HermiteGaussians, t: int) -> Tensor:
    """The functions as they are, without recombination."""
    side, sigma = torch.arange(7, dtype=torch.float64) - 3, basis.sigmas()[t]
    u = side / sigma
    line = torch.stack([torch.ones_like(u), u, u**2 - 1]) * (-(u**2) / 2).exp() / (math.sqrt(2 * math.pi) * sigma)
    return torch.einsum("iu, jv -> ijvu", line, line.flip(-1)).flatten(0, 1)


def test_moments_are_those_of_the_continuous_functions() -> None:
    basis = HermiteGaussians(4, STEP)
    for t, sigma in enumerate(basis.sigmas().tolist()):
        wanted = _moments(3, sigma)
        torch.testing.assert_close(integrals(basis.sampled()[:, t, 0], sigma), wanted, rtol=0, atol=1e-10)
        assert (integrals(gaussians(basis, t), sigma) - wanted).abs().max() > 1e-3


def test_recombination_changes_little_where_pixels_see_everything() -> None:
    wide = HermiteGaussians(1, STEP, pixels=21, first=1.5)
    side = torch.arange(21, dtype=torch.float64) - 10
    plain = (-(side**2) / 4.5).exp() / (1.5 * math.sqrt(2 * math.pi))
    torch.testing.assert_close(wide.sampled()[0, 0, 0], plain[:, None] * plain, rtol=0, atol=1e-8)


def test_frames_turn() -> None:
    functions = HermiteGaussians(2, STEP, turns=8).sampled()
    for a in range(6):
        torch.testing.assert_close(functions[:, :, a].rot90(1, (-2, -1)), functions[:, :, a + 2], rtol=0, atol=1e-12)
    assert not torch.allclose(functions[:, :, 0].rot90(1, (-2, -1)), functions[:, :, 1], atol=1e-3)


@pytest.mark.parametrize("reach", [1, 2])
def test_turns_are_exact_by_quarters(reach) -> None:
    group = Cyclic(4)
    tied = layers(group, turns=8, reach=reach)
    z, g = noise(2, 48, 9, 9), group.elements()[:, None]
    lift = tied.conv(tied.images(2), tied.fields(2)).double()
    assert laws.equivariance(lift, tied.images(2), tied.fields(2), g[1], z[:, :2]) < 1e-12
    conv = tied.conv(tied.fields(2), tied.fields(3), bias=True).double()
    for one in (group.element([1]), group.element([2])):
        assert laws.equivariance(conv, tied.fields(2), tied.fields(3), one, z) < 1e-12
        with torch.no_grad():
            assert laws.equivariance(conv, tied.fields(2), tied.fields(3).scrambled(0), one, z) > 0.1


def test_hidden_layers_take_zoomed_waves_to_zoomed_waves() -> None:
    """A zoom by one step moves features up by one scale: on waves much longer than filters, with nothing clipped."""
    tied = layers(Scale(), scales=3)
    lift, g = tied.conv(tied.images(1), tied.fields(2)).double(), Scale().element([STEP], dtype=torch.float64)
    side = (torch.arange(65, dtype=torch.float64) - 32) / 32
    x = (-(side[:, None] ** 2 + (side - 0.2) ** 2) / 0.05).exp()[None, None]
    zoomed = (-(side[:, None] ** 2 + (side - 0.2 * 2 ** (1 / 3)) ** 2) / (0.05 * 2 ** (2 / 3))).exp()[None, None]
    with torch.no_grad():
        seen = tied.fields(2).seen(g, (6, 65, 65))
        moved, expected = lift(zoomed) * seen, tied.fields(2)(g, lift(x)) * seen
        assert laws.relative_error(moved, expected) < 0.02
        assert laws.relative_error(lift(x) * seen, expected) > 0.1


def test_filters_reach_up_and_are_clipped() -> None:
    tied = layers(Scale(), scales=3, reach=2)
    conv = tied.conv(tied.fields(1), tied.fields(1)).double()
    z = noise(1, 3, 9, 9)
    changed = [(conv(z) - conv(z * mask[:, None, None])).abs().amax((0, 2, 3)) > 0 for mask in 1 - torch.eye(3)]
    assert [c.tolist() for c in changed] == [[True, False, False], [True, True, False], [False, True, True]]


def test_scale_pooling_stays_where_nothing_is_clipped() -> None:
    tied = layers(Scale(), scales=4)
    g = Scale().element([STEP], dtype=torch.float64)
    z = torch.zeros(1, 2, 4, 9, 9, dtype=torch.float64)
    z[:, :, 1:3] = noise(1, 2, 2, 9, 9).abs()
    for kind in ("max", "mean"):
        pool: Any = tied.pool_scales(tied.fields(2), kind)
        assert isinstance(pool, ScalePool)
        moved = pool(tied.fields(2)(g, z.flatten(1, 2)))
        assert laws.relative_error(moved, pool.action_out(g, pool(z.flatten(1, 2)))) < (0.2 if kind == "max" else 1e-12)
    clipped = tied.fields(2)(Scale().element([3 * STEP], dtype=torch.float64), z.flatten(1, 2))
    assert clipped.abs().sum() == 0


def test_variance_is_kept() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        tied = layers(Cyclic(4), turns=4)
        conv = tied.conv(tied.fields(16), tied.fields(16))
        out = conv(torch.randn(2, 16 * 12, 17, 17))
    assert out[..., 4:-4, 4:-4].var().item() == pytest.approx(2, rel=0.25)


def test_norms_share_statistics_over_scales_and_turns() -> None:
    tied = layers(Cyclic(4), turns=4)
    norm, z = tied.norm(tied.fields(3)), torch.randn(4, 36, 5, 5)
    assert laws.relative_error(norm(z).unflatten(1, (3, 12)).mean((0, 2, 3, 4)) + 1, torch.ones(3)) < 1e-5
    assert norm.weight.shape == (3,)


def test_errors() -> None:
    tied, other = layers(Scale()), layers(Scale(), scales=4)
    basis = HermiteGaussians(3, STEP)
    with pytest.raises(ValueError, match="keeps scales and turns"):
        ScaleConv(other.fields(1), tied.fields(1), basis)
    with pytest.raises(ValueError, match="needs filters of its scales"):
        ScaleConv(image_action(Scale()), other.fields(1), basis)
    with pytest.raises(ValueError, match="reaches 1 to all of them, got reach=4"):
        ScaleConv(tied.fields(1), tied.fields(1), basis, reach=4)
    with pytest.raises(ValueError, match="odd number of pixels"):
        HermiteGaussians(3, STEP, pixels=6)
    assert scale_field(ScaleSpace(Scale(), 3, 1, STEP)) == tied.fields(1)
