"""Encoders over scales and turns: exact by quarter turns, by zooms as well as the grid allows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from groups import Cyclic, DirectProduct, Scale, ScaleField, SemidirectProduct, Similarity2, Torus
from homossl.encoders import ScaleCNN, ScaleResNet
from homossl.evaluate import frozen
from homossl.verify import check, truncation
from proofs_check import laws

STEP = math.log(2) / 3
SMALL = ScaleCNN(fields=(2, 3), steps=(1, 2), scales=3, turns=4)


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def settled(encoder: Any, size: int) -> Any:
    """In float64, with the running statistics of a batch."""
    generator = torch.Generator().manual_seed(0)
    encoder.double().train()(torch.randn(4, 1, size, size, generator=generator, dtype=torch.float64))
    return encoder.eval()


def blobs(n: int, side: int) -> Tensor:
    """Gaussian spots about the centre, the same picture on every grid, (n 1 h w)."""
    generator = torch.Generator().manual_seed(0)
    centre, width, height = (torch.rand(n, 8, k, 1, 1, generator=generator, dtype=torch.float64) for k in (2, 1, 1))
    u = (torch.arange(side, dtype=torch.float64) - (side - 1) / 2) / (side - 1)
    grid = torch.stack(torch.meshgrid(u, u, indexing="xy"))
    distance = (grid - (centre - 0.5) / 2).square().sum(2)
    return ((height[:, :, 0] - 0.5) * (-distance / 2 / (0.05 + 0.03 * width[:, :, 0]) ** 2).exp()).sum(1, keepdim=True)


@pytest.mark.parametrize("reach", [1, 2])
@pytest.mark.parametrize("pooling", ["none", "max"])
def test_quarter_turns_are_exact(reach, pooling) -> None:
    group = DirectProduct(Cyclic(4), Scale())
    architecture = ScaleCNN(fields=(2, 3), steps=(1, 2), scales=3, turns=4, reach=reach, pooling=pooling)
    encoder = settled(architecture.build(group, 1, 17), 17)
    g = group.element([[k, 0.0] for k in range(4)], dtype=torch.float64)[:, None]
    x = torch.rand(2, 1, 17, 17, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    with frozen(encoder):
        moved = encoder(encoder.action_in(g, x).flatten(0, 1)).unflatten(0, (4, 2))
        assert laws.relative_error(moved, encoder.action_out(g, encoder(x))) < 1e-10
        assert laws.relative_error(moved, encoder.action_out(~g, encoder(x))) > 0.1


def test_torus_shifts_are_exact() -> None:
    group = SemidirectProduct(Torus(9, 9), Cyclic(4))
    encoder = settled(ScaleCNN(fields=(2, 2), steps=(1, 1), scales=2, turns=4).build(group, 1, 9), 9)
    g, x = group.sample(3, generator=torch.Generator().manual_seed(0)), torch.rand(3, 1, 9, 9, dtype=torch.float64)
    with frozen(encoder):
        assert laws.equivariance(encoder, encoder.action_in, encoder.action_out, g, x) < 1e-10


def zoom_residuals(structure: Any, side: int) -> Tensor:
    """Of zooms by -1, 1 and 2 steps where the source is known, the median over pictures."""
    g = Scale().element([[-STEP], [STEP], [2 * STEP]], dtype=torch.float64)[:, None]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encoder = settled(ScaleCNN(structure, fields=(2, 2), steps=(1, 1)).build(Scale(), 1, side), side)
    parts = truncation(encoder, g, blobs(4, side))
    assert (parts.total >= parts.seen - 1e-6).all() or structure == "plain"
    return parts.seen.median(1).values


def test_residuals_of_zooms_fall_with_the_grid() -> None:
    coarse, middle, fine = (zoom_residuals("steerable", side) for side in (17, 33, 65))
    assert (middle < 0.7 * coarse).all()
    assert (fine < 0.7 * middle).all()
    assert (zoom_residuals("plain", 65) > 0.5).all()


def test_report_of_a_verification() -> None:
    encoder = settled(SMALL.build(Similarity2(), 1, 33), 33)
    g = Similarity2().element([[0.0, STEP, 0, 0], [math.pi / 2, 0, 0, 0], [0.2, 0.1, 1, 1]])
    report = check(encoder, elements=g)
    assert report.passed
    assert report.layers[-1].exact.tolist() == [False, True, False]
    assert len(report.layers) >= 7  # convolutions, norms and non-linearities say what they do
    twin = settled(replace(SMALL, structure="plain").build(Similarity2(), 1, 33), 33)
    assert not check(twin, elements=g).passed


def test_plain_twin_claims_the_same_and_misses() -> None:
    tied, free = SMALL.build(Similarity2(), 1, 17), replace(SMALL, structure="plain")
    twin = settled(free.build(Similarity2(), 1, 17), 17)
    assert isinstance(twin.action_out, ScaleField)
    assert twin.action_out.space == tied.action_out.space
    g, x = Similarity2().element([math.pi / 2, 0, 0, 0], dtype=torch.float64), blobs(2, 17)
    with frozen(twin):
        assert laws.equivariance(twin, twin.action_in, twin.action_out, g, x) > 0.1


def test_twins_have_as_many_parameters() -> None:
    sizes = {"fields": (6, 12), "steps": (1, 2), "scales": 3, "turns": 4}
    tied, free = (ScaleCNN(structure, **sizes).build(Similarity2(), 1, 17) for structure in ("steerable", "plain"))
    assert parameters(free) == pytest.approx(parameters(tied), rel=0.1)


def test_scale_resnet() -> None:
    encoder = ScaleResNet(width=16, scales=2).build(Scale(), 3, 33)
    assert [stage.action_out.fibre.dim for stage in encoder.stages] == [4, 32, 64, 128]
    assert encoder.action_out.stride == 4
    encoder(torch.rand(2, 3, 33, 33)).sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in encoder.parameters())
    free = ScaleResNet("plain", width=16, scales=2).build(Scale(), 3, 33)
    assert parameters(free) == pytest.approx(parameters(encoder), rel=0.1)
    turned = ScaleResNet(width=16, scales=2, turns=2).build(Cyclic(2), 3, 17)
    assert turned.action_out.fibre.dim == 128


@pytest.mark.parametrize(
    ("message", "make"),
    [
        ("turns images", lambda: ScaleCNN().build(Similarity2(), 1, 17)),
        ("moves their centre", lambda: SMALL.build(Scale(), 1, 16)),
        ("pooling 'none', 'max' or 'mean'", lambda: ScaleCNN(pooling="sum")),  # type: ignore[arg-type]
        ("reach <= scales, got scales=2", lambda: ScaleCNN(scales=2, reach=3)),
        ("widths divisible by them", lambda: ScaleResNet(width=8, turns=3).build(Scale(), 1, 17)),
    ],
)
def test_errors(message, make) -> None:
    with pytest.raises(ValueError, match=message):
        make()
