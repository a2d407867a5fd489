"""JointEfference: one softmax over objects and motions, and its chain rule."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from groups import SO2, Cyclic, Dihedral, Element, FieldAction, Irrep, Regular, SemidirectProduct, Torus
from groups.strategies import elements
from homossl.objectives import JointEfference, Readout
from homossl.types import Pairs
from proofs_check.examples import noise

D3 = Dihedral(3)
RHO = 2 * Regular(D3)
TAU = 0.3


def motions(group=D3, b: int = 5) -> Element:
    return group.sample(b, generator=torch.Generator().manual_seed(1))


def moved(g: Element, scatter: float = 1.0) -> Pairs:
    left = noise(len(g), RHO.dim)
    return Pairs(left, RHO(g, left) + scatter * noise(*left.shape, seed=1), motion=g, action=RHO)


def loss(pairs: Pairs, target: Pairs | None = None, **options):
    head = JointEfference(**{"temperature": TAU, **options}).build(tuple(pairs.left.shape[1:]), pairs.motion.group)
    return head(pairs, target or pairs)


def log_joint(left: torch.Tensor, right: torch.Tensor, g: Element) -> tuple[torch.Tensor, torch.Tensor]:
    """log p(i, g_i | i) and log p(i | i) of every left view, (b) each, written out."""
    left, right = (z / z.norm(dim=1, keepdim=True) for z in (left, right))
    moved = torch.stack([RHO(h, left) for h in D3.elements()])
    scores = torch.einsum("hid, jd -> ijh", moved, right) / TAU
    log_p = scores.flatten(1).log_softmax(1).unflatten(1, scores.shape[1:])
    own = log_p.diagonal().T
    return own[torch.arange(len(g)), D3.index(g)], own.exp().sum(1).log()


@given(st.data())
def test_it_is_one_softmax_over_objects_and_motions(data):
    pairs = moved(data.draw(elements(D3, (4,))))
    there = log_joint(pairs.left, pairs.right, pairs.motion)[0]
    back = log_joint(pairs.right, pairs.left, ~pairs.motion)[0]
    torch.testing.assert_close(loss(pairs).value, -(there + back).mean() / 2)


def test_without_the_motion_it_tells_objects_whatever_their_motion():
    pairs, other = moved(motions()), replace(moved(motions()), motion=motions() @ motions())
    there, back = (log_joint(p.left, p.right, p.motion)[1] for p in (pairs, pairs.swap()))
    torch.testing.assert_close(loss(pairs, lam=0.0).value, -(there + back).mean() / 2)
    assert torch.equal(loss(pairs, lam=0.0).value, loss(other, lam=0.0).value)
    assert not torch.allclose(loss(pairs).value, loss(other).value)


@pytest.mark.parametrize("lam", [0.0, 0.3, 2.0])
def test_the_terms_are_the_chain_rule(lam):
    told = loss(moved(motions()), lam=lam)
    expected = told.terms["discrimination"] + lam * told.terms["manipulation"]
    torch.testing.assert_close(told.value, expected)
    torch.testing.assert_close(told.terms["discrimination"], loss(moved(motions()), lam=0.0).value)


def test_exact_latents_are_told_apart_and_their_motions_too():
    exact = moved(motions(), scatter=0.0)
    told = loss(exact, temperature=0.01)
    assert told.value < 1e-2
    assert (told.terms["accuracy"], told.terms["motion_accuracy"]) == (1, 1)
    strangers = replace(exact, right=exact.right.roll(1, 0))
    assert loss(strangers, temperature=0.01).terms["accuracy"] == 0
    misled = loss(replace(exact, motion=exact.motion @ motions()), temperature=0.01)
    assert misled.terms["accuracy"] == 1
    assert misled.terms["motion_accuracy"] < 1


@pytest.mark.parametrize("chunk", [1, 4])
def test_a_chunk_changes_nothing(chunk):
    pairs = moved(motions())
    pairs.left.requires_grad_()
    whole, part = loss(pairs).value, loss(pairs, chunk=chunk).value
    torch.testing.assert_close(part, whole)
    torch.testing.assert_close(*[torch.autograd.grad(value, pairs.left)[0] for value in (part, whole)])


def test_symmetric_under_exchange_of_views_with_the_inverse_motion():
    pairs, target = moved(motions()), moved(motions(), scatter=2.0)
    torch.testing.assert_close(loss(pairs.swap(), target.swap()).value, loss(pairs, target).value)
    kept = replace(pairs.swap(), motion=pairs.motion)
    assert not torch.allclose(loss(kept, target.swap()).value, loss(pairs, target).value)


def test_each_online_view_is_compared_with_the_targets_other_one():
    pairs, target = moved(motions()), moved(motions(), scatter=2.0).detach()
    there = log_joint(pairs.left, target.right, pairs.motion)[0]
    back = log_joint(pairs.right, target.left, ~pairs.motion)[0]
    torch.testing.assert_close(loss(pairs, target).value, -(there + back).mean() / 2)


@pytest.mark.parametrize("hidden", [[1, 0, 0, 1, 0], [1] * 5])
def test_a_hidden_pair_is_still_an_object(hidden):
    pairs = moved(motions())
    pairs.left.requires_grad_()
    hidden = torch.tensor(hidden, dtype=torch.bool)
    seen = loss(replace(pairs, hidden=hidden))
    ways = log_joint(pairs.left, pairs.right, pairs.motion), log_joint(pairs.right, pairs.left, ~pairs.motion)
    joint, marginal = (sum(terms) / 2 for terms in zip(*ways, strict=True))
    given_object = (marginal - joint)[~hidden]
    manipulation = given_object.mean() if len(given_object) else torch.zeros(()).double()
    torch.testing.assert_close(seen.terms["manipulation"], manipulation.detach())
    torch.testing.assert_close(seen.value, manipulation - marginal.mean())
    assert torch.autograd.grad(seen.value, pairs.left)[0].isfinite().all()


def test_fields_are_pooled_or_kept():
    p4 = SemidirectProduct(Torus(3, 3), Cyclic(4))
    action = FieldAction(p4, 2 * Regular(Cyclic(4)), padding="circular")
    left, g = noise(5, 8, 3, 3), motions(p4)
    pairs = Pairs(left, action(g, left), motion=g, action=action)
    kept, pooled = loss(pairs, readout=Readout(pool=False)), loss(pairs)
    assert kept.terms["motion_accuracy"] == pooled.terms["motion_accuracy"] == 1
    assert not torch.allclose(kept.value, pooled.value)


def turned(group, turns: torch.Tensor, of_a_turn: float) -> Pairs:
    """Vectors of frequencies 1 and 2, turned in part."""
    rho, g = Irrep(group, 1) + 2 * Irrep(group, 2), group.element(turns[:, None] * of_a_turn)
    left = noise(len(turns), rho.dim)
    return Pairs(left, rho(g, left) + noise(*left.shape, seed=1), motion=g, action=rho)


def test_over_so2_it_is_the_limit_of_ever_finer_turns():
    n, turns = 64, torch.tensor([3, 17, 40, 0, 63])
    fine, smooth = loss(turned(Cyclic(n), turns, 1)), loss(turned(SO2(), turns.double(), 2 * torch.pi / n))
    nats = fine.terms["manipulation"] - math.log(n)  # per element, against per radian of Haar's measure
    torch.testing.assert_close(smooth.terms["manipulation"], nats, rtol=0, atol=1e-6)
    torch.testing.assert_close(smooth.terms["discrimination"], fine.terms["discrimination"], rtol=0, atol=1e-6)
    coarse = loss(turned(Cyclic(4), turns % 4, 1))
    assert (coarse.terms["manipulation"] - math.log(4) - nats).abs() > 1e-2


def test_what_does_not_fit_is_refused():
    field = FieldAction(SO2(), 2 * Irrep(SO2(), 1))
    g = SO2().element([[0.1], [0.2]])
    with pytest.raises(TypeError, match=r"JointEfference over SO2.. needs latents that are vectors"):
        loss(Pairs(noise(2, 4, 3, 3), noise(2, 4, 3, 3), motion=g, action=field), readout=Readout(pool=False))
    pairs = moved(motions())
    with pytest.raises(ValueError, match="JointEfference needs pairs whose motion is known, got motion=None"):
        JointEfference().build((12,), D3)(replace(pairs, motion=None), pairs)
    with pytest.raises(ValueError, match="JointEfference needs pairs with a known action"):
        loss(replace(pairs, action=None))
    with pytest.raises(TypeError, match="JointEfference needs pairs whose motion is known, got motions of None"):
        JointEfference().build((12,), None)


@pytest.mark.parametrize("b", [0, 1])
def test_one_object_is_refused_as_there_is_no_other(b):
    with pytest.raises(ValueError, match=f"JointEfference needs at least 2 samples in a batch, got {b}"):
        loss(moved(motions(b=b)))


def test_a_latent_of_zero_gets_no_gradient():
    pairs = moved(motions())
    pairs.left[0] = 0
    pairs.left.requires_grad_()
    gradient = torch.autograd.grad(loss(pairs).value, pairs.left)[0]
    assert not gradient[0].any()
    assert 0 < gradient[1:].abs().max() < 10


@pytest.mark.parametrize(("field", "value"), [("temperature", 0.0), ("lam", -1.0), ("chunk", 0), ("chunk", 1.5)])
def test_bad_numbers_are_refused(field, value):
    expected = "a whole number, at least 1" if field == "chunk" else "finite and >=? 0"
    with pytest.raises(ValueError, match=rf"JointEfference.{field} must be {expected}, got {value}"):
        JointEfference(**{field: value})
