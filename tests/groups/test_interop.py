"""Field types of escnn and irreps of e3nn, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from e3nn import o3
from torch import Tensor

from groups import (
    O2,
    O3,
    SE2,
    SO2,
    SO3,
    Affine2,
    ChangeOfBasis,
    Cyclic,
    Dihedral,
    FieldAction,
    Irrep,
    Regular,
    SemidirectProduct,
    Standard,
    Torus,
    Trivial,
)
from groups._escnn import enn, escnn, gspaces
from groups.interop import from_e3nn, from_escnn, from_escnn_element, gspace, to_e3nn, to_escnn
from groups.spatial import rotation_matrix
from proofs_check import laws

SPACES = [
    gspaces.trivialOnR2(),
    gspaces.flip2dOnR2(),
    *[gspaces.rot2dOnR2(n) for n in (-1, 1, 2, 3, 4, 8)],
    *[gspaces.flipRot2dOnR2(n) for n in (-1, 1, 2, 3, 4, 8)],
]
FINITE = [space for space in SPACES if space.fibergroup.order() > 0]
EXACT = [gspaces.rot2dOnR2(4), gspaces.flipRot2dOnR2(4), gspaces.flip2dOnR2(), gspaces.flipRot2dOnR2(2)]


def matrices(field_type: Any) -> Tensor:
    """The matrix of every (testing) element, by escnn."""
    elements = field_type.gspace.testing_elements
    return torch.stack([torch.as_tensor(np.array(field_type.representation(e))) for e in elements]).double()


def ours(field_type: Any) -> Tensor:
    """The matrix of every (testing) element, by us."""
    action = from_escnn(field_type)
    elements = [from_escnn_element(action.group, e) for e in field_type.gspace.testing_elements]
    return torch.stack([action.fibre.matrix(g, dtype=torch.float64) for g in elements])


def rich_type(space: Any) -> Any:
    """Every irrep, and a sum, a product and a changed basis of them."""
    irreps = [space.irrep(*rho.id) for rho in space.fibergroup.irreps()][:6]
    total = escnn.group.directsum(irreps[:2])
    basis = np.arange(total.size**2).reshape(total.size, -1) + 2.0 * np.eye(total.size)
    changed = escnn.group.change_basis(total, basis, "changed")
    return enn.FieldType(
        space, [*irreps, total, changed, irreps[0].tensor(irreps[1 % len(irreps)]), space.basespace_action]
    )


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_representations_agree_on_every_element(space) -> None:
    assert laws.relative_error(ours(rich_type(space)), matrices(rich_type(space))) < 1e-12


@pytest.mark.parametrize("space", FINITE, ids=str)
def test_regular_representations_agree_on_every_element(space) -> None:
    field_type = enn.FieldType(space, 2 * [space.regular_repr] + [space.trivial_repr])
    assert laws.relative_error(ours(field_type), matrices(field_type)) < 1e-12
    group = from_escnn(field_type).group
    in_order = torch.cat([from_escnn_element(group, e).params for e in space.fibergroup.elements])
    assert in_order.equal(group.elements().params.flatten())


@pytest.mark.parametrize("space", [gspaces.rot2dOnR2(4), gspaces.flipRot2dOnR2(4)], ids=str)
def test_transposed_or_reordered_matrices_are_seen(space) -> None:
    field_type = enn.FieldType(space, [space.regular_repr])
    assert laws.relative_error(ours(field_type).mT, matrices(field_type)) > 0.1
    assert laws.relative_error(ours(field_type).roll(1, 0), matrices(field_type)) > 0.1
    swap = torch.arange(len(ours(field_type))).roll(1)
    assert laws.relative_error(ours(field_type)[:, swap][:, :, swap.flip(0)], matrices(field_type)) > 0.1


def disagreement(field_type: Any, action: FieldAction, side: int) -> float:
    """The worst relative error of our motion against escnn's, over all elements."""
    x = smooth(field_type.size, side)
    moved = [action(from_escnn_element(action.group, e), x) for e in field_type.gspace.testing_elements]
    theirs = [enn.GeometricTensor(x, field_type).transform(e).tensor for e in field_type.gspace.testing_elements]
    return max(laws.relative_error(a, b).item() for a, b in zip(moved, theirs, strict=True))


