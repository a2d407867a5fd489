"""Faults planted in correct networks are found, and blamed on the right layer; correct networks raise no alarm."""

from __future__ import annotations

import random

import pytest
import torch
from hypothesis import settings
from torch import nn

from groups import Cyclic, Dihedral, Element, FieldAction, Group, Regular, SemidirectProduct, Torus, image_action
from groups._escnn import enn
from homossl.encoders import CNN, Encoder, ResNet18, Stage
from homossl.lowering import raised
from homossl.verify.check import check
from homossl.verify.elements import elements_to_test
from homossl.verify.inputs import smooth_input

P4 = SemidirectProduct(Torus(9, 9), Cyclic(4))


class Escnn(nn.Module):
    """A map of tensors as one of escnn's tensors, of the same type."""

    def __init__(self, inner) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, z):
        return enn.GeometricTensor(self.inner(z.tensor), z.type)


class Lambda(nn.Module):
    """A function as a module that names itself."""

    def __init__(self, f) -> None:
        super().__init__()
        self.f = f

    def forward(self, x):
        return self.f(x)


class Lift(nn.Module):
    """A filter in front of every turn of the image, of `angle(k)` quarters: k is right; (b 1 h w) -> (b 4 h w)."""

    def __init__(self, angle) -> None:
        super().__init__()
        self.conv, self.angle = nn.Conv2d(1, 1, 3, padding=1), angle

    def forward(self, x):
        turns = [torch.rot90(self.conv(torch.rot90(x, -self.angle(k), (-2, -1))), k, (-2, -1)) for k in range(4)]
        return torch.cat(turns, dim=1)


def network(group: Group = Cyclic(4), size: int = 9, **options) -> Encoder:
    """A correct network of escnn's own modules."""
    return raised(lowered(group, size, **options))  # type: ignore[return-value]


def lowered(group: Group = Cyclic(4), size: int = 9, **options) -> Encoder:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return CNN(**{"fields": (2, 3, 2), "steps": (1, 1, 1)} | options).build(group, 1, size)


def blocks(encoder: Encoder, stage: int) -> nn.Sequential:
    """Convolution, norm, ReLU of a stage."""
    return encoder.stages[stage].body.body  # type: ignore[return-value]


def wrong_padding() -> tuple[nn.Module, str]:
    encoder = network(P4)
    blocks(encoder, 1)[0].padding_mode = "zeros"  # type: ignore[assignment]
    return encoder, "stages.1.body.body.0"


def lopsided_padding() -> tuple[nn.Module, str]:
    encoder = network()
    blocks(encoder, 2).insert(1, Escnn(Lambda(lambda x: nn.functional.pad(x, (2, 0))[..., :-2])))
    return encoder, "stages.2.body.body.1.inner"


def transposed_rotation() -> tuple[nn.Module, str]:
    encoder = network()
    back = Lambda(lambda x: x.unflatten(1, (-1, 4))[:, :, [0, 3, 2, 1]].flatten(1, 2))
    blocks(encoder, 1).append(Escnn(back))
    return encoder, "stages.1.body.body.3.inner"


def lifting(angle) -> Encoder:
    return Encoder(Stage(Lift(angle), image_action(Cyclic(4)), FieldAction(Cyclic(4), Regular(Cyclic(4)))))


def transposed_filter_rotation() -> tuple[nn.Module, str]:
    return lifting(lambda k: -k), "stages.0.body"


def swapped_field_order() -> tuple[nn.Module, str]:
    encoder = network()
    swap = Lambda(lambda x: x.unflatten(1, (-1, 4)).transpose(1, 2).flatten(1, 2))
    blocks(encoder, 1).insert(2, Escnn(swap))
    return encoder, "stages.1.body.body.2.inner"


def off_by_one_angle() -> tuple[nn.Module, str]:
    return lifting(lambda k: k + (k == 3)), "stages.0.body"


def norm_per_channel() -> tuple[nn.Module, str]:
    encoder = network()
    blocks(encoder, 1)[1] = Escnn(nn.BatchNorm2d(12))
    return encoder, "stages.1.body.body.1.inner"


def trained_norm_per_channel() -> tuple[nn.Module, str]:
    encoder, name = norm_per_channel()
    norm = encoder.get_submodule(name)
    norm.running_mean.add_(torch.linspace(0, 1, 12))  # type: ignore[union-attr, operator]
    return encoder, name


def pool_on_even_grid() -> tuple[nn.Module, str]:
    encoder = network(size=16)
    blocks(encoder, 2).append(Escnn(nn.MaxPool2d(3, stride=2, padding=1)))
    return encoder, "stages.2.body.body.3.inner"


def untied_filter() -> tuple[nn.Module, str]:
    encoder = network()
    encoder.stages[1].body = nn.Conv2d(8, 12, 3, padding=1)  # type: ignore[assignment]
    return encoder, "stages.1.body"


