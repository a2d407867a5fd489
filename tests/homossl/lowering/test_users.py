"""Users' own modules around escnn's, and what cannot be lowered."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from groups._escnn import enn, gspaces
from homossl.lowering import lower

SPACE = gspaces.rot2dOnR2(4)
IMAGE = enn.FieldType(SPACE, [SPACE.trivial_repr])
FIELD = enn.FieldType(SPACE, 2 * [SPACE.regular_repr])
X = torch.randn(2, 1, 9, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def block() -> Any:
    return enn.SequentialModule(enn.R2Conv(FIELD, FIELD, 3, padding=1), enn.InnerBatchNorm(FIELD), enn.ReLU(FIELD))


class Classifier(nn.Module):
    """It wraps, sums, splits and joins fields, keeps blocks in a list, and ends in plain layers."""

    def __init__(self) -> None:
        super().__init__()
        self.input_type = IMAGE
        self.stem = enn.R2Conv(IMAGE, FIELD, 3)
        self.blocks = [block(), block()]
        for i, each in enumerate(self.blocks):
            self.add_module(f"block{i}", each)
        self.gain = nn.Parameter(torch.tensor(0.5))
        self.register_buffer("shift", torch.tensor(0.25))
        self.head = nn.Sequential(nn.Linear(16, 5), nn.BatchNorm1d(5))

    def forward(self, x: Tensor, scale: float = 2.0) -> tuple[Tensor, dict[str, Any]]:
        x = self.stem(self.input_type(x))
        for each in self.blocks:
            x = x + each(x) * self.gain
        first, second = x.split([1])
        joined = enn.tensor_directsum([second, first, x])
        y = joined.tensor.mean(dim=(2, 3)) * scale + (self.shift + torch.tensor(1.0))
        if self.training:
            y = y + 1
        return self.head(y.view(y.size(0), -1)), {"features": joined}


@pytest.mark.parametrize("training", [True, False])
def test_a_user_s_module_is_followed(training):
    torch.manual_seed(0)
    net = Classifier().double().train()
    ours = lower(deepcopy(net))
    assert list(ours.state_dict()) == list(net.state_dict())
    theirs, fields = net.train(training)(X)
    logits, features = ours.train(training)(X)
    torch.testing.assert_close(logits, theirs, rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(features["features"], fields["features"].tensor, rtol=1e-10, atol=1e-10)
    gradients = [
        torch.autograd.grad(y.square().sum(), list(m.parameters())) for y, m in ((logits, ours), (theirs, net))
    ]
    for a, b in zip(*gradients, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-8, atol=1e-10)
    torch.testing.assert_close(ours(X, scale=-1.0)[0], net(X, scale=-1.0)[0], rtol=1e-10, atol=1e-10)


def test_a_module_that_takes_fields_needs_their_type():
    net = nn.Sequential(enn.R2Conv(IMAGE, FIELD, 3), enn.ReLU(FIELD)).double()
    expected = net(IMAGE(X)).tensor
    assert torch.allclose(lower(net, IMAGE)(X), expected)
    with pytest.raises(TypeError, match=r"0 \(R2Conv\) takes a field, got a plain tensor: give `in_type`"):
        lower(net)
    with pytest.raises(TypeError, match=r"0 \(R2Conv\) takes fields of type .*irrep_0.*, got .*regular"):
        lower(net, FIELD)


def test_several_inputs_have_several_types():
    class Pair(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.relu = enn.ReLU(FIELD)

        def forward(self, x: Any, y: Any, z: Any) -> Any:
            return self.relu(x) + y, z + 1

    x, y = torch.randn(2, 1, 8, 3, 3)
    first, second = lower(Pair(), (FIELD, FIELD))(x, y, z=torch.ones(1))
    assert torch.equal(first, x.relu() + y)
    assert second == 2


def test_what_has_no_lowering_is_named():
    net = enn.SequentialModule(block(), enn.SequentialModule(enn.ReLU(FIELD), enn.VectorFieldNonLinearity(FIELD)))
    with pytest.raises(TypeError, match=r"1\.1: cannot lower VectorFieldNonLinearity; .*InnerBatchNorm.*R2Conv"):
        lower(net)


def test_a_subclass_that_computes_in_its_own_way_is_refused_and_others_are_not():
    class Doubled(enn.R2Conv):
        def expand_parameters(self) -> Any:
            filters, bias = super().expand_parameters()
            return 2 * filters, bias

    class Small(enn.R2Conv):
        def __init__(self) -> None:
            super().__init__(FIELD, FIELD, 1)

    with pytest.raises(TypeError, match="0: cannot lower Doubled"):
        lower(enn.SequentialModule(Doubled(FIELD, FIELD, 3)))
    with pytest.raises(TypeError, match="the model: cannot lower Doubled"):
        lower(Doubled(FIELD, FIELD, 3))
    assert lower(enn.SequentialModule(Small()))(torch.randn(1, 8, 3, 3)).shape == (1, 8, 3, 3)


def test_a_forward_pass_that_depends_on_values_is_named():
    class Gated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.relu = enn.ReLU(FIELD)

        def forward(self, x: Any) -> Any:
            return self.relu(x) if x.tensor.sum() > 0 else x

    with pytest.raises(TypeError, match=r"1 \(Gated\): cannot lower what cannot be followed without values"):
        lower(nn.Sequential(enn.ReLU(FIELD), Gated()), FIELD)


def test_escnn_s_fields_check_their_tensors_again_afterwards():
    lower(block())
    with pytest.raises(AssertionError):
        enn.GeometricTensor(torch.zeros(1, 3, 2, 2), FIELD)


def test_parts_that_are_not_called_keep_their_state():
    class Sparing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.block, self.spare = (
                block(),
                nn.ModuleList([enn.VectorFieldNonLinearity(FIELD), block(), nn.Linear(2, 2)]),
            )

        def forward(self, x: Any) -> Any:
            return self.block(x)

    net = Sparing()
    assert list(lower(net, FIELD).train().state_dict()) == list(net.train().state_dict())


def test_lowered_parts_are_parts_like_any_other():
    part = lower(enn.R2Conv(FIELD, FIELD, 3).double())
    assert lower(part) is part
    whole = lower(nn.Sequential(part, lower(block().double())))
    x = torch.randn(2, 8, 9, 9, dtype=torch.float64)
    assert torch.equal(whole.eval()(x), whole.get_submodule("1")(part(x)))
    assert whole.get_submodule("0") is part


def test_a_layer_that_is_no_part_of_the_model_is_named():
    class Hiding(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.relu, self.hidden = enn.ReLU(FIELD), [nn.Identity()]

        def forward(self, x: Any) -> Any:
            return self.hidden[0](self.relu(x))

    with pytest.raises(TypeError, match=r"the model \(Hiding\): .*not installed as a submodule"):
        lower(Hiding(), FIELD)
