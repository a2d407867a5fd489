"""ForwardModel: any objective, of the left view as the group moves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import Cyclic, Dihedral, Element, FieldAction, Regular
from groups.strategies import elements
from homossl.objectives import BYOL, MLP, ForwardModel, InfoNCE, SimSiam, VICReg
from homossl.objectives.base import Head, Objective, Scaled
from homossl.types import Loss, Pairs

D4 = Dihedral(4)
ACTION = FieldAction(D4, 2 * Regular(D4))
SHAPE = (16, 3, 3)
SMALL = MLP(8, 6)
PARTS = [InfoNCE(projector=SMALL), BYOL(projector=SMALL, predictor=SMALL), VICReg(projector=SMALL)]
each_part = pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)


def motions(b: int = 4, seed: int = 1) -> Element:
    return D4.sample(b, generator=torch.Generator().manual_seed(seed))


def moved(g: Element, scatter: float = 0.0) -> Pairs:
    left, noise = torch.randn(2, len(g), *SHAPE, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return Pairs(left, ACTION(g, left) + scatter * noise, motion=g, action=ACTION, poses=None)


class Seen(Head):
    """Remembers what it was given."""

    def forward(self, online: Pairs, target: Pairs, teacher: Head | None = None) -> Loss:
        self.online, self.target, self.teacher = online, target, teacher
        return Loss(online.left.sum())


class See(Objective):
    def build(self, shape, group=None):
        return Seen()


@given(st.data())
@each_part
def test_it_is_the_part_on_views_at_rest(part, data):
    pairs = moved(data.draw(elements(D4, (4,))), scatter=0.5)
    head = ForwardModel(part).build(SHAPE, D4).double()
    rest = Pairs(ACTION(pairs.motion, pairs.left), pairs.right)
    torch.testing.assert_close(head(pairs, pairs).value, head.head(rest, rest).value)


def test_views_that_the_motion_explains_align_and_control_others_do_not():
    head, exact = ForwardModel(SimSiam(projector=None, predictor=None)).build(SHAPE, D4), moved(motions())
    misled = replace(exact, motion=motions(seed=2))
    assert head(exact, exact).terms["alignment"].item() == pytest.approx(1)
    assert head.head(exact, exact).terms["alignment"] < 0.99
    assert head(misled, misled).terms["alignment"] < 0.99


def test_the_part_sees_pairs_at_rest():
    pairs = replace(moved(motions()), hidden=torch.tensor([True, False, False, True]))
    pairs = replace(pairs, poses=Element(D4, torch.stack([motions().params] * 2)))
    head = ForwardModel(See()).build(SHAPE, D4)
    head(pairs, pairs)
    seen = head.head.online
    assert head.head.target is seen
    assert seen.motion.params.eq(0).all()
    assert seen.poses is None
    assert seen.hidden is pairs.hidden
    torch.testing.assert_close(seen.action(seen.motion, seen.left), seen.right)
    head(pairs, pairs.detach())
    assert head.head.target is not head.head.online
    torch.testing.assert_close(head.head.target.left, head.head.online.left)


def test_gradients_pass_through_the_motion():
    pairs = moved(motions(), scatter=0.5)
    pairs.left.requires_grad_()
    head = ForwardModel(PARTS[0]).build(SHAPE, D4).double()
    head(pairs, pairs).value.backward()
    assert pairs.left.grad.abs().max() > 0


def test_the_teacher_of_the_part_teaches_it():
    objective, pairs = ForwardModel(PARTS[1]), moved(motions(), scatter=0.5)
    head, teacher = (objective.build(SHAPE, D4).double() for _ in range(2))
    rest = Pairs(ACTION(pairs.motion, pairs.left), pairs.right)
    expected = head.head(rest, rest.detach(), teacher.head).value
    torch.testing.assert_close(head(pairs, pairs.detach(), teacher).value, expected)
    assert not torch.equal(head(pairs, pairs.detach()).value, expected)


def test_it_adds_to_its_part_under_a_name_of_its_own():
    objective = PARTS[0] + 0.5 * ForwardModel(PARTS[0])
    assert objective.reads_motion
    pairs = moved(motions())
    terms = objective.build(SHAPE, D4).double()(pairs, pairs).terms
    assert {name.split("/")[0] for name in terms} == {"InfoNCE", "ForwardInfoNCE"}


@pytest.mark.parametrize(
    ("change", "message"), [({"motion": None}, "motion is known"), ({"action": None}, "action on")]
)
def test_what_is_not_known_is_named(change, message):
    pairs = moved(motions())
    head = ForwardModel(PARTS[0]).build(SHAPE, D4).double()
    with pytest.raises(ValueError, match=f"ForwardInfoNCE needs pairs .*{message}"):
        head(replace(pairs, **change), pairs)


def test_a_foreign_motion_is_refused():
    pairs = replace(moved(motions()), motion=Cyclic(4).identity(4))
    with pytest.raises(TypeError, match=r"moves by elements of Dihedral\(n=4\), got one of Cyclic"):
        ForwardModel(PARTS[0]).build(SHAPE, D4).double()(pairs, pairs)


@pytest.mark.parametrize("part", [3, BYOL])
def test_a_part_that_is_no_objective_is_refused(part):
    for make, field in ((ForwardModel, "ForwardModel.part"), (lambda p: Scaled(2.0, p), "Scaled.part")):
        with pytest.raises(TypeError, match=rf"{field} must be an objective, such as InfoNCE\(\), got"):
            make(part)


@pytest.mark.parametrize("around", [lambda o: o, lambda o: 0.5 * o, lambda o: VICReg() + o, ForwardModel])
def test_views_that_cannot_be_moved_are_refused_before_the_head_is_called(around):
    pairs, objective = moved(motions()), around(ForwardModel(PARTS[0]))
    objective.check(pairs)
    with pytest.raises(ValueError, match="InfoNCE needs pairs with a known action"):
        objective.check(replace(pairs, action=None))
    with pytest.raises(TypeError, match="moves by elements of Dihedral"):
        objective.check(replace(pairs, motion=Cyclic(4).identity(4)))
