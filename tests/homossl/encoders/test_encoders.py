"""Encoders claim to be homomorphisms: they are, the controls are not, and grids that break the claim are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn
from torchvision.models import resnet18, resnet50

from groups import SE2, Cyclic, Dihedral, FieldAction, Regular, SemidirectProduct, Torus, Translation, Trivial
from homossl.encoders import CNN, WRN16_8, Encoder, ResNet18, ResNet50, Stage
from homossl.layers import initialise, lattice_turns, symmetrised
from proofs_check.laws import equivariance

TORUS = Torus(9, 9)
CASES = {
    "C4": (Cyclic(4), CNN(fields=(2, 3), steps=(1, 2)), 9),
    "D4": (Dihedral(4), CNN(fields=(1, 2), steps=(2, 2)), 9),
    "C1": (Cyclic(1), CNN(fields=(3, 4), steps=(1, 2)), 9),
    "torus": (TORUS, CNN(fields=(3, 4), steps=(1, 1)), 9),
    "p4": (SemidirectProduct(TORUS, Cyclic(4)), CNN(fields=(1, 2), steps=(1, 1)), 9),
    "p4m": (SemidirectProduct(TORUS, Dihedral(4)), CNN(fields=(1, 1), steps=(1, 1)), 9),
    "ResNet-18 form": (Cyclic(4), ResNet18(width=8), 17),
    "ResNet-18 form, large": (Cyclic(4), ResNet18(width=8, entrance="large"), 33),
    "ResNet-50 form": (Cyclic(2), ResNet50(width=8), 33),
    "WRN-16-8 form": (Dihedral(4), WRN16_8(width=64), 9),
}


def images(size: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(2, 3, size, size, dtype=dtype, generator=torch.Generator().manual_seed(0))


def residual(encoder: Encoder, size: int) -> float:
    encoder = encoder.double()
    g = encoder.action_in.group.elements()[-2:]  # type: ignore[attr-defined]
    return equivariance(encoder, encoder.action_in, encoder.action_out, g, images(size)).item()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_homomorphism_to_rounding(case, training):
    group, architecture, size = CASES[case]
    assert residual(architecture.build(group, 3, size).train(training), size) < 1e-12


@pytest.mark.parametrize("case", ["C4", "D4", "p4", "ResNet-18 form", "ResNet-18 form, large", "ResNet-50 form"])
def test_control_plain_twin_is_no_homomorphism(case):
    group, architecture, size = CASES[case]
    assert residual(replace(architecture, structure="plain").build(group, 3, size), size) > 1e-2


def test_control_even_grid_is_no_homomorphism():
    encoder = CNN(fields=(2, 3), steps=(1, 2)).build(Cyclic(4), 3, 9)
    assert residual(encoder, 8) > 1e-2


@pytest.mark.parametrize("case", ["C4", "D4", "ResNet-18 form", "ResNet-50 form", "WRN-16-8 form"])
def test_stages_claim_what_the_next_takes(case):
    group, architecture, size = CASES[case]
    encoder, x = architecture.build(group, 3, size), images(size, torch.float32)
    for stage in encoder.stages:
        x = stage(x)
        assert x.shape[1] == stage.action_out.fibre.dim  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("group", "architecture"),
    [(Cyclic(8), CNN()), (Dihedral(4), CNN()), (Cyclic(4), ResNet18(width=32)), (Cyclic(8), WRN16_8(width=64))],
    ids=["C8", "D4", "ResNet-18", "WRN-16-8"],
)
def test_twin_has_the_same_depth_and_number_of_parameters(group, architecture):
    steerable, twin = (replace(architecture, structure=s).build(group, 3, 17) for s in ("steerable", "plain"))
    ours, theirs = (sum(p.numel() for p in e.parameters()) for e in (steerable, twin))
    assert abs(theirs / ours - 1) < 0.05
    assert len(twin.stages) == len(steerable.stages)
    assert [type(s.action_out.fibre.terms[0]) for s in twin.stages] == [Regular] * len(twin.stages)  # type: ignore


def test_channels_of_the_residual_forms_are_those_of_the_originals():
    assert ResNet18().channels == (64, 64, 128, 256, 512)
    assert ResNet50().channels == (64, 64, 256, 512, 1024, 2048)
    assert WRN16_8().channels == (16, 128, 256, 512)


@pytest.mark.parametrize(("size", "named"), [(32, "33 x 33"), (16, "17 x 17")])
def test_an_even_grid_with_a_stride_is_refused(size, named):
    with pytest.raises(ValueError, match=f"even grid of {size} x {size}.*{named}"):
        CNN().build(Cyclic(4), 1, size)


@pytest.mark.parametrize(("size", "steps"), [(9, (3,)), (11, (1, 3)), (11, (4,))])
def test_an_odd_grid_that_a_stride_leaves_off_centre_is_refused(size, steps):
    with pytest.raises(ValueError, match=f"a stride of .* on an odd grid of {size} x {size}"):
        CNN(fields=(2,) * len(steps), steps=steps).build(Cyclic(4), 1, size)


@pytest.mark.parametrize(("size", "steps"), [(7, (3,)), (17, (1, 4)), (4, (3,))])
def test_a_grid_that_a_stride_keeps_centred_is_exact(size, steps):
    assert residual(CNN(fields=(2,) * len(steps), steps=steps).build(Cyclic(4), 3, size), size) < 1e-12


def test_a_stride_on_a_torus_is_refused():
    with pytest.raises(ValueError, match="breaks the shifts of Torus"):
        CNN().build(Torus(17, 17), 1, 17)


def test_a_continuous_point_group_is_refused():
    with pytest.raises(TypeError, match=r"C_n or D_n, got SO2\(\)"):
        CNN().build(SE2(), 1, 17)


def test_widths_that_the_order_does_not_divide_are_refused():
    with pytest.raises(ValueError, match=r"order 8.*\(12, 12"):
        ResNet18(width=12).build(Cyclic(8), 3, 17)


@pytest.mark.parametrize("bad", [{"fields": (4,)}, {"fields": (4, 0, 4)}, {"fields": (), "steps": ()}])
def test_cnn_refuses_fields_that_do_not_fit_steps(bad):
    with pytest.raises(ValueError, match="as many fields as steps"):
        CNN(**bad)


def test_neighbours_must_agree():
    one, two = (FieldAction(Cyclic(4), k * Regular(Cyclic(4))) for k in (1, 2))
    with pytest.raises(TypeError, match=r"stage 0 gives .*Regular.* but stage 1 takes"):
        Encoder([Stage(nn.Identity(), one, one), Stage(nn.Identity(), two, two)])
    with pytest.raises(ValueError, match="at least one stage"):
        Encoder([])
    with pytest.raises(TypeError, match=r"made of Stages.*\['Conv2d'\]"):
        Encoder([nn.Conv2d(1, 1, 3)])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="action_out of a Stage is a group action, got 'C4'"):
        Stage(nn.Identity(), one, "C4")  # type: ignore[arg-type]
    assert len(Encoder(Stage(nn.Identity(), one, one)).stages) == 1


def test_pose_turns_with_the_input():
    encoder = CNN(fields=(2, 3), steps=(1, 2)).build(Cyclic(4), 3, 9).double().eval()
    x, g = images(9), Cyclic(4).element([1])
    pose = encoder.pose(encoder(x))
    turned = encoder.pose(encoder(encoder.action_in(g, x)))
    assert pose.shape == (2, 3, 4)
    assert torch.allclose(turned, Regular(Cyclic(4))(g, pose), atol=1e-12)
    assert not torch.allclose(turned, pose, atol=1e-3)


def test_pose_needs_regular_fibres():
    field = FieldAction(Cyclic(4), Trivial(Cyclic(4), 3))
    with pytest.raises(TypeError, match="copies of a regular representation"):
        Encoder([Stage(nn.Identity(), field, field)]).pose(images(9))


def test_networks_of_one_process_do_not_share_bases():
    one, other = (CNN(fields=(2, 3), steps=(1, 2)).build(Cyclic(4), 3, 9) for _ in range(2))
    one.double()
    assert all(b.dtype != torch.float64 for b in other.buffers())


def test_initial_filters_have_the_variance_of_he():
    encoder = CNN(fields=(16, 64), steps=(1, 1)).build(Cyclic(4), 1, 9).eval()
    filters = encoder.stages[1].body.body[0].expand()[0]  # type: ignore[union-attr]
    assert filters.square().sum(dim=(1, 2, 3)).mean().item() == pytest.approx(2, rel=0.1)


def test_projection_leaves_invariant_kernels_alone_and_refuses_others():
    regular = Regular(Cyclic(4))
    kernel = torch.randn(1, 4, 4, 9, generator=torch.Generator().manual_seed(0))
    with pytest.raises(RuntimeError, match="conventions differ"):
        symmetrised(kernel, regular, regular)
    invariant = torch.eye(4).reshape(1, 4, 4, 1) * torch.tensor([0.0, 1, 0, 1, 2, 1, 0, 1, 0])
    assert torch.equal(symmetrised(invariant, regular, regular), invariant.double())


def test_lattice_turns_of_c8_are_those_of_c4():
    assert lattice_turns(Cyclic(8)).params.flatten().tolist() == [0, 2, 4, 6]


def test_initialise_spreads_the_variance_evenly():
    basis = torch.stack([torch.ones(2, 2, 9), 5 * torch.eye(2)[..., None].expand(2, 2, 9)])
    weights = torch.empty(2 * 100_000)
    initialise(weights, basis, channels=2)
    energy = weights.reshape(-1, 2).square().mean(0) * basis.square().sum(dim=(1, 2, 3))
    assert torch.allclose(energy[0], energy[1], rtol=0.05)


def test_shifts_by_whole_strides_move_features_away_from_the_border():
    group = SemidirectProduct(Translation(2), Cyclic(4))
    encoder = CNN(fields=(2, 3), steps=(1, 2)).build(group, 1, 17).double().eval()
    x = torch.zeros(1, 1, 17, 17, dtype=torch.float64)
    x[..., 7:10, 7:10] = torch.rand(3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    g = group.element([2.0, -2.0, 1.0])
    moved, direct = encoder.action_out(g, encoder(x)), encoder(encoder.action_in(g, x))
    assert torch.allclose(moved[..., 2:-2, 2:-2], direct[..., 2:-2, 2:-2], atol=1e-12)
    assert not torch.allclose(encoder(x), direct, atol=1e-3)


def test_evaluating_a_new_network_leaves_its_state_as_it_was():
    encoder = CNN(fields=(2, 3), steps=(1, 2)).build(Cyclic(4), 3, 9)
    before = encoder.state_dict().keys()
    assert encoder.eval().train().state_dict().keys() == before


def test_plain_residual_forms_are_as_large_as_torchvisions():
    for ours, theirs in ((ResNet18(structure="plain", entrance="large"), resnet18), (ResNet50("plain"), resnet50)):
        with torch.device("meta"):
            expected = sum(p.numel() for name, p in theirs().named_parameters() if not name.startswith("fc."))
            encoder = ours.build(Cyclic(1), 3, 65)
        assert sum(p.numel() for p in encoder.parameters()) == expected


def test_an_unknown_entrance_is_refused():
    with pytest.raises(ValueError, match="ResNet18 has entrance 'small' or 'large', got 'medium'"):
        ResNet18(entrance="medium")  # type: ignore[arg-type]
