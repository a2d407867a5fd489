"""InverseModel: what is told of what, and what is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SE2, SO2, SO3, Affine2, Cyclic, Element, Regular, SemidirectProduct, Translation, relative
from groups.strategies import elements
from homossl.objectives import BYOL, Algebra, Bins, InfoNCE, InverseModel, MotionPrediction
from homossl.types import Pairs

C5 = Cyclic(5)
RIGID = Bins(low=(None, -8.0, -8.0), high=(None, 8.0, 8.0))
SMALL = InverseModel(hidden=8, norm=False)


def poses(group=C5, b: int = 6, seed: int = 1) -> Element:
    g = group.sample(2, b, generator=torch.Generator().manual_seed(seed))
    return g.to(torch.float64)


def views(g: Element, dim: int = 5, seed: int = 0) -> Pairs:
    """Noise (b dim 1 1), with poses (2 b)."""
    shape = (2, g.shape[1], dim, 1, 1)
    left, right = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return Pairs(left, right, motion=g[1] @ ~g[0], poses=g)


def shifted(g: Element, seed: int = 0) -> Pairs:
    """Functions on a group (b 5 1 1), moved by both poses."""
    x = views(g, seed=seed).left[..., 0, 0]
    left, right = (Regular(C5)(pose, x)[..., None, None] for pose in (g[0], g[1]))
    return Pairs(left, right, motion=g[1] @ ~g[0], poses=g)


@given(st.data())
@pytest.mark.parametrize("mode", ["world", "body", "allocentric", "official"])
def test_it_is_the_cross_entropy_of_the_action_in_its_mode(mode, data):
    g = data.draw(elements(SE2(), (2, 4)))
    code = Bins.published(8) if mode == "official" else RIGID
    head, pairs = replace(SMALL, code=code, mode=mode).build((5, 1, 1), SE2()).double(), views(g)
    labels = code.labels(relative(~g[0], ~g[1], mode))
    logits = head.network(torch.cat([pairs.left, pairs.right], dim=1)[..., 0, 0])
    log_p = logits.unflatten(1, (-1, 6)).log_softmax(2)
    expected = -log_p.gather(2, labels[..., None]).mean()
    torch.testing.assert_close(head(pairs, pairs).value, expected)


def test_over_a_finite_group_it_is_motion_prediction():
    pairs = shifted(poses())
    told = MotionPrediction(hidden=8, norm=False).build((5, 1, 1), C5).double()
    head = replace(SMALL, mode="world").build((5, 1, 1), C5).double()
    head.load_state_dict(told.state_dict())
    inverse = replace(pairs, motion=~pairs.motion)
    torch.testing.assert_close(head(pairs, pairs).value, told(inverse, inverse).value)
    assert not torch.allclose(head(pairs, pairs).value, told(pairs, pairs).value)


def learned(objective: InverseModel, group, term: str, know: bool) -> float:
    """A term on new pairs after a short training; without knowledge the views belong to other pairs."""
    torch.manual_seed(0)
    head = objective.build((5, 1, 1), group).double()
    optimiser = torch.optim.Adam(head.parameters(), lr=0.02)

    def pairs(seed: int, b: int = 128) -> Pairs:
        made = shifted(poses(b=b, seed=seed), seed) if group == C5 else turned(poses(SO2(), b, seed))
        return made if know else replace(made, poses=made.poses[:, torch.arange(b).roll(1)])

    for step in range(60):
        optimiser.zero_grad()
        batch = pairs(step)
        head(batch, batch).value.backward()
        optimiser.step()
    unseen = pairs(1000, 1000)
    return head.eval()(unseen, unseen).terms[term].item()


def turned(g: Element) -> Pairs:
    """Five points on circles, turned by angles of at most a sixth of a turn."""
    g = Element(g.group, g.params / 6)
    phase = (g.params + torch.arange(5) * 1.3)[..., None, None].sin()
    return Pairs(phase[0], phase[1], motion=g[1] @ ~g[0], poses=g)


def test_the_action_is_learned_from_pairs_and_not_from_strangers():
    bins, algebra = InverseModel(hidden=64), InverseModel(hidden=64, code=Algebra())
    assert learned(bins, C5, "accuracy", know=True) > 0.6
    assert learned(bins, C5, "accuracy", know=False) == pytest.approx(1 / 5, abs=0.06)
    assert learned(algebra, SO2(), "distance", know=True) < 0.06
    assert learned(algebra, SO2(), "distance", know=False) > 0.2


def test_it_reads_both_views_from_left_to_right():
    head, pairs = SMALL.build((5, 1, 1), C5).double(), shifted(poses())
    views = [pairs.left.requires_grad_(), pairs.right.requires_grad_()]
    gradients = torch.autograd.grad(head(pairs, pairs).value, views)
    assert all(gradient.abs().max() > 0 for gradient in gradients)
    assert not torch.allclose(head(pairs.swap(), pairs.swap()).value, head(pairs, pairs).value)


def test_target_and_teacher_have_no_say():
    objective = BYOL(projector=None, predictor=None) + SMALL
    head, teacher = (objective.build((5, 1, 1), C5).double() for _ in range(2))
    pairs, others, term = shifted(poses()), shifted(poses(seed=2)), "InverseModel/loss"
    assert head(pairs, others, teacher).terms[term] == head(pairs, pairs).terms[term]
    assert head(others, pairs, teacher).terms[term] != head(pairs, pairs).terms[term]


@pytest.mark.parametrize("code", [Bins(), Algebra()], ids=lambda code: type(code).__name__)
@pytest.mark.parametrize("hidden", [[1, 0, 0, 1, 0, 0], [1] * 6])
def test_hidden_pairs_are_left_out(code, hidden):
    hidden = torch.tensor(hidden, dtype=torch.bool)
    head = replace(SMALL, code=code).build((5, 1, 1), SO2()).double()
    whole = replace(views(poses(SO2())), hidden=hidden)
    assert whole.poses is not None
    whole.poses.params[:, hidden] = torch.nan
    views_ = [whole.left.requires_grad_(), whole.right.requires_grad_()]
    loss = head(whole, whole)
    gradients = torch.autograd.grad(loss.value, [*views_, *head.parameters()])
    kept = Pairs(whole.left[~hidden], whole.right[~hidden], poses=whole.poses[:, ~hidden])
    expected = head(kept, kept).value if len(kept) else torch.zeros(()).double()
    torch.testing.assert_close(loss.value, expected)
    assert all(not gradient[hidden].any() for gradient in gradients[:2])
    assert all(gradient.isfinite().all() for gradient in gradients)
    assert all(term.isfinite() for term in loss.terms.values())
    assert any(gradient.any() for gradient in gradients) == bool(len(kept))


def test_half_precision_is_lifted_to_float32():
    objective = replace(SMALL, code=Algebra())
    head, pairs = objective.build((5, 1, 1), SO2()), views(poses(SO2())).map(lambda z: z.float())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = head(pairs, pairs)
    assert loss.value.dtype == torch.float32
    assert loss.value.item() == pytest.approx(head(pairs, pairs).value.item(), rel=0.02)


def test_stec_is_a_sum():
    stec = 2 * InfoNCE(projector=None) + 0.5 * replace(SMALL, code=Bins.published(32), mode="official")
    pairs = views(poses(Affine2()))
    loss = stec.build((5, 1, 1), Affine2()).double()(pairs, pairs)
    assert stec.reads_motion
    assert loss.terms["InfoNCE/loss"] + loss.terms["InverseModel/loss"] == loss.value
    named = {f"InverseModel/accuracy.{name}" for name in "abcdxy"}
    assert named | {"InverseModel/accuracy"} < set(loss.terms)


@pytest.mark.parametrize(
    ("objective", "group", "error", "message"),
    [
        (InverseModel(), None, TypeError, "InverseModel needs pairs whose motion is known, got motions of None"),
        (InverseModel(), SE2(), ValueError, "Bins.low and Bins.high must bound the coordinate x"),
        (InverseModel(mode="official"), C5, ValueError, "Bins.low and Bins.high must bound the coordinate a"),
        (InverseModel(mode="official"), SO3(), TypeError, "SO3.* has no motion of the plane"),
        (InverseModel(code=Algebra()), C5, TypeError, "Algebra needs motions of a Lie group"),
    ],
)
def test_what_cannot_be_told_is_refused_at_once(objective, group, error, message):
    with pytest.raises(error, match=message):
        objective.build((5, 1, 1), group)


def test_what_does_not_fit_is_refused():
    head, pairs = SMALL.build((5, 1, 1), C5).double(), shifted(poses())
    unknown, wide = replace(pairs, poses=None), pairs.map(lambda z: z.repeat(1, 2, 1, 1))
    with pytest.raises(ValueError, match="'body' needs pairs whose poses are known, got poses=None"):
        head(unknown, unknown)
    with pytest.raises(ValueError, match="InverseModel: head built for 10 features, got 20"):
        head(wide, wide)
    with pytest.raises(ValueError, match=r"MLP.layers must be at least 2, got 1"):
        InverseModel(layers=1)
    with pytest.raises(ValueError, match=r"InverseModel.mode must be one of \(.*\), got 'egocentric'"):
        InverseModel(mode="egocentric")  # type: ignore[arg-type]


def test_any_group_with_a_chart_has_classes():
    group = SemidirectProduct(Translation(2), Cyclic(4))
    code = Bins(5, low=(-4.0, -4.0, None), high=(4.0, 4.0, None))
    assert InverseModel(code=code).build((5,), group).network[-1].out_features == 5 + 5 + 4


def test_a_motion_of_another_group_is_refused():
    c8 = views(poses(Cyclic(8)))
    for code, group in ((Bins(), Cyclic(4)), (Bins(), SO2()), (Algebra(), SO2())):
        head = replace(SMALL, code=code).build((5, 1, 1), group).double()
        with pytest.raises(TypeError, match=r"InverseModel: head built for actions of .*, got Cyclic\(n=8\)"):
            head(c8, c8)


@pytest.mark.parametrize("norm", [False, True])
def test_too_few_samples_are_refused(norm):
    head = replace(SMALL, norm=norm).build((5, 1, 1), C5).double()
    none, one = (shifted(poses(b=b)) for b in (0, 1))
    with pytest.raises(ValueError, match="InverseModel needs at least 1 sample in a batch, got 0"):
        head(none, none)
    assert head.eval()(one, one).value.isfinite()
    if norm:
        with pytest.raises(ValueError, match=r"InverseModel in training with norm=True needs at least 2 samples"):
            head.train()(one, one)


@pytest.mark.parametrize("field", ["hidden", "layers"])
def test_sizes_are_whole_numbers(field):
    with pytest.raises(ValueError, match=rf"InverseModel.{field} must be a whole number, at least 1, got 2.5"):
        InverseModel(**{field: 2.5})
