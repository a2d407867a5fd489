"""The encoder of voxels: exact under the cube's motions, lowered to the same numbers, beside a plain twin."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from groups import Cyclic, Octahedral, Regular, Trivial, VolumeAction
from groups._escnn import enn
from groups.interop import to_escnn
from groups.strategies import elements
from homossl.encoders import CNN, Encoder, VoxelCNN
from homossl.layers import PlainVolumes, SteerableVolumes, Unwrapped
from homossl.layers.steerable3d import symmetrised3d
from homossl.lowering import LoweredConv, lower
from homossl.structure import STRUCTURES, build_encoder
from homossl.verify import check
from proofs_check import laws

O = Octahedral()
SMALL = VoxelCNN(fields=(1, 2), steps=(1, 2))
SHAPE = (1, 5, 5, 5)


def built(architecture: VoxelCNN = SMALL, side: int = 5) -> Encoder:
    """In float64, with running statistics that are not those of a new network."""
    torch.manual_seed(0)
    encoder = architecture.on(O, (1, side, side, side)).double()
    encoder(noise(8, side))
    return encoder


def noise(n: int, side: int = 5, channels: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(n, channels, side, side, side, dtype=torch.float64, generator=generator)


def miss(encoder: Encoder, g, x: Tensor) -> Tensor:
    return laws.equivariance(encoder, encoder.action_in, encoder.action_out, g, x)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("norm", ["batch", "local"])
def test_homomorphism_to_rounding(norm, training) -> None:
    encoder = built(replace(SMALL, norm=norm)).train(training)

    @settings(max_examples=8)
    @given(st.data())
    def every(data):
        assert miss(encoder, data.draw(elements(O)), noise(3)) < 1e-12

    every()


@pytest.mark.parametrize(("steps", "side"), [((2, 2), 9), ((2, 2), 5), ((3,), 7), ((1, 1), 4)])
def test_strides_that_keep_the_centre_are_exact(steps, side) -> None:
    encoder = built(VoxelCNN(fields=(1,) * len(steps), steps=steps), side)
    assert miss(encoder, O.element([10]), noise(2, side)) < 1e-12


def test_control_plain_twin_and_even_grids_are_no_homomorphisms() -> None:
    g = O.element([10])
    assert miss(built(replace(SMALL, structure="plain")), g, noise(3)) > 0.1
    assert miss(built(), g, noise(3, side=6)) > 0.1


def test_the_twin_claims_the_same_and_is_about_as_large() -> None:
    tied, free = (replace(VoxelCNN(), structure=s).on(O, (1, 9, 9, 9)) for s in ("steerable", "plain"))
    sizes = [sum(p.numel() for p in encoder.parameters()) for encoder in (tied, free)]
    assert sizes[1] / sizes[0] == pytest.approx(1, abs=0.15)
    assert free.action_in == tied.action_in == VolumeAction(O, Trivial(O))
    assert (free.action_out.regular_order, tied.action_out.regular_order) == (24, 24)  # type: ignore[attr-defined]
    assert (free.action_out.stride, tied.action_out.stride) == (8, 8)  # type: ignore[attr-defined]


@pytest.mark.parametrize("training", [True, False])
def test_lowered_layers_compute_what_escnns_do(training) -> None:
    layers = SteerableVolumes(O)
    before, after = layers.images(2), layers.fields(2, 2)
    block = nn.Sequential(layers.conv(before, after, bias=True), layers.norm(after), layers.relu(after))
    pooled = nn.Sequential(block, layers.pool(after, layers.fields(2, 4)))
    source = Unwrapped(pooled, to_escnn(before)).double()
    with torch.no_grad():
        for p in source.parameters():
            p.normal_()
    lowered, twin, x = lower(source).train(training), deepcopy(source).train(training), noise(4, 7, channels=2)
    assert any(isinstance(module, LoweredConv) for module in lowered.modules())
    ours, theirs = lowered(x), twin(x)
    assert ours.shape == (4, 48, 2, 2, 2)
    assert laws.relative_error(ours, theirs) < 1e-12
    ours.square().sum().backward()
    if training:  # in evaluation escnn keeps a filter without gradients
        theirs.square().sum().backward()
        parameters = [[p.grad for p in m.parameters() if p.grad is not None] for m in (source, twin)]
        gradients = [torch.cat([p.flatten() for p in grads]) for grads in parameters]
        assert laws.relative_error(*gradients) < 1e-12
    assert lowered.state_dict().keys() >= {name for name, _ in source.named_parameters()}


def test_projection_leaves_kernels_of_escnn_alone_and_refuses_others() -> None:
    conv = enn.R3Conv(to_escnn(VolumeAction(O, Trivial(O))), to_escnn(VolumeAction(O, Regular(O))), 3)
    (shared,) = conv.basisexpansion.children()
    basis, into = shared.get_buffer("sampled_basis"), VolumeAction(O, Trivial(O))
    once = symmetrised3d(basis, into)
    assert laws.relative_error(once, basis.double()) < 1e-5
    assert symmetrised3d(once, into).sub(once).abs().max() < 1e-15
    with pytest.raises(RuntimeError, match="conventions differ"):
        symmetrised3d(basis.roll(1, dims=1), into)


def test_plain_layers() -> None:
    layers = PlainVolumes(O)
    before, after = layers.images(1), layers.fields(1, 2)
    body = nn.Sequential(layers.block(before, after), layers.pool(after, layers.fields(1, 4)))
    assert body.double()(noise(2, 9)).shape == (2, 24, 3, 3, 3)
    assert layers.conv(before, after, bias=True).bias.abs().sum() == 0  # type: ignore[union-attr]


def test_the_check_blames_the_layer_that_is_at_fault() -> None:
    encoder, some = SMALL.on(O, SHAPE), O.elements()[[1, 10]]
    report = check(encoder, elements=some)
    assert report.passed
    assert not report.unclaimed
    assert "stages.1.body.body.0" in [layer.name for layer in report.layers]
    for name, basis in encoder.stages[1].named_buffers():
        if name.endswith("sampled_basis"):
            basis.copy_(basis.roll(1, dims=1))
    spoiled = check(encoder, elements=some)
    assert not spoiled.passed
    assert next(layer.name for layer in spoiled.layers if layer.misses) == "stages.1.body.body.0"


@pytest.mark.parametrize("structure", STRUCTURES)
def test_without_structure_it_is_no_homomorphism(structure) -> None:
    encoder = build_encoder(SMALL, structure, O, SHAPE, seed=0).double().eval()
    kept = structure in ("intact", "shuffled_motion", "no_motion")  # which spoil what is learned from, not the encoder
    assert (miss(encoder, O.element([10]), noise(2)) < 1e-10) == kept


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SMALL.on(O, (1, 5, 5)), r"takes voxels of shape \(c n n n\), got \(1, 5, 5\)"),
        (lambda: SMALL.on(O, (1, 5, 5, 7)), r"takes voxels of shape \(c n n n\), got \(1, 5, 5, 7\)"),
        (lambda: SMALL.on(O, (1, 6, 6, 6)), "a stride of 2 on a grid of 6 voxels"),
        (lambda: VoxelCNN(fields=(1,)), "needs as many fields as steps"),
    ],
)
def test_what_does_not_fit_is_named(make, message) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_other_groups_are_refused() -> None:
    with pytest.raises(TypeError, match=r"needs the group Octahedral\(\), got Cyclic\(n=4\)"):
        SMALL.on(Cyclic(4), SHAPE)
    with pytest.raises(TypeError, match="no point group"):
        CNN().on(O, (1, 5, 5))