def smooth(channels: int, side: int) -> Tensor:
    """Smooth fields that vanish at the border."""
    t = torch.linspace(-1, 1, side, dtype=torch.float64)
    x, y, k = torch.meshgrid(t, t, torch.arange(1.0, channels + 1, dtype=torch.float64), indexing="xy")
    return (torch.exp(-8 * (x**2 + y**2)) * (1 + torch.sin(3 * x + k * y))).permute(2, 0, 1)[None]


@pytest.mark.parametrize("side", [6, 7])
@pytest.mark.parametrize("space", EXACT, ids=str)
def test_fields_move_alike_on_the_lattice(space, side) -> None:
    field_type = enn.FieldType(space, [space.regular_repr, space.basespace_action, space.trivial_repr])
    action = from_escnn(field_type)
    assert disagreement(field_type, action, side) < 1e-12


@pytest.mark.parametrize("space", [gspaces.rot2dOnR2(8), gspaces.flipRot2dOnR2(8)], ids=str)
def test_fields_move_alike_between_pixels(space) -> None:
    field_type = enn.FieldType(space, [space.regular_repr])
    coarse, fine = (disagreement(field_type, from_escnn(field_type), side) for side in (33, 65))
    assert coarse < 0.05
    assert fine < coarse / 2


def test_wrong_fields_are_seen() -> None:
    space = gspaces.flipRot2dOnR2(4)
    field_type = enn.FieldType(space, [space.regular_repr])
    wrong_fibre = FieldAction(Dihedral(4), Trivial(Dihedral(4), 8))
    assert disagreement(field_type, wrong_fibre, 7) > 0.1
    other_axis = enn.FieldType(gspaces.flipRot2dOnR2(8, axis=0.0), [gspaces.flipRot2dOnR2(8, axis=0.0).regular_repr])
    assert disagreement(other_axis, FieldAction(Dihedral(8), Regular(Dihedral(8))), 33) > 0.1


@pytest.mark.parametrize("space", [gspaces.rot2dOnR2(4), gspaces.flipRot2dOnR2(4)], ids=str)
def test_convolutions_of_escnn_are_homomorphisms_of_ours(space) -> None:
    before, after = enn.FieldType(space, [space.trivial_repr]), enn.FieldType(space, 2 * [space.regular_repr])
    conv, x = enn.R2Conv(before, after, 3, padding=1).double(), smooth(1, 7)
    g = from_escnn(before).group.elements()[:, None]

    def f(x: Tensor) -> Tensor:
        return conv(enn.GeometricTensor(x.flatten(0, -4), before)).tensor.unflatten(0, x.shape[:-3])

    assert laws.equivariance(f, from_escnn(before), from_escnn(after), g, x) < 1e-6  # escnn samples filters in float32
    untouched = FieldAction(g.group, Trivial(g.group, after.size))
    assert laws.equivariance(f, from_escnn(before), untouched, g, x) > 0.01


@pytest.mark.parametrize("group", [Cyclic(2), Cyclic(4), Dihedral(1), Dihedral(3), SO2(), O2()], ids=str)
def test_there_and_back(group) -> None:
    one = {Cyclic: (1,), SO2: (1,)}.get(type(group), (1, 0))
    irrep = Irrep(group, *one)
    fibre = irrep + Trivial(group) + (irrep if group.order is None else Regular(group))
    basis = tuple(map(tuple, (np.eye(fibre.dim) + np.tri(fibre.dim)).tolist()))
    for action in (FieldAction(group, fibre), FieldAction(group, Trivial(group, 3))):
        assert from_escnn(to_escnn(action)) == action
    for rho in (ChangeOfBasis(fibre, basis), Standard(group) * irrep, Standard(group)):
        action, g = FieldAction(group, rho), group.sample(20, generator=torch.Generator().manual_seed(0))
        again = from_escnn(to_escnn(action)).fibre
        torch.testing.assert_close(again.matrix(g, dtype=torch.float64), rho.matrix(g, dtype=torch.float64))


