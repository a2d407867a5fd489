"""One mean and variance per field is batch normalisation of (b k g h w), in either layout and in half precision."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import torch
from einops import rearrange
from torch import Tensor, nn

from homossl.lowering import FieldNorm

ORDER, FIELDS = 4, 3
OPTIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "cumulative": {"momentum": None},
    "untracked": {"track_running_stats": False},
    "without weights": {"affine": False},
}
LAYOUTS = {"rows": torch.contiguous_format, "channels last": torch.channels_last}


def norm(fields: int = FIELDS, **options: Any) -> nn.BatchNorm3d:
    torch.manual_seed(0)
    module = nn.BatchNorm3d(fields, **options).double()
    for parameter in module.parameters():
        nn.init.normal_(parameter)
    return module


def inputs(seed: int = 0, layout: torch.memory_format = torch.contiguous_format) -> Tensor:
    x = 1 + 3 * torch.randn(5, FIELDS * ORDER, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return x.contiguous(memory_format=layout)


class Moments(FieldNorm):
    """It measures by a step of its own, as norms over several processes do."""

    local = False


def theirs(module: nn.Module, x: Tensor) -> Tensor:
    if isinstance(module, FieldNorm):
        return module(x)
    return rearrange(module(rearrange(x, "b (k g) h w -> b k g h w", g=ORDER)), "b k g h w -> b (k g) h w")


def results(module: nn.Module, x: Tensor) -> list[Tensor]:
    x = x.clone(memory_format=torch.preserve_format).requires_grad_()
    y = theirs(module, x)
    gradients = torch.autograd.grad((y * inputs(9)).square().sum(), [x, *module.parameters()])
    return [y.detach(), *gradients, *module.state_dict().values()]


@pytest.mark.parametrize("kind", [FieldNorm, Moments])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_it_is_batch_normalisation_of_fields(options, layout, kind):
    expected, ours = norm(**options), kind(norm(**options), ORDER)
    for seed, training in enumerate((True, True, False, True)):
        expected.train(training)
        ours.train(training)
        for a, b in zip(results(ours, inputs(seed, layout)), results(expected, inputs(seed)), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_norm_per_channel_is_another(layout):
    ours, channels = FieldNorm(norm(), ORDER), nn.BatchNorm2d(FIELDS * ORDER).double()
    assert not torch.allclose(ours(inputs(0, layout)), channels(inputs()), atol=0.1)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_half_precision_goes_in_and_out_and_statistics_are_in_float32(layout, training):
    ours, expected = FieldNorm(norm().float(), ORDER), norm().float()
    x = (100 + inputs(0, layout)).bfloat16().requires_grad_()
    y = ours.train(training)(x)
    exact = theirs(expected.train(training), x.detach().float())
    assert y.dtype == torch.bfloat16
    assert y.stride() == x.stride()
    torch.testing.assert_close(y, exact.bfloat16(), rtol=2e-2, atol=2e-2)
    for name, value in expected.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], value, rtol=1e-5, atol=1e-5)
    y.float().square().sum().backward()
    assert x.grad is not None
    assert x.grad.dtype == torch.bfloat16


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_gradients(layout):
    ours = FieldNorm(norm(), ORDER)
    x = inputs()[:2, :, :2, :2].contiguous(memory_format=layout).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: ours(x), x)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_gradients_of_a_single_field(layout):
    ours = FieldNorm(norm(1), ORDER)
    x = inputs()[:2, :ORDER, :2, :2].contiguous(memory_format=layout).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: ours(x), x)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_an_activation_may_write_into_what_comes_out(layout):
    x = inputs(0, layout).requires_grad_()
    y = FieldNorm(norm(), ORDER)(x)
    assert not y._is_view()
    torch.relu_(y).sum().backward()
    other = inputs(0, layout).requires_grad_()
    torch.relu(FieldNorm(norm(), ORDER)(other)).sum().backward()
    torch.testing.assert_close(x.grad, other.grad, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_two_passes_before_one_gradient(layout):
    ours = FieldNorm(norm(), ORDER)
    x = inputs(0, layout).requires_grad_()
    (ours(x) + ours(2 * x)).sum().backward()
    assert x.grad is not None


def test_a_slice_of_channels_needs_no_copy():
    ours, wide = FieldNorm(norm(), ORDER), torch.cat([inputs(1), inputs(2), inputs(3)], 1)
    part = wide[:, FIELDS * ORDER : 2 * FIELDS * ORDER]
    assert torch.allclose(ours(part), FieldNorm(norm(), ORDER)(inputs(2)))


@pytest.mark.parametrize("kind", [FieldNorm, Moments])
def test_a_single_value_per_field_is_refused(kind):
    plain = kind(nn.BatchNorm3d(2), 1)
    with pytest.raises(ValueError, match=r"more than one value per field in a batch, got \(1, 2, 1, 1\)"):
        plain(torch.ones(1, 2, 1, 1))
    assert plain.eval()(torch.ones(1, 2, 1, 1)).shape == (1, 2, 1, 1)


def test_its_state_is_that_of_the_norm_it_stands_for():
    source = norm()
    ours = FieldNorm(source, ORDER)
    assert ours.weight is source.weight
    assert list(ours.state_dict()) == list(source.state_dict())
    ours(inputs())
    assert int(source.get_buffer("num_batches_tracked")) == 1
    other = deepcopy(ours)
    other(inputs())
    assert int(source.get_buffer("num_batches_tracked")) == 1
    assert other.weight is other.source.weight
