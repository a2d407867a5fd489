"""The infinitesimal form of an action is the derivative of the action, and its exponential the action itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from groups import (
    O2,
    SE2,
    SO2,
    Action,
    Affine2,
    ChangeOfBasis,
    Cyclic,
    DirectProduct,
    Element,
    FieldAction,
    Homomorphism,
    Irrep,
    LieGroup,
    Pullback,
    Representation,
    Similarity2,
    Standard,
    Translation,
    Trivial,
    hue_action,
    image_action,
    infinitesimal,
    plane,
)
from groups.infinitesimal import push_forward
from groups.strategies import representations, vectors
from proofs_check.laws import relative_error

TWICE = Homomorphism(SO2(), SO2(), lambda g: g @ g)
BACKWARDS = Homomorphism(SO2(), SO2(), lambda g: ~g)
FIELDS = {
    "images turned": image_action(SO2(), 2),
    "vectors turned": FieldAction(SO2(), Irrep(SO2(), 1)),
    "vectors turned, stride 2": FieldAction(SO2(), Irrep(SO2(), 1), 2, "border"),
    "frequency 3 under O2": FieldAction(O2(), Irrep(O2(), 1, 3), 2),
    "images shifted on a circle": image_action(Translation(2), 2, "circular"),
    "images shifted, stride 2": FieldAction(Translation(2), Trivial(Translation(2), 2), 2),
    "rigid motions of vectors": FieldAction(SE2(), Standard(SO2()), 1, "border"),
    "fibres that notice shifts": FieldAction(SE2(), Standard(SE2())),
    "similarities": FieldAction(Similarity2(), Irrep(SO2(), 2), 2, "border"),
    "affine motions": FieldAction(Affine2(), Standard(Affine2()), 2, "circular"),
    "pulled back": Pullback(image_action(Affine2(), 2), plane(SE2())),
    "turned twice as fast": Pullback(FieldAction(SO2(), Irrep(SO2(), 1)), TWICE),
}


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def noise(action: Action, *batch: int) -> Tensor:
    """A field that is random and somewhat smooth."""
    field: Any = getattr(action, "inner", action)
    rough = normal(*batch, field.fibre.dim, 11, 11)
    return torch.nn.functional.avg_pool2d(rough, 5, stride=1)


def difference(action: Action, v: Tensor, x: Tensor, t: float) -> Tensor:
    """[rho(exp(t v)) x - rho(exp(-t v)) x] / 2 t."""
    forth, back = (action(action.group.exp(s * v), x) for s in (t, -t))  # type: ignore[attr-defined]
    return (forth - back) / (2 * t)


def extrapolated(action: Action, v: Tensor, x: Tensor) -> Tensor:
    """Central differences at t and t/2, extrapolated to t = 0.

    Bilinear interpolation has two slopes at a pixel, so that the error of a difference is of first order in t, and t
    cannot vanish: a field that moves by less than a thousandth of a cell snaps to the lattice.
    """
    t = 1e-2 if isinstance(action.group, Translation) else 2.5e-3
    return 2 * difference(action, v, x, t / 2) - difference(action, v, x, t)


def matrix_log(rho: Representation, v: Tensor) -> Tensor:
    """d rho(v) as a matrix, (*batch dim dim)."""
    return infinitesimal(rho, v[..., None, :], torch.eye(rho.dim, dtype=v.dtype)).mT


@settings(max_examples=10)
@given(data=st.data())
def test_representations_are_exponentials(lie_group: LieGroup, data) -> None:
    rho, v = data.draw(representations(lie_group)), data.draw(vectors(lie_group, (2,)))
    moved = rho.matrix(lie_group.exp(v))
    assert relative_error(torch.linalg.matrix_exp(matrix_log(rho, v)), moved) < 1e-10


def test_control_the_wrong_sign_is_no_logarithm(lie_group: LieGroup) -> None:
    v = normal(lie_group.algebra_dim)
    rho = Standard(lie_group)
    assert relative_error(torch.linalg.matrix_exp(matrix_log(rho, -v)), rho.matrix(lie_group.exp(v))) > 0.1


@given(data=st.data())
def test_linear_in_the_algebra(lie_group: LieGroup, data) -> None:
    rho = data.draw(representations(lie_group))
    v, w = (data.draw(vectors(lie_group)) for _ in "vw")
    torch.testing.assert_close(matrix_log(rho, 2 * v - w), 2 * matrix_log(rho, v) - matrix_log(rho, w))


@pytest.mark.parametrize("name", FIELDS)
def test_fields_against_finite_differences(name) -> None:
    action = FIELDS[name]
    v, x = normal(3, action.group.algebra_dim, seed=1), noise(action, 3)
    v = v / v.norm(dim=-1, keepdim=True)
    assert relative_error(infinitesimal(action, v, x), extrapolated(action, v, x)) < 1e-4
    assert relative_error(infinitesimal(action, -v, x), extrapolated(action, v, x)) > 1


class FixedFibres(FieldAction):
    """Moves the points and forgets the fibres."""

    def _move_fibres(self, g: Element, x: Tensor) -> Tensor:
        return x


@pytest.mark.parametrize(
    "wrong",
    [
        FixedFibres(SE2(), Standard(SO2()), 2, "border"),
        FieldAction(SE2(), Standard(SO2()), 1, "border"),
        FieldAction(SE2(), Standard(SO2()), 2, "circular"),
        Pullback(FieldAction(SE2(), Standard(SO2()), 2, "border"), Homomorphism(SE2(), SE2(), lambda g: g @ g)),
    ],
    ids=["forgotten fibres", "wrong stride", "wrong border", "twice as fast"],
)
def test_controls_wrong_fields_differ(wrong) -> None:
    right = FieldAction(SE2(), Standard(SO2()), 2, "border")
    v, x = torch.tensor([0.6, 0.5, -0.4], dtype=torch.float64), noise(right, 2)
    assert relative_error(infinitesimal(right, v, x), extrapolated(right, v, x)) < 1e-4
    assert relative_error(infinitesimal(wrong, v, x), extrapolated(right, v, x)) > 0.05


def test_why_fields_are_not_differentiated_through_their_action() -> None:
    action, v = image_action(SO2()), torch.ones(1, dtype=torch.float64)
    x = noise(action)
    through = push_forward(lambda t: action(SO2().exp(t * v), x), torch.zeros(1, dtype=torch.float64), v)[1]
    assert through.equal(torch.zeros_like(through))
    assert infinitesimal(action, v, x).norm() > 1


def test_a_slope_turns_as_it_should() -> None:
    """f(u) = a . u, turned by t, is a . R(-t) u, which starts to change by a_x y - a_y x."""
    y, x = torch.meshgrid(*[torch.arange(-3.0, 4.0, dtype=torch.float64)] * 2, indexing="ij")
    x, y = x, -y
    started = infinitesimal(image_action(SO2()), torch.ones(1, dtype=torch.float64), (2 * x + 5 * y)[None])
    torch.testing.assert_close(started[0, 1:-1, 1:-1], (2 * y - 5 * x)[1:-1, 1:-1])


@dataclass(frozen=True)
class Gain(Action):
    """Log-loudness scaling a waveform (*batch t), which no module here knows."""

    group = Translation(1)  # type: ignore[assignment]
    event_dim = 1  # type: ignore[assignment]

    def act(self, g: Element, x: Tensor) -> Tensor:
        return g.params.exp() * x


@pytest.mark.parametrize("action", [Gain(), hue_action()], ids=str)
def test_any_other_action_is_differentiated(action) -> None:
    v, x = torch.tensor([0.7], dtype=torch.float64), normal(2, 3, 4, 4)
    torch.testing.assert_close(infinitesimal(action, v, x), difference(action, v, x, 1e-5), rtol=1e-8, atol=1e-8)


def test_pulled_representations() -> None:
    rho, v, x = Irrep(SO2(), 2), normal(3, 1), normal(3, 2)
    torch.testing.assert_close(infinitesimal(Pullback(rho, TWICE), v, x), 2 * infinitesimal(rho, v, x))
    torch.testing.assert_close(infinitesimal(Pullback(rho, BACKWARDS), v, x), -infinitesimal(rho, v, x))


def test_change_of_basis() -> None:
    rho, v = Standard(SO2()), normal(1)
    q = torch.tensor([[1.0, 1.0], [0.0, 2.0]], dtype=torch.float64)
    changed = ChangeOfBasis(rho, tuple(map(tuple, q.tolist())))
    torch.testing.assert_close(matrix_log(changed, v), q @ matrix_log(rho, v) @ q.inverse())


@pytest.mark.parametrize("action", [Irrep(SO2(), 1), FIELDS["vectors turned, stride 2"]], ids=str)
def test_batches_broadcast(action) -> None:
    v = normal(3, 1, 1)
    x = noise(action, 2) if isinstance(action, FieldAction) else normal(2, 2)
    together = infinitesimal(action, v, x)
    assert together.shape == (3, *x.shape)
    one_by_one = torch.stack([torch.stack([infinitesimal(action, w[0], y) for y in x]) for w in v])
    torch.testing.assert_close(together, one_by_one)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", ["vectors turned", "rigid motions of vectors"])
def test_precision_of_the_tensor_is_kept(dtype, name) -> None:
    action, v = FIELDS[name], torch.ones(FIELDS[name].group.algebra_dim)
    x = noise(action)
    low = infinitesimal(action, v, x.to(dtype))
    assert low.dtype == dtype
    assert relative_error(low.double(), infinitesimal(action, v.double(), x)) < 10 * torch.finfo(dtype).eps


@pytest.mark.parametrize("group", [Cyclic(8), DirectProduct(Cyclic(3), SO2())], ids=str)
def test_groups_without_an_algebra_are_refused(group) -> None:
    with pytest.raises(TypeError, match=r"has no Lie algebra.*can be held against actions of SO2\(\)"):
        infinitesimal(Trivial(group), torch.ones(1), torch.ones(1))


@pytest.mark.parametrize(
    ("v", "x", "message"),
    [
        (torch.ones(2), torch.ones(1, 4, 4), "the algebra of SO2"),
        (torch.ones(1), torch.ones(2, 4, 4), "needs fields"),
        (torch.ones(3, 1), torch.ones(2, 1, 4, 4), "do not broadcast"),
    ],
)
def test_what_does_not_fit_is_refused(v, x, message) -> None:
    with pytest.raises(ValueError, match=message):
        infinitesimal(image_action(SO2()), v, x)


def test_push_forward_leaves_its_input_alone() -> None:
    x = normal(4)
    kept = x.clone()
    y, pushed = push_forward(lambda z: z.relu_(), x, torch.ones_like(x))
    assert x.equal(kept)
    assert y.equal(x.relu())
    assert pushed.equal((x > 0).double())
