"""Lie derivatives: they agree with finite differences, and those of the layers sum to that of the whole."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from groups import (
    SE2,
    SO2,
    SO3,
    Action,
    Affine2,
    Cyclic,
    FieldAction,
    Homomorphism,
    Irrep,
    LieGroup,
    Pullback,
    Standard,
    Translation,
    Trivial,
    image_action,
)
from groups._escnn import enn, gspaces
from groups.interop import from_escnn
from homossl.encoders import CNN, Encoder, Stage
from homossl.layers import Unwrapped
from homossl.verify.lie import lie_derivative, lie_rate
from homossl.verify.lie_layers import Layer, lie_by_layer
from homossl.verify.residual import residuals

VECTORS = Standard(SO3())
BACKWARDS = Homomorphism(SO2(), SO2(), lambda g: ~g)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def smooth(*shape: int, seed: int = 0) -> Tensor:
    """Fields that vary slowly and vanish at the border, (b c h h)."""
    side = shape[-1]
    window = torch.hann_window(side + 2, periodic=False, dtype=torch.float64)[1:-1]
    rough = normal(*shape[:-2], side + 8, side + 8, seed=seed)
    return nn.functional.avg_pool2d(nn.functional.avg_pool2d(rough, 5, 1), 5, 1) * window[:, None] * window


def difference(f: Callable, source: Action, target: Action, x: Tensor, v: Tensor, t: float) -> Tensor:
    """d/dt [f(exp(t v) x) - exp(t v) f(x)] at t = 0, by central differences."""
    group: LieGroup = source.group  # type: ignore[assignment]
    with torch.no_grad():
        forth, back = (f(source(group.exp(s * v), x)) - target(group.exp(s * v), f(x)) for s in (t, -t))
    return (forth - back) / (2 * t)


def extrapolated(f: Callable, source: Action, target: Action, x: Tensor, v: Tensor, t: float) -> Tensor:
    """The same from t and t/2: the error is of first order where the two sides of a pixel have different slopes."""
    return 2 * difference(f, source, target, x, v, t / 2) - difference(f, source, target, x, v, t)


def mlp() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 8), nn.ReLU(inplace=True), nn.Linear(8, 3)).double()


def steerable() -> Encoder:
    """An SO(2) network of escnn, three stages with norms and non-linearities of irreps."""
    torch.manual_seed(0)
    space = gspaces.rot2dOnR2(-1, maximum_frequency=2)
    image = enn.FieldType(space, [space.trivial_repr])
    fourier = enn.FourierELU(space, 2, irreps=[(k,) for k in range(3)], N=16, inplace=True)
    vectors = enn.FieldType(space, [space.irrep(1), space.irrep(2)])
    bodies = [
        enn.SequentialModule(conv(image, fourier.in_type), enn.IIDBatchNorm2d(fourier.in_type), fourier),
        enn.SequentialModule(
            conv(fourier.out_type, vectors),
            enn.NormBatchNorm(vectors),
            enn.NormNonLinearity(vectors, "squash", bias=False),
        ),
        conv(vectors, image),
    ]
    return own_precision(Encoder([stage(body) for body in bodies]))


def conv(before: Any, after: Any) -> Any:
    return enn.R2Conv(before, after, 5, padding=2, bias=False)


def stage(body: Any) -> Stage:
    return Stage(Unwrapped(body, body.in_type), from_escnn(body.in_type), from_escnn(body.out_type))


def own_precision(encoder: Encoder) -> Encoder:
    """In float64, and trained for a step; a copy, because escnn shares its bases between the networks of a process."""
    encoder = deepcopy(encoder).double()
    encoder(normal(4, 1, 9, 9))
    return encoder


def shifted() -> Encoder:
    """escnn's batch normalisation and in-place ReLU under shifts, which the strides break."""
    torch.manual_seed(0)
    return own_precision(CNN(fields=(3, 4, 4), steps=(1, 2, 2)).build(Translation(2), 1, 17))


def plain() -> Encoder:
    """Free filters that claim to turn with SO(2)."""
    torch.manual_seed(0)
    actions = [image_action(SO2()), FieldAction(SO2(), 2 * Irrep(SO2(), 1)), image_action(SO2(), 2)]
    bodies = [
        nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ELU(inplace=True)),
        nn.Sequential(nn.ELU(inplace=True), nn.Conv2d(4, 2, 3, padding=1), nn.AvgPool2d(3, 1, 1)),
    ]
    return own_precision(Encoder(map(Stage, bodies, actions, actions[1:])))


ENCODERS = {"steerable": steerable, "shifted": shifted, "plain": plain}


@pytest.fixture(scope="module", params=ENCODERS)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return ENCODERS[request.param]()


def vector(encoder: Encoder) -> Tensor:
    return torch.tensor([1.0, 0.6][: encoder.action_in.group.algebra_dim], dtype=torch.float64)


