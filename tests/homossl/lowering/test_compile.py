"""torch.compile follows lowered networks as one graph, and its results are never stale."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch._dynamo.exc import TorchDynamoException

from groups import Cyclic
from groups._escnn import enn, gspaces
from homossl.encoders import CNN
from homossl.lowering import lower

SPACE = gspaces.rot2dOnR2(4)
IMAGE = enn.FieldType(SPACE, 2 * [SPACE.trivial_repr])
REGULAR = enn.FieldType(SPACE, [SPACE.regular_repr, SPACE.trivial_repr, SPACE.regular_repr])
TURNING = enn.FieldType(SPACE, [SPACE.irrep(1), SPACE.trivial_repr, SPACE.irrep(1), SPACE.irrep(2)])


def inputs() -> Tensor:
    return torch.randn(2, 2, 9, 9, generator=torch.Generator().manual_seed(0))


def few_layers() -> Any:
    """A block."""
    torch.manual_seed(0)
    parts = enn.R2Conv(IMAGE, REGULAR, 3), enn.InnerBatchNorm(REGULAR), enn.ReLU(REGULAR, inplace=True)
    return enn.SequentialModule(*parts).float()


def many_layers() -> Any:
    """Each kind of layer that has work to do at run time."""
    torch.manual_seed(0)
    pointwise = [enn.InnerBatchNorm(REGULAR), enn.ReLU(REGULAR, inplace=True), enn.PointwiseMaxPool(REGULAR, 3, 2, 1)]
    fields = [
        enn.IIDBatchNorm2d(TURNING),
        enn.NormNonLinearity(TURNING),
        enn.GNormBatchNorm(TURNING),
        enn.NormPool(TURNING),
    ]
    conv = enn.R2Conv(REGULAR, TURNING, 3, padding=1, bias=False)
    return enn.SequentialModule(enn.R2Conv(IMAGE, REGULAR, 3), *pointwise, conv, *fields).float()


def gradients(network: nn.Module, y: Tensor) -> list[Tensor]:
    return list(
        torch.autograd.grad(y.square().sum(), [p for p in network.parameters() if p.requires_grad and p.numel()])
    )


def check_same(compiled: Any, network: nn.Module, x: Tensor) -> None:
    """The same outputs and gradients as without compiling, to float32."""
    y, expected = compiled(x), network(x)
    torch.testing.assert_close(y, expected, rtol=1e-4, atol=1e-5)
    pairs = list(zip(gradients(network, y), gradients(network, expected), strict=True))
    scale = max(float(b.abs().max()) for _, b in pairs if b.numel())
    for a, b in pairs:
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5 * scale)


@pytest.mark.parametrize("make", [few_layers, pytest.param(many_layers, marks=pytest.mark.slow)])
def test_one_graph_in_training_and_in_evaluation_and_never_stale(make):
    network = lower(make())
    compiled = torch.compile(network, backend="eager", fullgraph=True)
    for training in (False, True):
        network.train(training)
        check_same(compiled, network, inputs())
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.add_(0.1)
        check_same(compiled, network, inputs())


def test_escnn_s_own_networks_are_more_than_one_graph():
    norm = enn.InnerBatchNorm(REGULAR)
    compiled = torch.compile(lambda x: norm(enn.GeometricTensor(x, REGULAR)).tensor, backend="eager", fullgraph=True)
    with pytest.raises(TorchDynamoException):
        compiled(torch.randn(2, 9, 3, 3))


@pytest.mark.slow
def test_generated_code_computes_the_same_where_channels_lie_side_by_side():
    torch.manual_seed(0)
    encoder = CNN(fields=(2,), steps=(2,)).build(Cyclic(4), channels=2, size=9)
    compiled = torch.compile(encoder, fullgraph=True)
    check_same(compiled, encoder, inputs().contiguous(memory_format=torch.channels_last))


def test_compiled_under_autocast_filters_are_expanded_in_float32():
    network = lower(enn.R2Conv(IMAGE, REGULAR, 3, bias=False).float())
    compiled = torch.compile(network.expand, backend="aot_eager", fullgraph=True)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(compiled()[0], network.expand()[0])
