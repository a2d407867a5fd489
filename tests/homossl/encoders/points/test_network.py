"""Tensor field networks: rotations of a cloud turn the latent; shifts, order and copies of points leave it."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from functools import cache

import pytest
import torch
from torch import Tensor, nn

from groups import O3, SE3, SO2, SO3, DirectProduct, Group, PointAction, Symmetric, Translation, Trivial
from groups.functions import SphereFunctions
from homossl.encoders import Encoder, TensorFieldNetwork
from homossl.encoders.points.bodies import Exchange
from homossl.encoders.points.graph import Cloud
from homossl.encoders.points.irreps import Copies
from proofs_check import laws

POINTS = 14
NETWORK = TensorFieldNetwork(copies=4, latent=5)
GROUPS = [SO3(), O3(), SE3(), Translation(3), Symmetric(POINTS), DirectProduct(SE3(), Symmetric(POINTS))]


def clouds(labels: int = 0, n: int = 6, points: int = POINTS) -> Tensor:
    generator = torch.Generator().manual_seed(labels)
    return torch.randn(n, points, 3 + labels, generator=generator, dtype=torch.float64)


@cache
def network(group: Group = SO3(), labels: int = 0, made: TensorFieldNetwork = NETWORK) -> Encoder:
    torch.manual_seed(0)
    return made.on(group, (POINTS, 3 + labels)).double().eval()


def residuals(encoder: Encoder, x: Tensor) -> list[float]:
    """Of the whole encoder, and of each stage."""
    group = encoder.action_in.group
    dtype = None if group.order else x.dtype
    g = group.sample(len(x), generator=torch.Generator().manual_seed(0), dtype=dtype)
    missed = [laws.equivariance(encoder, encoder.action_in, encoder.action_out, g, x)]
    for stage in encoder.stages:
        missed.append(laws.equivariance(stage, stage.action_in, stage.action_out, g, x))
        x = stage(x)
    return [miss.item() for miss in missed]


@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_equivariance(group) -> None:
    encoder, x = network(group, 2), clouds(2)
    assert max(residuals(encoder, x)) < 1e-12
    assert max(residuals(deepcopy(encoder).float(), x.float())) < 1e-5


def spoilt(encoder: Encoder, weight: Callable[[nn.Module], Tensor]) -> Encoder:
    """A layer that turns features about one axis, whatever the frame."""
    broken = deepcopy(encoder)
    norm = broken.stages[1].body.interaction.norm  # type: ignore[union-attr]
    norm.register_forward_hook(lambda module, args, out: out * weight(out))
    return broken


def test_broken_layers_are_seen() -> None:
    encoder = network()
    uneven = spoilt(encoder, lambda out: 1 + 0.1 * torch.linspace(0, 1, out.shape[-1], dtype=out.dtype))
    whole, first, second, *rest = residuals(uneven, clouds())
    assert whole > 1e-3
    assert second > 1e-3
    assert max(first, *rest) < 1e-12
    swapped = clouds()
    assert laws.relative_error(encoder(swapped[..., [1, 0, 2]]), encoder(swapped)) > 0.1


def test_where_the_cloud_is_and_the_order_of_points_do_not_matter() -> None:
    encoder, x = network(), clouds()
    single = deepcopy(encoder).float()
    order = torch.randperm(POINTS, generator=torch.Generator().manual_seed(0))
    assert laws.relative_error(encoder(x + 7.0), encoder(x)) < 1e-12
    assert laws.relative_error(encoder(x[:, order]), encoder(x)) < 1e-12
    assert laws.relative_error(single(x.float() + 7.0), single(x.float())) < 1e-4


def test_points_at_one_place_count_as_one() -> None:
    encoder, x = network(labels=1), clouds(1)
    padded = torch.cat([x, x[:, :5], x[:, :1], x[:, :1]], dim=1)
    assert laws.relative_error(encoder(padded), encoder(x)) < 1e-12
    moved = PointAction(SO3())(SO3().sample(len(x), dtype=torch.float64), padded)
    rounded = moved + 1e-15 * torch.randn(moved.shape, dtype=torch.float64)
    assert laws.relative_error(encoder(rounded), encoder(moved)) < 1e-10
    nearby = torch.cat([x, x[:, :5] + 0.01, x[:, :1], x[:, :1]], dim=1)
    assert laws.relative_error(encoder(nearby), encoder(x)) > 1e-3


@pytest.mark.parametrize("place", [0.0, 3.0])
def test_a_cloud_of_one_place_has_no_direction(place) -> None:
    encoder = network()
    x = torch.full((2, POINTS, 3), place, dtype=torch.float64, requires_grad=True)
    z = encoder(x)
    z.square().sum().backward()
    assert z.isfinite().all()
    assert x.grad is not None
    assert x.grad.isfinite().all()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in encoder.parameters())
    assert z[:, 5:].abs().max() < 1e-12
    assert encoder(x[:, :1]).isfinite().all()


def test_what_is_seen_is_continuous() -> None:
    """A point that leaves a neighbourhood does so without a jump."""
    kind = Copies(4, 2, False)
    exchange = Exchange(kind, radius=1.0, relative=False).double()

    def seen(distance: float) -> Tensor:
        place = torch.tensor([[[0.0, 0, 0], [distance, 0, 0], [0, 0.5, 0]]], dtype=torch.float64)
        return exchange(torch.cat([place, torch.ones(1, 3, kind.dim, dtype=torch.float64)], -1))[0, 0, 3:]

    assert (seen(1 - 1e-6) - seen(1 + 1e-6)).norm() < 1e-9
    assert (seen(0.7) - seen(1.0)).norm() > 1e-3


def test_units_of_the_radius() -> None:
    x, relative, absolute = clouds(), network(), network(made=TensorFieldNetwork(copies=4, latent=5, relative=False))
    assert laws.relative_error(relative(3 * x), relative(x)) < 1e-12
    assert laws.relative_error(absolute(3 * x), absolute(x)) > 1e-3


def test_only_rotations_alone_tell_mirror_images_apart() -> None:
    x = clouds()
    for group, told in ((SO3(), True), (O3(), False)):
        encoder = network(group)
        invariants = [encoder.readings(encoder(y))[1] for y in (x, -x)]
        assert bool(laws.relative_error(*invariants) > 1e-3) is told


def test_labels_are_read() -> None:
    encoder, x = network(labels=2), clouds(2)
    other = torch.cat([x[..., :3], x[..., 3:].flip(1)], dim=-1)
    assert laws.relative_error(encoder(other), encoder(x)) > 1e-3


def test_copies_and_states() -> None:
    encoder, x = network(), clouds()
    torch.manual_seed(1)
    other = NETWORK.on(SO3(), (POINTS, 3)).double().eval()
    assert laws.relative_error(other(x), encoder(x)) > 0.1
    other.load_state_dict(encoder.state_dict())
    assert other(x).equal(encoder(x))
    assert deepcopy(encoder)(x).equal(encoder(x))


def test_actions() -> None:
    assert network().action_out == SphereFunctions(SO3(), 5, 2)
    assert network(O3()).action_out == SphereFunctions(O3(), 5, 2)
    assert network(Translation(3)).action_out == Trivial(Translation(3), 45)
    assert len(network().stages) == 4
    short = TensorFieldNetwork(copies=2, degree=1, layers=0).on(SO3(), (POINTS, 3))
    assert short.action_out == SphereFunctions(SO3(), 16, 1)
    assert short(torch.zeros(1, POINTS, 3)).shape == (1, 64)


@pytest.mark.parametrize("group", [SO3(), SE3()], ids=str)
def test_the_plain_twin_claims_the_same_of_as_many_parameters(group) -> None:
    tied, free = (TensorFieldNetwork(structure=kind).on(group, (POINTS, 4)) for kind in ("steerable", "plain"))
    counts = [sum(p.numel() for p in made.parameters()) for made in (tied, free)]
    assert counts[1] == pytest.approx(counts[0], rel=0.1)
    claims = [[type(stage.action_out) for stage in made.stages] for made in (tied, free)]
    assert claims[0] == claims[1]
    assert min(residuals(free.double().eval(), clouds(1))) > 1e-2
    order = torch.randperm(POINTS)
    assert laws.relative_error(free(clouds(1)[:, order]), free(clouds(1))) < 1e-12


def test_graphs_count_the_share_of_each_place() -> None:
    place = torch.tensor([[[0.0, 0, 0], [1, 0, 0], [1, 0, 0], [0, 3, 0]]])
    cloud = Cloud.of(place)
    assert cloud.share[0].tolist() == pytest.approx([1 / 3, 1 / 6, 1 / 6, 1 / 3])
    assert cloud.offset[0, 0].tolist() == pytest.approx([-1 / 3, -1, 0])
    graph = cloud.graph(torch.tensor([[[2.0]]]))
    assert graph.weight.shape == (1, 4, 3)
    assert graph.weight.sum(-1).tolist()[0] == pytest.approx([1, 1, 1, 1])
    assert math.isclose(graph.weight[0, 0, 0], (1 / 3) / (1 / 3 + (1 - 1 / 4) ** 2 / 3), rel_tol=1e-6)


@pytest.mark.parametrize(
    ("error", "match", "make"),
    [
        (ValueError, "copies is a whole number from 1, got 0", lambda: TensorFieldNetwork(copies=0)),
        (ValueError, "degree is a whole number from 1, got 0", lambda: TensorFieldNetwork(degree=0)),
        (ValueError, "radius is positive, got 0", lambda: TensorFieldNetwork(radius=0)),
        (ValueError, "has structure 'steerable' or 'plain'", lambda: TensorFieldNetwork(structure="loose")),  # type: ignore[arg-type]
        (ValueError, r"clouds of shape \(n 3\+k\), got \(1, 8, 8\)", lambda: NETWORK.on(SO3(), (1, 8, 8))),
        (ValueError, r"got \(8, 2\)", lambda: NETWORK.on(SO3(), (8, 2))),
        (TypeError, "points of space are moved by", lambda: NETWORK.on(SO2(), (8, 3))),
    ],
)
def test_errors(error, match, make) -> None:
    with pytest.raises(error, match=match):
        make()