def test_changed_bases_are_equal_by_value() -> None:
    field_type = rich_type(gspaces.flipRot2dOnR2(4))
    assert from_escnn(field_type) == from_escnn(rich_type(gspaces.flipRot2dOnR2(4)))
    assert hash(from_escnn(field_type)) == hash(from_escnn(field_type))


def test_planes() -> None:
    p4m = SemidirectProduct(Torus(4, 4), Dihedral(4))
    assert gspace(p4m) is gspace(p4m)
    assert gspace(p4m) == gspaces.flipRot2dOnR2(4)
    assert gspace(Torus(4, 4)) == gspaces.trivialOnR2()
    assert gspace(Dihedral(1)) == gspaces.flip2dOnR2()
    assert gspace(SE2()) == gspaces.rot2dOnR2(-1)
    images = to_escnn(FieldAction(p4m, Trivial(p4m, 3), padding="circular"))
    assert images == enn.FieldType(gspaces.flipRot2dOnR2(4), 3 * [gspaces.flipRot2dOnR2(4).trivial_repr])


def test_escnn_errors() -> None:
    torus = Torus(2, 2)
    other_axis, space = gspaces.flipRot2dOnR2(4, axis=np.pi / 8), gspaces.rot3dOnR3()
    with pytest.raises(ValueError, match="reflects about the vertical axis"):
        from_escnn(enn.FieldType(other_axis, [other_axis.trivial_repr]))
    with pytest.raises(TypeError, match="expected a field on the plane"):
        from_escnn(enn.FieldType(space, [space.trivial_repr]))
    with pytest.raises(TypeError, match="represents more than"):
        to_escnn(FieldAction(torus, Regular(torus), padding="circular"))
    with pytest.raises(TypeError, match="no point group"):
        gspace(Affine2())


@pytest.mark.parametrize("degree", range(6))
def test_irreps_of_e3nn(degree) -> None:
    g = SO3().sample(20, dtype=torch.float64, generator=torch.Generator().manual_seed(degree))
    rho = from_e3nn(f"2x0e + 1x{degree}o")
    theirs = wigner(f"2x0e + 1x{degree}o", rotation_matrix(g.params))
    assert laws.relative_error(rho.matrix(g), theirs) < 1e-12
    if degree > 0:
        assert laws.relative_error(rho.matrix(g).mT, theirs) > 0.1
    assert to_e3nn(rho) == o3.Irreps(f"1x0e + 1x0e + 1x{degree}e")
    assert from_e3nn(to_e3nn(rho)) == rho


@pytest.mark.parametrize("degree", range(6))
def test_irreps_of_e3nn_with_parity(degree) -> None:
    g = O3().sample(40, dtype=torch.float64, generator=torch.Generator().manual_seed(degree))
    name = f"2x0e + 1x0o + 3x{degree}o + 1x{degree}e"
    rho, theirs = from_e3nn(name, O3()), wigner(name, Standard(O3()).matrix(g))
    assert laws.relative_error(rho.matrix(g), theirs) < 1e-12
    assert laws.representation_homomorphism(rho, g, g[torch.arange(39, -1, -1)]) < 1e-12
    without = from_e3nn(f"2x0e + 1x0e + 4x{degree}e", O3())
    assert laws.relative_error(without.matrix(g), theirs) > 0.1
    assert to_e3nn(rho).simplify() == o3.Irreps(name).simplify()
    assert from_e3nn(to_e3nn(rho), O3()) == rho


def wigner(irreps: str, rotations: Tensor) -> Tensor:
    """e3nn's matrices in float64: it builds them in torch's default dtype."""
    torch.set_default_dtype(torch.float64)
    try:
        return o3.Irreps(irreps).D_from_matrix(rotations)
    finally:
        torch.set_default_dtype(torch.float32)


def test_e3nn_errors() -> None:
    with pytest.raises(TypeError, match=r"sums of irreps of SO3\(\) or O3\(\), got Standard"):
        to_e3nn(Standard(SO3()) + Irrep(SO3(), 1))
    with pytest.raises(TypeError, match=r"got Irrep\(SO2\(\), 1\)"):
        to_e3nn(Irrep(SO2(), 1))
    with pytest.raises(TypeError, match=r"names irreps of SO3\(\) and O3\(\), got SO2"):
        from_e3nn("1o", SO2())  # type: ignore[arg-type]