def swapped_between_layers() -> tuple[nn.Module, str]:
    """The fault is in what a container does between its parts."""
    encoder = network()
    encoder.forward = lambda x: encoder.stages[2](encoder.stages[1](encoder.stages[0](x)).roll(1, 1))  # type: ignore
    return encoder, ""


def lowered_norm_per_channel() -> tuple[nn.Module, str]:
    encoder = lowered()
    blocks(encoder, 1)[1] = nn.BatchNorm2d(12)
    return encoder, "stages.1.body.body.1"


def lowered_wrong_padding() -> tuple[nn.Module, str]:
    encoder = lowered(P4)
    blocks(encoder, 1)[0].source.padding_mode = "zeros"  # type: ignore[union-attr]
    return encoder, "stages.1.body.body.0"


FAULTS = [
    lowered_norm_per_channel,
    lowered_wrong_padding,
    wrong_padding,
    lopsided_padding,
    transposed_rotation,
    transposed_filter_rotation,
    swapped_field_order,
    off_by_one_angle,
    norm_per_channel,
    trained_norm_per_channel,
    pool_on_even_grid,
    untied_filter,
    swapped_between_layers,
]


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_planted_faults_are_blamed_on_the_right_layer(plant, dtype) -> None:
    model, name = plant()
    x = torch.randn(6, 1, 16, 16) if plant is pool_on_even_grid else torch.randn(6, 1, 9, 9)
    report = check(model.to(dtype), x=x)
    assert not report.passed
    assert [layer.name for layer in report.faults] == [name]
    assert report.worst().layer.startswith(name or "model")
    assert name in report.verdict()


@pytest.mark.parametrize("group", [Cyclic(4), P4], ids=str)
def test_the_same_networks_without_a_fault_pass(group) -> None:
    for correct in (network(group), lowered(group)):
        report = check(correct.double(), x=torch.randn(6, 1, 9, 9))
        assert report.passed
        assert max(layer.own.max().item() for layer in report.layers) < 1e-12


LATTICE = [Cyclic(1), Cyclic(2), Cyclic(4), Dihedral(1), Dihedral(2), Dihedral(4)]
TURNS = [*LATTICE, Cyclic(3), Cyclic(5), Cyclic(6), Cyclic(8), Cyclic(12), Dihedral(3), Dihedral(6), Dihedral(8)]
SIDE = 9
SHIFTS = [Torus(SIDE, SIDE), *[SemidirectProduct(Torus(SIDE, SIDE), turns) for turns in LATTICE[1:5]]]


def random_network(seed: int) -> tuple[Encoder, int]:
    """A correct network of random group, depth, widths, strides, weights and precision, and the side of its images."""
    draw = random.Random(seed)
    group = draw.choice([*TURNS, *SHIFTS])
    size = SIDE if group in SHIFTS else draw.choice([9, 17])
    depth = draw.randint(1, 3)
    strides = [1 if group in SHIFTS else draw.choice([1, 1, 2]) for _ in range(depth)]
    shape = CNN(fields=tuple(draw.randint(1, 3) for _ in range(depth)), steps=tuple(strides))
    order = group.order or 1
    residual = ResNet18(width=8) if order in (1, 2, 4, 8) and size == 17 else shape
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        encoder = draw.choice([shape, shape, residual]).build(group, draw.randint(1, 3), size)
        trained_a_little(encoder)
    return encoder.to(draw.choice([torch.float32, torch.float64])), size


def trained_a_little(encoder: Encoder) -> None:
    """Move statistics, gains and biases of the norms away from where they start."""
    encoder.train()(torch.randn(4, encoder.action_in.fibre.dim, 9, 9))  # type: ignore[attr-defined]
    for module in encoder.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.uniform_(module.bias, -0.5, 0.5)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(10))
def test_no_false_alarm_on_random_architectures(chunk) -> None:
    """On 60 of them, and on 200 with --hypothesis-profile thorough."""
    thorough = settings().max_examples > 100
    for seed in range(20 * chunk, 20 * chunk + (20 if thorough else 6)):
        encoder, size = random_network(seed)
        report = check(encoder, x=some_input(encoder, size, seed), elements=some_elements(encoder, seed), seed=seed)
        assert not report.faults, f"seed {seed}: {report.verdict()}"


def some_elements(encoder: Encoder, seed: int) -> Element:
    """At most eight elements."""
    everything = elements_to_test(encoder.action_in.group, seed)
    return everything[torch.randperm(len(everything), generator=torch.Generator().manual_seed(seed))[:8]]


def some_input(encoder: Encoder, size: int, seed: int) -> torch.Tensor:
    """Smooth waves, and for every other network that interpolates nothing white noise."""
    action = encoder.action_in
    if seed % 2 == 0 or action.group not in LATTICE + SHIFTS:
        return smooth_input(action, 4, size, seed)
    return torch.randn(4, action.fibre.dim, size, size, generator=torch.Generator().manual_seed(seed))  # type: ignore
