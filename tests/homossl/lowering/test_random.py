"""Lowered = escnn over random architectures: forward, backward and running statistics, in training and evaluation."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Any

import pytest
import torch
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from groups._escnn import enn, gspaces
from homossl.lowering import Lowered, lower
from homossl.lowering.fields import Fields

SPACES = {
    "C1": gspaces.trivialOnR2(),
    "C4": gspaces.rot2dOnR2(4),
    "D4": gspaces.flipRot2dOnR2(4),
    "SO2": gspaces.rot2dOnR2(-1, maximum_frequency=2),
    "O2": gspaces.flipRot2dOnR2(-1, maximum_frequency=2),
}
WITH_FLOATS = (
    "merge_module",
    "invariantmaps.gpool",
    "invariantmaps.norm",
    "nonlinearities.gated1",
    "nonlinearities.gated2",
    "pooling.norm_max",
)
EXPANDED = ".filter", ".expanded_bias"
Layer = Callable[[Any], nn.Module]


class Wide(types.ModuleType):
    """torch whose float, and whose empty tensors, have 64 bits."""

    float = torch.float64
    empty = staticmethod(partial(torch.empty, dtype=torch.float64))

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)


@pytest.fixture(autouse=True, scope="module")
def wide_escnn() -> Iterator[None]:
    """escnn makes some outputs float32 whatever it is given; here they keep its type, as lowered ones do."""
    with pytest.MonkeyPatch.context() as patch:
        for name in WITH_FLOATS:
            patch.setattr(import_module(f"escnn.nn.modules.{name}"), "torch", Wide("torch"))
        yield


def representations(space: Any) -> list[Any]:
    """Trivial, regular, quotient and irreducible ones."""
    order = space.fibergroup.order()
    finite = [space.regular_repr] if order > 1 else []
    quotient = [space.quotient_repr(2)] if space is SPACES["C4"] else []
    return [space.trivial_repr, *finite, *quotient, *list(space.irreps)[1:4]]


@st.composite
def field_types(draw: st.DrawFn, space: Any) -> Any:
    """Up to four fields in any order; half of them of those that pointwise layers take."""
    kinds = representations(space)
    if draw(st.booleans()):
        kinds = [kind for kind in kinds if "pointwise" in kind.supported_nonlinearities]
    return enn.FieldType(space, draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4)))


@st.composite
def convolutions(draw: st.DrawFn, before: Any, after: Any) -> nn.Module:
    """Any stride, padding, mode, dilation and bias, at times transposed."""
    kernel, stride = draw(st.sampled_from([1, 3, 5])), draw(st.sampled_from([1, 1, 2]))
    options = {"stride": stride, "padding": draw(st.integers(0, kernel // 2 + 1)), "bias": draw(st.booleans())}
    if draw(st.integers(0, 5)) == 0:
        return enn.R2ConvTransposed(before, after, kernel, output_padding=stride - 1, **options)
    mode = draw(st.sampled_from(["zeros", "zeros", "circular", "reflect", "replicate"]))
    dilation = draw(st.sampled_from([1, 1, 2])) if kernel == 3 else 1
    return enn.R2Conv(before, after, kernel, padding_mode=mode, dilation=dilation, **options)


@st.composite
def grouped(draw: st.DrawFn, before: Any) -> list[nn.Module]:
    """A convolution that keeps two halves of the fields apart, once they have been doubled."""
    doubled = enn.FieldType(before.gspace, 2 * list(before.representations))
    return [
        enn.R2Conv(before, doubled, 3, padding=1),
        enn.R2Conv(doubled, doubled, 3, groups=2, bias=draw(st.booleans())),
    ]


@st.composite
def gates(draw: st.DrawFn, before: Any) -> list[nn.Module]:
    """A convolution to fields and their gates, in any order."""
    fields = draw(field_types(before.gspace)).representations
    labels = draw(st.permutations(["gate"] * len(fields) + ["gated"] * len(fields)))
    rest = iter(fields)
    after = [before.gspace.trivial_repr if label == "gate" else next(rest) for label in labels]
    kind = enn.FieldType(before.gspace, after)
    return [
        enn.R2Conv(before, kind, 3, padding=1),
        enn.GatedNonLinearity1(kind, labels, drop_gates=draw(st.booleans())),
    ]


def restriction(before: Any) -> st.SearchStrategy[list[nn.Module]]:
    """To half turns; where there are reflections, without them."""
    assume(before.gspace.fibergroup.order() != 1)
    reflected = isinstance(before.gspace.fibergroup.identity.value, tuple)
    return st.builds(lambda: [enn.RestrictionModule(before, (None, 2) if reflected else 2)])


class Twice(enn.EquivariantModule):
    """A user's module in escnn's own manner: gated by a tensor of its own, a residual sum, the layer called twice."""

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.in_type = self.out_type = kind
        trivial = enn.FieldType(kind.gspace, len(kind) * [kind.gspace.trivial_repr])
        self.gates, self.gated = enn.R2Conv(kind, trivial, 1), enn.GatedNonLinearity2((trivial, kind))
        self.gain = nn.Parameter(torch.tensor(0.5))

    def forward(self, x: Any) -> Any:
        y = self.gated(self.gates(x), x) * self.gain + x
        return self.gated(self.gates(y), y) if self.training else y

    def evaluate_output_shape(self, input_shape: Any) -> Any:
        return input_shape


def branches(kind: Any) -> nn.Module:
    """Every other field through a norm, the rest through nothing."""
    labels = ["even" if i % 2 == 0 else "odd" for i in range(len(kind))]
    parts = kind.group_by_labels(labels)
    modules = [(enn.IIDBatchNorm2d(parts["even"]), "even")]
    modules += [(enn.IdentityModule(parts["odd"]), "odd")] if "odd" in parts else []
    return enn.MultipleModule(kind, labels, modules, reshuffle=len(kind) % 2)


ANY: dict[str, Layer] = {
    "iid": enn.IIDBatchNorm2d,
    "iid, cumulative": lambda kind: enn.IIDBatchNorm2d(kind, momentum=None),
    "iid, untracked": lambda kind: enn.IIDBatchNorm2d(kind, track_running_stats=False, affine=False),
    "gnorm": enn.GNormBatchNorm,
    "average": lambda kind: enn.PointwiseAvgPool2D(kind, 2, padding=1),
    "blurred average": lambda kind: enn.PointwiseAvgPoolAntialiased2D(kind, 0.6, 2),
    "norm maximum": lambda kind: enn.NormMaxPool(kind, 2),
    "field dropout": lambda kind: enn.FieldDropout(kind, 0.3),
    "reshuffle": lambda kind: enn.ReshuffleModule(kind, list(range(len(kind)))[::-1]),
    "disentangle": enn.DisentangleModule,
    "identity": enn.IdentityModule,
    "upsampling": lambda kind: enn.R2Upsampling(kind, 2),
    "norm pooling": enn.NormPool,
    "branches": branches,
    "twice": Twice,
}
POINTWISE: dict[str, Layer] = {
    "inner": enn.InnerBatchNorm,
    "inner, cumulative": lambda kind: enn.InnerBatchNorm(kind, momentum=None),
    "inner, untracked": lambda kind: enn.InnerBatchNorm(kind, track_running_stats=False, affine=False),
    "relu": lambda kind: enn.ReLU(kind, inplace=True),
    "elu": lambda kind: enn.ELU(kind, alpha=0.5),
    "leaky relu": enn.LeakyReLU,
    "tanh": lambda kind: enn.PointwiseNonLinearity(kind, "p_tanh"),
    "maximum": lambda kind: enn.PointwiseMaxPool2D(kind, 3, 2, padding=1),
    "blurred maximum": lambda kind: enn.PointwiseMaxPoolAntialiased2D(kind, 2, 2),
    "adaptive average": lambda kind: enn.PointwiseAdaptiveAvgPool2D(kind, 4),
    "adaptive maximum": lambda kind: enn.PointwiseAdaptiveMaxPool2D(kind, 4),
    "dropout": lambda kind: enn.PointwiseDropout(kind, 0.3),
    "group pooling": enn.GroupPooling,
}
NORMS: dict[str, Layer] = {
    "norm relu": enn.NormNonLinearity,
    "squash": lambda kind: enn.NormNonLinearity(kind, "squash", bias=False),
}
CENTRED: dict[str, Layer] = {"norm batch": enn.NormBatchNorm}


def layers(kind: Any) -> dict[str, Layer]:
    """What can follow fields of a type."""
    both = {"pointwise": POINTWISE, "norm": NORMS}
    found = [
        those for what, those in both.items() if all(what in r.supported_nonlinearities for r in kind.representations)
    ]
    centred = NORMS in found and not any(r.contains_trivial() for r in kind.representations)
    return {name: layer for those in (ANY, *found, *([CENTRED] if centred else [])) for name, layer in those.items()}


@st.composite
def steps(draw: st.DrawFn, before: Any) -> list[nn.Module]:
    """A convolution or more, and some layers."""
    how = draw(st.sampled_from(["plain", "plain", "plain", "grouped", "gates", "restriction"]))
    if how == "plain":
        parts = [draw(convolutions(before, draw(field_types(before.gspace))))]
    else:
        parts = draw({"grouped": grouped, "gates": gates, "restriction": restriction}[how](before))
    for _ in range(draw(st.integers(1, 3))):
        kind = parts[-1].out_type
        parts.append(layers(kind)[draw(st.sampled_from(sorted(layers(kind))))](kind))
    return parts


@st.composite
def architectures(draw: st.DrawFn) -> nn.Module:
    """One or two steps, from fields over any group."""
    space = SPACES[draw(st.sampled_from(list(SPACES)))]
    try:
        parts = draw(steps(draw(field_types(space))))
        parts += draw(steps(parts[-1].out_type)) if draw(st.booleans()) else []
    except ValueError:  # there are no equivariant kernels of this size between these fields
        reject()
    return enn.SequentialModule(*parts).double()


def results(network: nn.Module, x: Tensor) -> list[Tensor]:
    """What a pass gives, the gradients it sends back, and what it leaves in the buffers."""
    torch.manual_seed(0)
    x = x.clone().requires_grad_()
    y = network(x) if isinstance(network, Lowered) else network(enn.GeometricTensor(x, network.in_type)).tensor
    weights = torch.linspace(0.5, 1.5, y.numel(), dtype=y.dtype).reshape(y.shape)
    learned = [p for p in network.parameters() if p.requires_grad and p.numel()]
    gradients = torch.autograd.grad((weights * y).square().sum(), [x, *learned], allow_unused=True)
    left = [value.clone() for name, value in sorted(network.state_dict().items()) if not name.endswith(EXPANDED)]
    return [y.detach(), *(torch.zeros((), dtype=x.dtype) if g is None else g for g in gradients), *left]


def check_equal(ours: list[Tensor], theirs: list[Tensor]) -> None:
    """To 1e-10 of the largest entry of each; a gradient may be 0 but for rounding, so 1e-13 of the largest of all."""
    scale = max(map(largest, theirs))
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-10 * max(largest(b), 1e-3 * scale))


def largest(x: Tensor) -> float:
    return float(x.abs().max()) if x.numel() else 0.0


def randomised(network: nn.Module) -> nn.Module:
    """With parameters that are not the ones and zeros that networks start with."""
    with torch.no_grad():
        for p in network.parameters():
            if p.requires_grad:
                p.add_(0.3 * torch.randn_like(p))
    return network


def check_lowering(network: nn.Module, x: Tensor, layout: torch.memory_format = torch.contiguous_format) -> None:
    theirs, ours = network, lower(deepcopy(network))
    assert list(ours.state_dict()) == list(theirs.train().state_dict())
    for training in (True, True, False):
        theirs.train(training)
        ours.train(training)
        check_equal(results(ours, x.contiguous(memory_format=layout)), results(theirs, x))


@given(architectures(), st.sampled_from([9, 12]))
@settings(max_examples=100)
def test_lowered_networks_are_escnn(network: nn.Module, side: int) -> None:
    torch.manual_seed(0)
    randomised(network)
    x = torch.randn(2, network.in_type.size, side, side, dtype=torch.float64)
    try:
        results(deepcopy(network), x)
    except (RuntimeError, ValueError):  # escnn itself has no room for a kernel, or a single value per field
        reject()
    check_lowering(network, x)


C4 = SPACES["C4"]
MIXED = [C4.regular_repr, C4.trivial_repr, C4.quotient_repr(2), C4.regular_repr, C4.trivial_repr, C4.trivial_repr]
TURNING = [C4.irrep(1), C4.irrep(2), C4.irrep(1)]
ONCE = [
    *TURNING,
    C4.trivial_repr,
    C4.regular_repr,
    C4.trivial_repr,
    C4.quotient_repr(2),
]  # all that escnn's gnorm takes
AFTER = {"pointwise": (POINTWISE, MIXED), "norms": (NORMS, TURNING + MIXED), "centred": (CENTRED, TURNING)}
CASES = [(name, layer, ONCE) for name, layer in ANY.items()]
CASES += [(name, layer, kinds) for those, kinds in AFTER.values() for name, layer in those.items()]


def after_a_convolution(layer: Layer, kinds: list[Any]) -> nn.Module:
    images, kind = enn.FieldType(C4, 2 * [C4.trivial_repr]), enn.FieldType(C4, kinds)
    return randomised(enn.SequentialModule(enn.R2Conv(images, kind, 3), layer(kind)).double())


@pytest.mark.parametrize(("layer", "kinds"), [case[1:] for case in CASES], ids=[name for name, *_ in CASES])
def test_every_layer_is_that_of_escnn(layer: Layer, kinds: list[Any]) -> None:
    check_lowering(after_a_convolution(layer, kinds), torch.randn(2, 2, 8, 8, dtype=torch.float64))


LAST = [case for case in CASES if case[0] != "dropout"]  # torch draws what it drops in the order of the memory


@pytest.mark.parametrize(("layer", "kinds"), [case[1:] for case in LAST], ids=[name for name, *_ in LAST])
def test_every_layer_is_that_of_escnn_where_channels_lie_side_by_side(layer: Layer, kinds: list[Any]) -> None:
    x = torch.randn(2, 2, 8, 8, dtype=torch.float64)
    check_lowering(after_a_convolution(layer, kinds), x, torch.channels_last)


def reversed_fields(fields: Fields) -> Fields:
    return Fields(fields.runs[::-1])


def test_another_order_of_fields_is_another_function() -> None:
    network, x = after_a_convolution(enn.InnerBatchNorm, MIXED), torch.randn(2, 2, 8, 8, dtype=torch.float64)
    conv, norm = lower(deepcopy(network)), lower(deepcopy(network))
    conv.get_submodule("0").expansion = replace(
        conv.get_submodule("0").expansion, rows=reversed_fields(conv.get_submodule("0").expansion.rows)
    )
    norm.get_submodule("1").fields = reversed_fields(norm.get_submodule("1").fields)
    expected = results(deepcopy(network), x)
    check_equal(results(lower(network), x), expected)
    for swapped in (conv, norm):
        with pytest.raises(AssertionError):
            check_equal(results(swapped, x), expected)
