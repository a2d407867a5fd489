"""Filters are expanded once between two changes of the weights, in full precision, and never stale."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.func import functional_call

from groups._escnn import enn, gspaces
from homossl.lowering import LoweredConv, lower
from homossl.lowering.expansion import Expansion

SPACE = gspaces.rot2dOnR2(4)
PLAIN = enn.FieldType(SPACE, 2 * [SPACE.regular_repr])
MIXED = enn.FieldType(SPACE, [SPACE.irrep(1), SPACE.regular_repr, SPACE.trivial_repr, SPACE.irrep(1), SPACE.irrep(2)])


def layer(kind: Any = PLAIN, kernel: int = 3) -> LoweredConv:
    torch.manual_seed(0)
    return lower(enn.R2Conv(PLAIN, kind, kernel).double())  # type: ignore[return-value]


def inputs() -> Tensor:
    return torch.randn(2, 8, 5, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def expansions(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """One entry for each expansion of a filter."""
    found, expand = [], Expansion.__call__

    def counted(*args: Any) -> Tensor:
        found.append(None)
        return expand(*args)

    monkeypatch.setattr(Expansion, "__call__", counted)
    return found


def check_fresh(conv: LoweredConv) -> None:
    """The filter in use is that of the weights."""
    torch.testing.assert_close(conv.expand()[0], conv.source.expand_parameters()[0], rtol=0, atol=1e-12)


def test_two_passes_share_a_filter_and_each_has_its_gradient(expansions):
    conv = layer()
    first, second = conv(inputs()), conv(2 * inputs())
    with torch.no_grad():
        conv(inputs())
    assert len(expansions) == 1
    (both,) = torch.autograd.grad((first + second).square().sum(), conv.weights)
    source = conv.source
    expected = (source(PLAIN(inputs())).tensor + source(PLAIN(2 * inputs())).tensor).square().sum()
    torch.testing.assert_close(both, torch.autograd.grad(expected, source.weights)[0], rtol=1e-10, atol=1e-10)


def test_backward_passes_can_be_repeated():
    conv = layer(MIXED)
    y = conv(inputs()).square().sum()
    first, second = (torch.autograd.grad(y, conv.weights, retain_graph=True)[0] for _ in range(2))
    assert torch.equal(first, second)


def optimiser_step(conv: LoweredConv) -> None:
    torch.optim.SGD([conv.weights], lr=0.1).step()


CHANGES = {
    "a step of an optimiser": optimiser_step,
    "a write in place": lambda conv: torch.no_grad()(conv.weights.mul_)(2),
    "other data": lambda conv: setattr(conv.weights, "data", 2 * conv.weights.data),
    "a state": lambda conv: conv.load_state_dict({k: 2 * v for k, v in conv.state_dict().items()}),
    "another precision": lambda conv: conv.float().double(),
    "a write in place through .data": lambda conv: conv.weights.data.mul_(2),
    "another basis": lambda conv: conv.source.basisexpansion.load_state_dict(
        {k: v if "indices" in k else 2 * v for k, v in conv.source.basisexpansion.state_dict().items()}
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(change, expansions):
    conv = layer()
    conv(inputs()).square().sum().backward()
    change(conv)
    check_fresh(conv)
    assert len(expansions) == 2


@pytest.mark.parametrize("name", [name for name in CHANGES if ".data" not in name])
def test_a_change_is_seen_in_evaluation(name, expansions):
    conv = layer().eval()
    for parameter in conv.parameters():
        parameter.requires_grad_(False).grad = torch.ones_like(parameter)
    conv(inputs())
    conv(inputs())
    assert len(expansions) == 1
    CHANGES[name](conv)
    check_fresh(conv)
    assert len(expansions) == 2


def test_data_at_the_same_place_is_other_data(expansions):
    conv = layer().eval()
    with torch.no_grad():
        conv(inputs())
        for i in range(5):
            conv.weights.data = torch.full_like(conv.weights, i)
            conv.weights.data = torch.full_like(conv.weights, i + 1)
            check_fresh(conv)


def test_filters_are_expanded_each_time_if_they_are_not_to_be_kept(expansions):
    conv = layer()
    conv.keeps = False
    conv(inputs())
    conv(inputs())
    assert len(expansions) == 2


def test_a_copy_and_other_weights_have_filters_of_their_own(expansions):
    conv = layer()
    with torch.no_grad():
        y = conv(inputs())
        assert torch.equal(deepcopy(conv)(inputs()), y)
        assert torch.allclose(functional_call(conv, {"weights": 2 * conv.weights}, inputs()), 2 * y)
        assert torch.equal(conv(inputs()), y)


def test_inference_mode_leaves_a_filter_to_train_with(expansions):
    conv = layer()
    with torch.inference_mode():
        conv(inputs())
    conv(inputs()).sum().backward()
    assert len(expansions) == 1
    assert conv.weights.grad is not None


@pytest.mark.parametrize("kind", [PLAIN, MIXED], ids=["one kind of field", "mixed"])
@pytest.mark.parametrize("last", [False, True])
def test_derivatives_of_any_order(kind, last):
    conv = layer(kind)
    weights = conv.weights.detach().clone().requires_grad_()

    def filters(weights: Tensor) -> Tensor:
        conv._parameters["weights"] = torch.nn.Parameter(weights) if weights.is_leaf else weights
        return conv.expand(last)[0]

    assert torch.autograd.gradcheck(lambda w: filters(w * 1), weights, fast_mode=True)
    assert torch.autograd.gradgradcheck(lambda w: filters(w * w), weights, fast_mode=True)


@pytest.mark.parametrize("kernel", [1, 3])
def test_filters_lie_as_the_input_does(kernel):
    conv = layer(MIXED, kernel)
    rows, last = conv.expand()[0], conv.expand(last=True)[0]
    assert torch.equal(rows, last)
    assert rows.is_contiguous()
    assert last.is_contiguous(memory_format=torch.channels_last)
    x = inputs().contiguous(memory_format=torch.channels_last)
    assert conv(x).is_contiguous(memory_format=torch.channels_last)


def test_under_autocast_filters_are_expanded_in_float32():
    conv = layer(MIXED)
    conv.float()
    expected = conv.expand()[0].detach().clone()
    conv.kept.clear()
    with torch.autocast("cpu", torch.bfloat16):
        filters, bias = conv.expand()
        y = conv(inputs().float())
        theirs = conv.source.expand_parameters()[0]
    assert (filters.dtype, bias.dtype, y.dtype) == (torch.float32, torch.float32, torch.bfloat16)  # type: ignore[union-attr]
    assert torch.equal(filters, expected)
    y.float().sum().backward()
    assert conv.weights.grad.dtype == torch.float32  # type: ignore[union-attr]
    assert not torch.allclose(theirs.float(), expected, rtol=1e-5), "the control: escnn's are rounded"


def test_half_precision_weights_are_expanded_in_float32_too():
    conv = lower(deepcopy(layer().source)).bfloat16()  # escnn shares its bases, which this one rounds, in a process
    filters = conv.expand()[0]
    assert filters.dtype == torch.bfloat16
    wide = deepcopy(conv).float()
    assert torch.equal(filters, wide.expand()[0].bfloat16())
    assert conv(inputs().bfloat16()).dtype == torch.bfloat16
