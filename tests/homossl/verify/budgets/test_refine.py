"""Refined networks come closer to the continuous one; what is outside the equivariant basis stays what it is."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from groups import Cyclic, FieldAction, image_action
from homossl.encoders import CNN, Encoder, ResNet18
from homossl.lowering import raised
from homossl.verify.budgets.kernels import fine_kernel, tap_kernel
from homossl.verify.budgets.refine import copied, refine, refines, separated, without_continuous_filter
from homossl.verify.budgets.spectral import band_limited, refined, spectral
from proofs_check.laws import relative_error

EIGHT = Cyclic(8)
EIGHTH = EIGHT.element([1])
X = band_limited(image_action(EIGHT), 1, 17, 7.0, torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def linear() -> Encoder:
    """One steerable convolution, as an encoder from images to a regular field."""
    encoder: Any = raised(cnn((1,)))
    body = encoder.stages[0].body.body
    body[1], body[2] = nn.Identity(), nn.Identity()
    return encoder


def cnn(fields: tuple[int, ...] = (1, 1), **options: str) -> Encoder:
    torch.manual_seed(0)
    encoder = CNN(fields=fields, steps=(1, 2, 1)[: len(fields)], **options).build(EIGHT, 1, 17)  # type: ignore[arg-type]
    return encoder.double().eval()


@torch.no_grad()
def residual(model: nn.Module, action: FieldAction, refinement: int) -> float:
    """At 45 degrees and on the cells of the coarse grid."""
    x, move = refined(X, refinement), spectral(image_action(EIGHT), refinement)
    moved = spectral(action, refinement)(EIGHTH, model(x))
    return relative_error(model(move(EIGHTH, x)), moved).item()


def test_a_steerable_filter_becomes_equivariant_to_every_turn(linear: Encoder) -> None:
    coarse, *fine = [residual(refine(linear, r) if r > 1 else linear, linear.action_out, r) for r in (1, 2, 4)]  # type: ignore[arg-type]
    assert coarse > 1e-2
    assert fine[0] < 5e-3
    assert fine[1] < 1e-3


def test_control_the_same_taps_do_not(linear: Encoder) -> None:
    taps = copied(linear)
    outside = refine(plane_filters(taps), 4)
    assert residual(outside, linear.action_out, 4) > 1e-2  # type: ignore[arg-type]


def plane_filters(model: nn.Module) -> nn.Module:
    """The model with each filter as weights outside any basis."""
    for module in model.modules():
        if hasattr(module, "basisexpansion"):
            module.weights.data.zero_()  # type: ignore[union-attr]
    return model


def test_what_is_wrong_with_a_stored_basis_stays_as_taps() -> None:
    conv = steerable(copied(cnn()))
    before = fine_kernel(conv, 2)
    ((_, block),) = conv.basisexpansion.named_children()
    block.sampled_basis[1, :, :, 0] += 0.1
    conv.train().eval()
    change = (fine_kernel(conv, 2) - before).detach()
    size, middle = change.norm(), (change.shape[-1] - 1) // 2
    change[..., middle - 2 : middle + 3 : 2, middle - 2 : middle + 3 : 2] = 0
    assert change.norm() < 0.2 * size


def test_finer_networks_converge() -> None:
    encoder = cnn()
    coarse = [refine(encoder, r)(refined(X, r))[..., ::r, ::r].detach() for r in (2, 3, 6)]
    apart = [relative_error(z, coarse[-1]).item() for z in (encoder(X), *coarse[:2])]
    assert apart[0] > 3 * apart[1] > 3 * apart[2]


def test_weights_outside_the_basis_stay_taps() -> None:
    conv = steerable(copied(cnn()))
    extra = torch.randn(conv.filter.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    before = fine_kernel(conv, 2)
    conv.filter = conv.filter.detach() + extra
    radius = (before.shape[-1] - 1) // 2
    expected = torch.zeros_like(before)
    expected[..., radius - 2 : radius + 3 : 2, radius - 2 : radius + 3 : 2] = extra
    assert relative_error(fine_kernel(conv, 2) - before, expected) < 1e-12


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(1, 3, 3, padding=1),
        nn.Conv2d(1, 3, 5, stride=2, padding=2, bias=False),
        nn.Conv2d(1, 2, 3, dilation=2, padding=1),
        nn.Conv2d(1, 2, 1),
        cnn(),
        cnn(structure="plain"),
        ResNet18(width=8).build(EIGHT, 1, 17),
    ],
    ids=["conv", "stride", "dilation", "1 x 1", "steerable", "plain", "ResNet-18 form"],
)
def test_convolutions_and_pointwise_layers_have_a_refinement(layer: nn.Module) -> None:
    assert refines(layer, X)


@pytest.mark.parametrize(
    "layer",
    [
        nn.AvgPool2d(3, 1, 1),
        nn.AdaptiveAvgPool2d(5),
        nn.GroupNorm(1, 1),
        nn.Sequential(nn.Flatten(), nn.Linear(289, 2)),
        nn.Conv2d(1, 2, 3, padding=1, padding_mode="circular"),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_control_other_layers_have_none(layer: nn.Module) -> None:
    assert not refines(layer, X)


def test_a_grouped_convolution_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"zeros beyond the border are refined, got 0\.1 with groups=2"):
        refine(nn.Sequential(nn.ReLU(), nn.Conv2d(2, 2, 3, groups=2)))


def test_layers_without_a_continuous_filter_are_named() -> None:
    assert without_continuous_filter(cnn()) == []
    assert without_continuous_filter(cnn(structure="plain")) == ["stages.0.body.0", "stages.1.body.0"]


def test_the_model_is_left_as_it_was() -> None:
    encoder = cnn().float().train()
    before = {name: value.clone() for name, value in encoder.state_dict().items()}
    refine(encoder, 2)(refined(X, 2))
    after = encoder.state_dict()
    assert encoder.training
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_separated_kernels_are_the_kernels() -> None:
    kernel = tap_kernel(nn.Conv2d(3, 2, 3), 2)
    matrices, filters = separated(kernel)
    assert len(filters) <= 6  # taps: as many as there are pairs of channels
    assert relative_error(torch.einsum("roi,rhw->oihw", matrices, filters), kernel) < 1e-5


def steerable(model: nn.Module) -> Any:
    return next(module for module in model.modules() if hasattr(module, "basisexpansion"))
