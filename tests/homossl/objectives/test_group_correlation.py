"""GroupCorrelation: a softmax over the group, of latents that the group moves."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import (
    SO2,
    SO3,
    Cyclic,
    Dihedral,
    DirectProduct,
    Element,
    FieldAction,
    Irrep,
    Regular,
    SemidirectProduct,
    Torus,
    Translation,
    Trivial,
)
from groups.strategies import elements
from homossl.objectives import GroupCorrelation, Readout
from homossl.types import Pairs
from proofs_check.examples import noise

D3 = Dihedral(3)
P4 = SemidirectProduct(Torus(3, 3), Cyclic(4))
FIELD = FieldAction(P4, 2 * Regular(Cyclic(4)), padding="circular")
LATENTS = {
    "C5": Regular(Cyclic(5)),
    "D3": 2 * Regular(D3),
    "torus": Regular(Torus(2, 3)),
    "C2 times D3": Regular(DirectProduct(Cyclic(2), D3)),
    "irreps of D3": Irrep(D3, 1, 1) + Irrep(D3, 1, 0),
}
TAU = 0.3


def moved(rho, g: Element, scatter: float = 0.0) -> Pairs:
    """Latents, and the same moved by g, up to some noise."""
    event = (rho.dim,) if rho.event_dim == 1 else (rho.fibre.dim, 3, 3)
    left = noise(len(g), *event)
    return Pairs(left, rho(g, left) + scatter * noise(*left.shape, seed=1), motion=g, action=rho)


def motions(group, b: int = 6) -> Element:
    return group.sample(b, generator=torch.Generator().manual_seed(1))


def loss(objective: GroupCorrelation, pairs: Pairs, target: Pairs | None = None):
    return objective.build(tuple(pairs.left.shape[1:]), pairs.motion.group)(pairs, target or pairs)


def by_hand(rho, left, right, g: Element, tau: float) -> torch.Tensor:
    """-1/b sum_i log softmax over all moved left latents, one by one."""
    left, right = (z / z.flatten(1).norm(dim=1).reshape(-1, *[1] * (z.dim() - 1)) for z in (left, right))
    moved = [rho(h, left) for h in rho.group.elements()]
    scores = torch.stack([(m * right).flatten(1).sum(1) for m in moved], dim=1) / tau
    return -scores.log_softmax(1)[torch.arange(len(g)), rho.group.index(g)].mean()


@given(st.data())
@pytest.mark.parametrize("name", LATENTS)
def test_it_is_a_softmax_over_the_group(name, data):
    rho = LATENTS[name]
    pairs = moved(rho, data.draw(elements(rho.group, (4,))), scatter=1.0)
    expected = by_hand(rho, pairs.left, pairs.right, pairs.motion, TAU)
    torch.testing.assert_close(loss(GroupCorrelation(temperature=TAU), pairs).value, expected)


@pytest.mark.parametrize("chunk", [None, 1, 4])
def test_whole_fields_are_compared_unless_pooled(chunk):
    pairs = moved(FIELD, motions(P4), scatter=1.0)
    whole = GroupCorrelation(readout=Readout(pool=False), temperature=TAU, chunk=chunk)
    expected = by_hand(FIELD, pairs.left, pairs.right, pairs.motion, TAU)
    torch.testing.assert_close(loss(whole, pairs).value, expected)


def test_pooled_fields_are_moved_by_the_point_group():
    pairs = moved(FIELD, motions(P4), scatter=1.0)
    vectors = [view.mean((2, 3)) for view in (pairs.left, pairs.right)]
    expected = by_hand(FIELD.fibre, *vectors, P4.split(motions(P4))[1], TAU)
    torch.testing.assert_close(loss(GroupCorrelation(temperature=TAU), pairs).value, expected)


@pytest.mark.parametrize("rho", [*LATENTS.values(), FIELD], ids=str)
def test_exact_latents_name_their_motion_and_control_others_do_not(rho):
    sharp = GroupCorrelation(readout=Readout(pool=False), temperature=0.01)
    exact = moved(rho, motions(rho.group))
    told, misled = loss(sharp, exact), loss(sharp, replace(exact, motion=motions(rho.group) @ motions(rho.group)))
    assert told.value < 1e-2
    assert (told.terms["accuracy"], told.terms["distance"]) == (1, 0)
    assert misled.value > 1
    assert misled.terms["accuracy"] < 1
    assert misled.terms["distance"] > 0


def test_a_motion_is_told_up_to_the_stabiliser():
    rho, g = Regular(Cyclic(4)), motions(Cyclic(4))
    left = noise(6, 2).repeat(1, 2)
    pairs = Pairs(left, rho(g, left), motion=g, action=rho)
    assert loss(GroupCorrelation(temperature=1e-3), pairs).value.item() == pytest.approx(math.log(2))


def test_equal_scores_cost_the_log_of_the_order():
    pairs = replace(moved(LATENTS["D3"], motions(D3)), right=torch.ones(6, 12, dtype=torch.float64))
    assert loss(GroupCorrelation(), pairs).value.item() == pytest.approx(math.log(6))


def test_length_does_not_matter_and_the_other_direction_is_the_same():
    pairs = moved(LATENTS["D3"], motions(D3), scatter=1.0)
    value = loss(GroupCorrelation(), pairs).value
    torch.testing.assert_close(loss(GroupCorrelation(), replace(pairs, left=7 * pairs.left)).value, value)
    torch.testing.assert_close(loss(GroupCorrelation(), pairs.swap()).value, value)
    assert not torch.allclose(loss(GroupCorrelation(), replace(pairs.swap(), motion=pairs.motion)).value, value)


def test_the_right_view_is_the_targets():
    pairs, target = moved(LATENTS["D3"], motions(D3)), moved(LATENTS["D3"], motions(D3), scatter=1.0)
    value = loss(GroupCorrelation(), pairs, target).value
    torch.testing.assert_close(value, loss(GroupCorrelation(), replace(pairs, right=target.right)).value)
    torch.testing.assert_close(value, loss(GroupCorrelation(), pairs, replace(target, left=pairs.right)).value)
    assert not torch.allclose(value, loss(GroupCorrelation(), pairs).value)


def test_gradients_reach_both_views_where_the_target_is_online():
    pairs = moved(LATENTS["D3"], motions(D3), scatter=1.0)
    views = [pairs.left.requires_grad_(), pairs.right.requires_grad_()]
    through = torch.autograd.grad(loss(GroupCorrelation(), pairs).value, views)
    cut = torch.autograd.grad(loss(GroupCorrelation(), pairs, pairs.detach()).value, views, allow_unused=True)
    assert all(g.abs().max() > 0 for g in through)
    torch.testing.assert_close(cut[0], through[0])
    assert cut[1] is None


@pytest.mark.parametrize("hidden", [[1, 0, 0, 1, 0, 0], [1] * 6])
def test_hidden_pairs_are_left_out(hidden):
    hidden = torch.tensor(hidden, dtype=torch.bool)
    pairs = replace(moved(LATENTS["D3"], motions(D3), scatter=1.0), hidden=hidden)
    pairs.left.requires_grad_()
    seen = loss(GroupCorrelation(), pairs)
    gradient = torch.autograd.grad(seen.value, pairs.left)[0]
    kept = Pairs(pairs.left[~hidden], pairs.right[~hidden], motion=pairs.motion[~hidden], action=pairs.action)
    expected = loss(GroupCorrelation(), kept).value if len(kept) else torch.zeros(()).double()
    torch.testing.assert_close(seen.value, expected)
    assert not gradient[hidden].any()
    assert gradient.isfinite().all()
    assert all(term.isfinite() for term in seen.terms.values())


def test_it_has_no_parameters_and_keeps_its_precision():
    assert not list(GroupCorrelation().build((12,), D3).parameters())
    pairs = moved(LATENTS["D3"], motions(D3), scatter=1.0)
    half = pairs.map(lambda z: z.bfloat16())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        coarse = loss(GroupCorrelation(), replace(half, action=pairs.action)).value
    fine = loss(GroupCorrelation(), replace(half.map(lambda z: z.float()), action=pairs.action)).value
    assert coarse.dtype == torch.float32
    assert coarse.item() == pytest.approx(fine.item(), rel=1e-6)


@pytest.mark.parametrize("change", [{"motion": None}, {"action": None}])
def test_what_is_not_known_is_named(change):
    pairs = moved(LATENTS["D3"], motions(D3))
    unknown = "motion is known" if "motion" in change else r"known action on the views, got action=None: .* window"
    with pytest.raises(ValueError, match=f"GroupCorrelation needs pairs .*{unknown}"):
        GroupCorrelation().build((12,), D3)(replace(pairs, **change), pairs)


def test_what_tells_nothing_is_refused():
    shifts = Torus(3, 3)
    field = FieldAction(shifts, Trivial(Cyclic(1), 2), padding="circular")
    still = moved(field, motions(shifts))
    with pytest.raises(
        ValueError,
        match=r"that the group moves, got those of shape \(2,\), which Torus.* does not move: Readout\(pool=False\)",
    ):
        loss(GroupCorrelation(), still)
    assert loss(GroupCorrelation(readout=Readout(pool=False)), still).terms["accuracy"] == 1
    with pytest.raises(TypeError, match="GroupCorrelation needs pairs whose motion is known, got motions of None"):
        GroupCorrelation().build((12,), None)


def test_groups_that_cannot_be_summed_over_are_refused():
    group = Translation(2)
    pairs = moved(FieldAction(group, Trivial(group, 2)), motions(group))
    with pytest.raises(TypeError, match=r"Translation\(d=2\)"):
        loss(GroupCorrelation(readout=Readout(pool=False)), pairs)


def cap(angle: torch.Tensor) -> torch.Tensor:
    return Irrep(SO2(), 1)(SO2().element(angle[:, None]), torch.tensor([1.0, 0.0], dtype=torch.float64))


def test_on_the_circle_it_is_the_density_of_von_mises():
    left, right, g = torch.tensor([0.3, -1.0]), torch.tensor([1.0, 2.0]), torch.tensor([0.5, 2.5])
    pairs = Pairs(cap(left.double()), cap(right.double()), SO2().element(g.double()[:, None]), Irrep(SO2(), 1))
    kappa = torch.tensor(1 / TAU, dtype=torch.float64)
    log_p = kappa * (g + left - right).double().cos() - kappa - torch.special.i0e(kappa).log()
    seen = loss(GroupCorrelation(temperature=TAU), pairs)
    torch.testing.assert_close(seen.value, -log_p.mean(), rtol=0, atol=1e-4)
    assert "accuracy" not in seen.terms


@pytest.mark.parametrize("group", [SO2(), SO3()], ids=str)
@given(st.data())
def test_continuous_motions_are_told_to_the_grid_and_control_others_are_not(group, data):
    degrees = [Irrep(group, k) for k in (1, 2)]
    rho = 2 * degrees[0] + 2 * degrees[1]
    g = data.draw(elements(group, (3,)))
    exact, objective = moved(rho, g), GroupCorrelation(temperature=0.3)
    told, misled = (
        loss(objective, exact),
        loss(objective, replace(exact, motion=g @ group.exp(g.params.new_ones(3, 1).expand(3, group.algebra_dim)))),
    )
    assert told.value < misled.value - 0.5
    assert told.terms["distance"] < 0.5 < misled.terms["distance"]


def test_fields_over_infinite_groups_are_refused_unless_pooled():
    group = SO2()
    pairs = moved(FieldAction(group, Irrep(group, 1)), motions(group))
    assert loss(GroupCorrelation(), pairs).value.isfinite()
    with pytest.raises(TypeError, match=r"GroupCorrelation over SO2\(\) needs latents that are vectors, got"):
        loss(GroupCorrelation(readout=Readout(pool=False)), pairs)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("temperature", 0, "finite and > 0"),
        ("chunk", 0, "a whole number, at least 1"),
        ("chunk", 1.5, "a whole number, at least 1"),
    ],
)
def test_numbers_must_be_positive(field, value, expected):
    with pytest.raises(ValueError, match=rf"GroupCorrelation.{field} must be {expected}, got {value}"):
        GroupCorrelation(**{field: value})


@pytest.mark.parametrize("group", [Cyclic(1), Torus(1, 1)], ids=str)
@pytest.mark.parametrize("pool", [True, False])
def test_a_group_of_one_element_is_named_without_a_way_out(group, pool):
    action, z = FieldAction(group, 8 * Trivial(Cyclic(1), 1), padding="circular"), noise(6, 8, 1, 1)
    still = Pairs(z, z, motion=motions(group), action=action)
    with pytest.raises(ValueError, match=r"GroupCorrelation needs latents that the group moves") as refused:
        loss(GroupCorrelation(readout=Readout(pool=pool)), still)
    assert str(group) in str(refused.value)
    assert "Readout" not in str(refused.value)
    assert len(str(refused.value)) < 150


def test_a_sum_of_trivial_representations_is_moved_by_no_group():
    with pytest.raises(ValueError, match=r"got those of shape \(5,\), which Cyclic\(n=4\) does not move$"):
        loss(GroupCorrelation(), moved(2 * Trivial(Cyclic(4), 1) + Trivial(Cyclic(4), 3), motions(Cyclic(4))))


@pytest.mark.parametrize("group", [SO2(), SO3()], ids=str)
@pytest.mark.parametrize("latents", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("motion", [torch.float32, torch.float64])
def test_the_motion_is_brought_to_the_precision_of_the_latents(group, latents, motion):
    exact = moved(2 * Irrep(group, 1), motions(group).to(torch.float64), scatter=1.0)
    rounded = replace(exact.map(lambda z: z.to(latents)), action=exact.action, motion=exact.motion.to(motion))
    seen, expected = (loss(GroupCorrelation(temperature=1.0), pairs) for pairs in (rounded, exact))
    assert seen.value.dtype == seen.terms["distance"].dtype == torch.promote_types(latents, torch.float32)
    assert seen.value.item() == pytest.approx(expected.value.item(), abs=1e-2)


def test_an_empty_batch_is_refused():
    with pytest.raises(ValueError, match="GroupCorrelation needs at least 1 sample in a batch, got 0"):
        loss(GroupCorrelation(), moved(LATENTS["C5"], motions(Cyclic(5), 0)))


def test_a_latent_of_zero_gets_no_gradient_and_the_others_theirs():
    pairs = moved(LATENTS["D3"], motions(D3), scatter=1.0)
    pairs.left[0] = 0
    views = [pairs.left.requires_grad_(), pairs.right.requires_grad_()]
    left, right = torch.autograd.grad(loss(GroupCorrelation(temperature=TAU), pairs).value, views)
    vectors = [z[1:].detach().requires_grad_() for z in views]
    kept = by_hand(LATENTS["D3"], *vectors, pairs.motion[1:], TAU)
    expected = [5 / 6 * gradient for gradient in torch.autograd.grad(kept, vectors)]
    assert not left[0].any()
    assert not right[0].any()
    torch.testing.assert_close([left[1:], right[1:]], expected)
