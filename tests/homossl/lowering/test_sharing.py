"""Lowered networks and escnn's share their state, which goes both ways between them, and copies are independent."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import homossl
from groups._escnn import enn, gspaces
from homossl.lowering import Lowered, LoweredConv, lower

SPACE = gspaces.rot2dOnR2(4)
IMAGE = enn.FieldType(SPACE, 2 * [SPACE.trivial_repr])
FIELD = enn.FieldType(SPACE, 2 * [SPACE.regular_repr, SPACE.trivial_repr])
CLOSE = {"rtol": 0, "atol": 1e-12}


def network(seed: int = 0) -> Any:
    torch.manual_seed(seed)
    first = [enn.R2Conv(IMAGE, FIELD, 3), enn.InnerBatchNorm(FIELD), enn.ReLU(FIELD, inplace=True)]
    return enn.SequentialModule(*first, enn.R2Conv(FIELD, FIELD, 3, bias=False)).double().train()


def of_escnn(net: Any, x: Tensor) -> Tensor:
    return net(enn.GeometricTensor(x, net.in_type)).tensor


def inputs(seed: int = 0) -> Tensor:
    return torch.randn(3, 2, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_parameters_and_buffers_are_the_very_same():
    net = network()
    ours = lower(net)
    assert [id(p) for p in ours.parameters()] == [id(p) for p in net.parameters()]
    assert list(ours.state_dict()) == list(net.state_dict())
    assert ours.source is net
    assert all(not isinstance(part, enn.R2Conv) for part in ours.modules())
    with torch.no_grad():
        net.get_submodule("0").weights.mul_(2)
    assert torch.allclose(ours(inputs()), of_escnn(net, inputs()), **CLOSE)


def test_moving_one_moves_both():
    net = network()
    ours = lower(net)
    ours(inputs())
    ours.float()
    assert all(value.dtype == torch.float32 for value in net.state_dict().values() if value.is_floating_point())
    assert torch.allclose(ours(inputs().float()), of_escnn(net, inputs().float()), atol=1e-4)


def test_an_optimiser_of_one_trains_both():
    net = network()
    ours = lower(net)
    optimiser = torch.optim.SGD(ours.parameters(), lr=0.1)
    ours(inputs()).square().mean().backward()
    before = of_escnn(net, inputs())
    optimiser.step()
    assert torch.allclose(ours(inputs()), of_escnn(net, inputs()), **CLOSE)
    assert not torch.allclose(before, of_escnn(net, inputs()), atol=1e-3)


@pytest.mark.parametrize("make", [network, lambda: lower(network()).source], ids=["escnn", "source of a lowered one"])
def test_a_copy_is_independent_and_shares_with_the_copy_of_its_source(make):
    ours = lower(make())
    other = deepcopy(ours)
    expected = ours(inputs()).detach()
    assert torch.equal(other(inputs()), expected)
    assert other.source is not ours.source
    assert [id(p) for p in other.parameters()] == [id(p) for p in other.source.parameters()]
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.zero_()
    assert torch.equal(other(inputs()), expected)
    assert torch.allclose(of_escnn(other.source, inputs()), expected, **CLOSE)
    assert not ours(inputs()).any(), "the control"


@pytest.mark.parametrize("training", [True, False])
def test_states_of_escnn_load(training):
    net = network()
    of_escnn(net, inputs(1))
    ours = lower(network(1))
    state = net.train(training).state_dict()
    assert ("0.filter" in state) is not training
    ours.load_state_dict(state)
    assert "0.filter" in state or training, "the state is left as it is"
    assert torch.allclose(ours.eval()(inputs()), of_escnn(net.eval(), inputs()), **CLOSE)


@pytest.mark.parametrize("training", [True, False])
def test_states_load_into_escnn(training):
    ours, net = lower(network()), network(1).train()
    ours(inputs(1))
    net.load_state_dict(ours.train(training).state_dict())
    assert torch.allclose(ours.eval()(inputs()), of_escnn(net.eval(), inputs()), **CLOSE)


def test_a_source_in_evaluation_leaves_no_trace_in_the_state():
    ours = lower(network().eval())
    assert not ours.training
    assert [key for key in ours.state_dict() if key.endswith(("filter", "expanded_bias"))] == []
    ours.load_state_dict(network(1).train().state_dict())
    assert torch.allclose(ours(inputs()), of_escnn(network(1).eval(), inputs()), **CLOSE)


def test_a_state_that_lacks_weights_is_refused():
    state = network().train().state_dict()
    del state["0.weights"]
    with pytest.raises(RuntimeError, match=r"0\.weights"):
        lower(network()).load_state_dict(state)


def test_one_layer_is_lowered_to_itself():
    conv = enn.R2Conv(IMAGE, FIELD, 3).double()
    ours = lower(conv)
    assert isinstance(ours, LoweredConv)
    assert isinstance(ours, Lowered)
    assert torch.allclose(ours(inputs()), of_escnn(conv.train(), inputs()), **CLOSE)


def test_layers_that_are_used_twice_stay_one():
    norm = enn.InnerBatchNorm(FIELD)
    net = nn.Sequential(enn.R2Conv(IMAGE, FIELD, 3), norm, enn.ReLU(FIELD), norm).double()
    ours = lower(net, IMAGE)
    assert ours.get_submodule("1") is ours.get_submodule("3")
    assert len(list(ours.parameters())) == len(list(net.parameters()))
    ours(inputs())
    assert int(norm.get_buffer("batch_norm_[4].num_batches_tracked")) == 2


def test_indices_that_lie_in_one_place_are_made_loadable():
    single = enn.FieldType(SPACE, [SPACE.trivial_repr])
    net = enn.R2Conv(single, FIELD, 3)
    state = {name: value.clone() for name, value in net.state_dict().items()}
    with pytest.raises(RuntimeError, match="refers to a single memory location"):
        net.load_state_dict(state)
    lower(net)
    net.load_state_dict(state)


def test_it_is_found_at_the_top_once_it_is_asked_for():
    code = "import sys, homossl; assert 'torch' not in sys.modules; homossl.lower; assert 'escnn' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert homossl.lower is lower
    with pytest.raises(AttributeError, match="no attribute 'raise_'"):
        homossl.raise_  # type: ignore[attr-defined]  # noqa: B018