@pytest.mark.parametrize(
    ("source", "target"),
    [(VECTORS, VECTORS), (Irrep(SO3(), 1), Trivial(SO3(), 3)), (Standard(SE2()), Standard(SE2()))],
    ids=str,
)
def test_agrees_with_finite_differences_on_vectors(source, target) -> None:
    f, x, v = mlp(), normal(4, 3), normal(4, 3, seed=1)
    derivative = lie_derivative(f, source, target, x, v)
    assert derivative.norm() > 0.1
    assert residuals(derivative, difference(f, source, target, x, v, 1e-5)).amax() < 1e-6
    assert residuals(lie_derivative(f, source, target, x, -v), difference(f, source, target, x, v, 1e-5)).amin() > 1


@pytest.mark.parametrize("name", ["steerable", "plain"])
def test_agrees_with_finite_differences_on_fields(name) -> None:
    """Where the non-linearities are smooth: within any t that moves a field, some ReLU changes sides."""
    encoder = ENCODERS[name]().eval()
    x, v, actions = smooth(2, 1, 17, 17), vector(encoder), (encoder.action_in, encoder.action_out)
    derivative, expected = lie_derivative(encoder, *actions, x, v), extrapolated(encoder, *actions, x, v, 2e-3)
    assert residuals(derivative, expected).amax() < 1e-4
    assert residuals(lie_derivative(encoder, *actions, x, -v), expected).amin() > 1


def test_layers_sum_to_the_whole(encoder) -> None:
    x, v = smooth(2, 1, 17, 17), vector(encoder)
    report = lie_by_layer(encoder, x, v)
    assert report.rate.amin() > 1e-4
    assert report.relative(report.total - report.derivative).amax() < 1e-10 * report.rate.amin()
    left_out = report.total - report.layers[0].pushed
    assert report.relative(left_out - report.derivative).amin() > 1e-2 * report.rate.amin()


def test_each_layer_stands_for_itself(encoder) -> None:
    x, v = smooth(2, 1, 17, 17), vector(encoder)
    report = lie_by_layer(encoder, x, v)
    assert [layer.name for layer in report.layers] == [f"stages.{i}" for i in range(len(encoder.stages))]
    for layer, stage in zip(report.layers, deepcopy(encoder).eval().stages, strict=True):
        torch.testing.assert_close(layer.own, lie_rate(stage, stage.action_in, stage.action_out, x, v))  # type: ignore
        x = stage(x).detach()
    torch.testing.assert_close(report.output, x)
    torch.testing.assert_close(report.relative(report.layers[-1].pushed), report.layers[-1].own)


def test_nothing_is_changed(encoder) -> None:
    x, v = smooth(2, 1, 17, 17), vector(encoder)
    encoder.stages[0].train()
    encoder.stages[1].eval()
    before = deepcopy(encoder.state_dict()), [m.training for m in encoder.modules()], x.clone()
    trainable = [p.requires_grad for p in encoder.parameters()]
    lie_by_layer(encoder, x, v)
    assert all(value.equal(before[0][name]) for name, value in encoder.state_dict().items())
    assert [m.training for m in encoder.modules()] == before[1]
    assert x.equal(before[2])
    assert all(p.grad is None for p in encoder.parameters())
    assert [p.requires_grad for p in encoder.parameters()] == trainable


class Gate(nn.Module):
    """x -> |x| x, which turns with its input."""

    def forward(self, x: Tensor) -> Tensor:
        return x.norm(dim=-1, keepdim=True) * x


def chain(*modules: nn.Module) -> list[Layer]:
    return [(f"f{i}", module, VECTORS, VECTORS) for i, module in enumerate(modules)]


def test_the_layer_at_fault_is_found() -> None:
    torch.manual_seed(0)
    free = nn.Linear(3, 3).double()
    report = lie_by_layer(chain(Gate(), free, Gate(), Gate()), normal(4, 3), normal(3))
    own = torch.stack([layer.own for layer in report.layers])
    assert own[[0, 2, 3]].amax() < 1e-14
    assert own[1].amin() > 0.1
    torch.testing.assert_close(report.layers[1].pushed, report.derivative)


def test_equivariant_maps_have_none_and_the_wrong_generator_is_seen() -> None:
    rho, x, v = Irrep(SO2(), 1), normal(5, 2), normal(5, 1)
    assert lie_rate(Gate(), rho, rho, x, v).amax() < 1e-14
    assert (lie_rate(Gate(), rho, Pullback(rho, BACKWARDS), x, v) / v[:, 0].abs() - 2).abs().amax() < 1e-12
    assert (lie_rate(Gate(), rho, Trivial(SO2(), 2), x, v) / v[:, 0].abs() - 1).abs().amax() < 1e-12


def test_the_rate_is_that_of_the_residual() -> None:
    f, x, v, t = mlp(), normal(4, 3), normal(3, seed=1), 1e-6
    g = SO3().exp(t * v)
    grown = residuals(f(VECTORS(g, x)), VECTORS(g, f(x))) / t
    torch.testing.assert_close(lie_rate(f, VECTORS, VECTORS, x, v), grown, rtol=1e-4, atol=0.0)


