"""Networks of plausible self-supervised learning: their layers, exact on even grids, refused on others."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from groups import Cyclic, Dihedral, SemidirectProduct, Torus, Translation
from groups.strategies import elements
from homossl.encoders import CONV5, CONV6, VGG6, Encoder
from homossl.verify import check
from proofs_check.laws import equivariance

SMALL = {"CONV6": CONV6(width=8), "VGG6": VGG6(width=8), "CONV5": CONV5(width=8)}
GROUPS = {"C4": Cyclic(4), "D4": Dihedral(4)}


def images(side: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 3, side, side, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def built(architecture, group, side: int = 32, dtype: torch.dtype = torch.float64) -> Encoder:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return architecture.build(group, 3, side).to(dtype)


def layers(encoder: Encoder) -> list[str]:
    """What an encoder consists of, layer by layer."""
    kinds = {nn.Conv2d: "conv{}", nn.MaxPool2d: "P", nn.Hardtanh: "H", nn.Tanh: "T"}
    found = [[m for m in stage.modules() if type(m) in kinds] for stage in encoder.stages]
    return [" ".join(kinds[type(m)].format(getattr(m, "out_channels", "")) for m in stage) for stage in found]


@pytest.mark.parametrize(
    ("architecture", "side", "expected"),
    [
        (CONV6("plain"), 32, ["conv32 H", "conv32 P", "conv64 H", "conv64 P", "conv512 P"]),
        (
            VGG6("plain"),
            64,
            ["conv128 H", "conv256 H P", "conv256 H", "conv512 H P", "conv1024 H P", "conv1024 H P"],
        ),
        (CONV5("plain"), 32, ["conv32 P T", "conv64 P T", "conv128 P T", "conv256 P T"]),
    ],
    ids=["CONV6", "VGG6", "CONV5"],
)
def test_layers_are_those_of_the_originals(architecture, side, expected):
    with torch.device("meta"):
        encoder = architecture.build(Cyclic(1), 3, side)
    assert layers(encoder) == expected
    biases = [name for name, _ in encoder.named_parameters() if name.endswith("bias")]
    assert len(biases) == (4 if isinstance(architecture, CONV5) else 0)


def test_a_layer_of_the_target_propagation_network_is_tanh_of_maxpool_of_a_convolution():
    encoder, x = built(CONV5("plain", width=8), Cyclic(1)), images(32)
    conv = next(m for m in encoder.stages[0].modules() if isinstance(m, nn.Conv2d))
    nn.init.normal_(conv.bias)  # type: ignore[arg-type]
    h = nn.functional.max_pool2d(nn.functional.conv2d(x, conv.weight, conv.bias, padding=1), 2).tanh()
    assert torch.equal(encoder.stages[0](x), h)
    assert encoder(x).shape == (2, 64, 2, 2)


@pytest.mark.parametrize("network", SMALL)
@pytest.mark.parametrize("group", GROUPS)
def test_turns_and_flips_of_an_even_grid_are_exact(network, group):
    encoder = built(SMALL[network], GROUPS[group])
    nn.init.normal_(next(iter(encoder.parameters())))

    @settings(max_examples=8, deadline=None)
    @given(g=elements(GROUPS[group]), seed=st.integers(0, 100))
    def holds(g, seed):
        x = images(32, seed)
        assert equivariance(encoder, encoder.action_in, encoder.action_out, g, x).item() < 1e-10

    holds()


@pytest.mark.parametrize("network", SMALL)
@pytest.mark.parametrize("group", GROUPS)
def test_control_plain_twin_is_no_homomorphism(network, group):
    encoder = built(replace(SMALL[network], structure="plain"), GROUPS[group])
    g = GROUPS[group].elements()[1:3]  # type: ignore[attr-defined]
    assert equivariance(encoder, encoder.action_in, encoder.action_out, g, images(32)).item() > 1e-2


def test_control_odd_grid_is_no_homomorphism():
    encoder = built(CONV6(width=8), Cyclic(4))
    g = Cyclic(4).element([1])
    assert equivariance(encoder, encoder.action_in, encoder.action_out, g, images(31)).item() > 1e-2


@pytest.mark.parametrize("network", SMALL)
def test_every_layer_passes_a_check_and_those_of_the_plain_twin_do_not(network):
    def missing(architecture):
        report = check(built(architecture, Cyclic(4), dtype=torch.float32), x=images(32).float())
        assert not report.unclaimed
        return [layer.kind for layer in report.layers if layer.misses]

    assert missing(SMALL[network]) == []
    assert "Conv2d" in missing(replace(SMALL[network], structure="plain"))


def test_shifts_by_whole_strides_move_features_away_from_the_border():
    group = SemidirectProduct(Translation(2), Cyclic(4))
    encoder, x = built(CONV6(width=8), group, 64), torch.zeros(1, 3, 64, 64, dtype=torch.float64)
    x[..., 24:40, 24:40] = images(16)[:1]
    g, off = group.element([8.0, -8.0, 1.0]), group.element([3.0, -8.0, 1.0])
    moved, direct = encoder.action_out(g, encoder(x)), encoder(encoder.action_in(g, x))
    assert torch.allclose(moved, direct, atol=1e-10)
    assert not torch.allclose(encoder(x), direct, atol=1e-2)
    assert not torch.allclose(encoder.action_out(off, encoder(x)), encoder(encoder.action_in(off, x)), atol=1e-2)


@pytest.mark.parametrize(
    ("architecture", "side", "fits"), [(CONV6(), 33, 32), (CONV6(), 28, 32), (VGG6(), 44, 48), (CONV5(), 33, 32)]
)
def test_a_grid_that_blocks_do_not_tile_is_refused(architecture, side, fits):
    with pytest.raises(ValueError, match=f"{side} x {side} and breaks the turns of .* such as {fits} x {fits}"):
        architecture.build(Cyclic(4), 3, side)
    architecture.build(Cyclic(4), 3, fits)


def test_without_turns_blocks_may_miss_the_last_row_but_must_leave_something():
    assert built(CONV6("plain", width=4), Cyclic(1), 33)(images(33)).shape == (2, 64, 4, 4)
    with pytest.raises(ValueError, match="to 1 / 16 needs 16 x 16 pixels or more, got 8 x 8"):
        CONV5("plain").build(Cyclic(1), 3, 8)


def test_a_torus_is_refused():
    with pytest.raises(ValueError, match=r"pooling each side to 1 / 8 breaks the shifts of Torus"):
        CONV6().build(SemidirectProduct(Torus(32, 32), Cyclic(4)), 3, 32)


def test_widths_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"CONV6 of a group of order 8 needs widths divisible by it, got \(12, 12"):
        CONV6(width=12).build(Dihedral(4), 3, 32)
    with pytest.raises(ValueError, match="VGG6 needs a width >= 1, got 0"):
        VGG6(width=0)


def test_channels_of_the_steerable_form_are_those_of_the_original_and_parameters_of_its_twin_its_own():
    steerable, twin = (built(CONV6(s), Cyclic(4)) for s in ("steerable", "plain"))
    assert [stage.action_out.fibre.dim for stage in steerable.stages] == [32, 32, 64, 64, 512]  # type: ignore
    ours, theirs = (sum(p.numel() for p in e.parameters()) for e in (steerable, twin))
    assert abs(theirs / ours - 1) < 0.05


def test_biases_start_at_zero_in_both_forms():
    for structure in ("steerable", "plain"):
        biases = [p for name, p in built(CONV5(structure), Cyclic(4)).named_parameters() if name.endswith("bias")]
        assert len(biases) == 4
        assert not any(p.any() for p in biases)


def test_the_first_stages_are_an_encoder_of_the_same_modules():
    encoder, x = built(CONV6(width=8), Cyclic(4)), images(32)
    part = encoder.upto(2)
    assert list(part.stages) == list(encoder.stages[:2])
    assert part.action_out == encoder.stages[1].action_out
    assert torch.equal(encoder.stages[2](part(x)), encoder.upto(3)(x))
    assert encoder.upto(5) is encoder
    for count in (0, 6, -1, 2.5, True):
        with pytest.raises(ValueError, match=rf"count: expected 1..5, the stages of the encoder, got {count}"):
            encoder.upto(count)  # type: ignore[arg-type]