RIGHT = torch.tensor([[0.0, 0.0, 0.0], [-0.5, 0.0, 0.5], [0.0, 0.0, 0.0]], dtype=torch.float64)
UP = RIGHT.rot90()


def blobs(side: int) -> Tensor:
    """The same smooth images at any resolution, (2 1 h h)."""
    y, x = torch.meshgrid(*[torch.linspace(-1, 1, side, dtype=torch.float64)] * 2, indexing="ij")
    (a, b), height = normal(2, 2, 6, 1, 1).clamp(-1, 1) * 0.3, normal(2, 6, 1, 1, seed=1)
    return (height * (-((x - a) ** 2 + (y - b) ** 2) / 0.045).exp()).sum(1, keepdim=True)


def gradient_rate(side: int, target: FieldAction, *filters: Tensor) -> Tensor:
    def f(x: Tensor) -> Tensor:
        return nn.functional.conv2d(x, torch.stack(filters)[:, None], padding=1)

    return lie_rate(f, image_action(SO2()), target, blobs(side), torch.ones(1, dtype=torch.float64)).mean()


def test_a_gradient_turns_as_a_vector_to_second_order_in_the_cell() -> None:
    vectors = FieldAction(SO2(), Irrep(SO2(), 1))
    coarse, fine = (gradient_rate(side, vectors, RIGHT, UP) for side in (17, 33))
    assert fine / coarse < 0.3  # a quarter, and a fifth more
    assert gradient_rate(33, vectors, RIGHT, -UP) > 0.5
    assert gradient_rate(33, image_action(SO2(), 2), RIGHT, UP) > 0.5
    assert gradient_rate(33, image_action(SO2()), RIGHT) > 0.5


def test_escnn_gates_in_single_precision() -> None:
    """escnn's gated non-linearities always give float32."""
    torch.manual_seed(0)
    space = gspaces.rot2dOnR2(-1, maximum_frequency=1)
    image, gated = (
        enn.FieldType(space, [space.trivial_repr]),
        enn.FieldType(space, [space.trivial_repr, space.irrep(1)]),
    )
    gate = enn.GatedNonLinearity1(gated)
    network = Encoder([stage(enn.SequentialModule(conv(image, gated), gate)), stage(conv(gate.out_type, image))])
    x = smooth(2, 1, 17, 17).float()
    report = lie_by_layer(network, x, torch.ones(1))
    assert report.relative(report.total - report.derivative).amax() < 1e-5 * report.rate.amin()
    with torch.no_grad():
        expected = extrapolated(deepcopy(network).eval(), network.action_in, network.action_out, x, torch.ones(1), 1e-2)
    assert residuals(report.derivative, expected).amax() < 2e-2


def test_invariants_of_a_finite_group_under_its_lie_group() -> None:
    """The mean over the fibres of C_8 turns as an image under SO(2), as nearly as C_8 does; one fibre does not."""
    torch.manual_seed(0)
    encoder = own_precision(CNN(fields=(4,), steps=(1,)).build(Cyclic(8), 1, 17))
    x, v = smooth(2, 1, 17, 17), torch.ones(1, dtype=torch.float64)
    images, invariants = image_action(SO2()), image_action(SO2(), 4)

    def pooled(x: Tensor) -> Tensor:
        return encoder(x).unflatten(1, (4, 8)).mean(2)

    encoder.eval()
    mean = lie_rate(pooled, images, invariants, x, v).mean()
    one_fibre = lie_rate(lambda x: encoder(x)[:, ::8], images, invariants, x, v).mean()
    assert mean < one_fibre
    with pytest.raises(TypeError, match=r"Cyclic\(n=8\) has no Lie algebra"):
        lie_by_layer(encoder, x, v)


def test_table() -> None:
    _, _, *rows = lie_by_layer(chain(Gate(), mlp(), Gate()), normal(4, 3), normal(3)).table().splitlines()
    assert [line.split()[0] for line in rows] == ["f0", "f1", "f2", "sum", "end", "gap"]
    assert rows[3].split()[-1] == rows[4].split()[-1]


@pytest.mark.parametrize(
    ("error", "message", "layers", "v"),
    [
        (ValueError, "at least one layer", [], torch.ones(3)),
        (ValueError, "the algebra of SO3", chain(Gate()), torch.ones(2)),
        (ValueError, r"one per sample \(b a\), got \(2, 1, 3\) for 4", chain(Gate()), torch.ones(2, 1, 3)),
        (TypeError, "one group, got SO3", [("f", Gate(), VECTORS, Standard(Affine2()))], torch.ones(3)),
        (
            TypeError,
            "'f0' gives Standard.*'f1' takes Irrep",
            [*chain(Gate()), ("f1", Gate(), Irrep(SO3(), 1), VECTORS)],
            torch.ones(3),
        ),
    ],
)
def test_errors(error, message, layers, v) -> None:
    with pytest.raises(error, match=message):
        lie_by_layer(layers, normal(4, 3), v)
