"""CLAPP against its formula, sample by sample; where its hinges are still; what it needs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F

from groups import Cyclic, Torus, Translation
from homossl.objectives import CLAPP, MLP, Linear, PerMotion, Readout
from homossl.objectives.linear import MotionLinear
from homossl.types import Pairs

ROWS = Torus(7, 1)


def draw(seed: int = 0, b: int = 6, d: int = 4, scale: float = 1.0) -> Pairs:
    rng = torch.Generator().manual_seed(seed)
    left, right = scale * torch.randn(2, b, d, generator=rng, dtype=torch.float64)
    return Pairs(left, right, motion=~ROWS.sample(b, generator=rng))


def literally(c: torch.Tensor, z: torch.Tensor, w: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
    """Both hinges of c: (b d) and z: (b d), with matrices w: (n d d) for the motions k: (b)."""
    pull, push, b = 0.0, 0.0, len(c)
    for i in range(b):
        for other in (False, True):
            score, j = torch.zeros((), dtype=c.dtype), (i + 1) % b if other else i
            for m in range(c.shape[1]):
                for n in range(c.shape[1]):
                    score = score + z[j, m] * w[k[i], m, n] * c[i, n]
            push, pull = (push + F.relu(1 + score), pull) if other else (push, pull + F.relu(1 - score))
    return pull / b + push / b


@pytest.mark.parametrize("d", [4, 9])
@pytest.mark.parametrize("seed", range(3))
def test_the_head_is_the_formula_and_so_is_its_gradient(seed, d):
    features = draw(seed, d=d)
    head = CLAPP().build((d,), ROWS).double()
    c, z, w = (t.clone().requires_grad_() for t in (features.left, features.right, head.predictor.weight.detach()))
    k = ROWS.index(features.motion)  # type: ignore[arg-type]
    expected = literally(c, z, w, k)
    pairs = Pairs(*[t.clone().requires_grad_() for t in (c.detach(), z.detach())], motion=features.motion)
    loss = head(pairs, pairs).value
    assert abs(loss - expected) < 1e-12
    ours = torch.autograd.grad(loss, [pairs.left, pairs.right, head.predictor.weight])
    theirs = torch.autograd.grad(expected, [c, z, w])
    assert max((a - b).abs().max() for a, b in zip(ours, theirs, strict=True)) < 1e-12
    assert abs(literally(c, z, w, k.roll(1)) - expected) > 1e-3  # control: another motion
    assert abs(literally(z, c, w, k) - expected) > 1e-3  # control: the other direction


def test_it_goes_one_way_and_against_the_next_sample():
    z, order = draw(), torch.tensor([3, 0, 5, 1, 2, 4])
    value = CLAPP()(z, z).value
    assert abs(CLAPP()(z.swap(), z.swap()).value - value) > 1e-3
    shuffled = Pairs(z.left[order], z.right[order])
    assert abs(CLAPP()(shuffled, shuffled).value - value) > 1e-3
    turned = Pairs(z.left.roll(1, 0), z.right.roll(1, 0))
    assert abs(CLAPP()(turned, turned).value - value) < 1e-12


def test_the_gradient_is_that_of_the_loss():
    left, right = (z.requires_grad_() for z in (draw().left, draw().right))

    def loss(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return CLAPP()(Pairs(a, b), Pairs(a, b)).value

    assert torch.autograd.gradcheck(loss, [left, right])


def test_where_both_hinges_are_inactive_nothing_learns():
    met = torch.tensor([[2.0, 0.0], [-2.0, 0.0]], dtype=torch.float64)  # <z_i, c_i> = 4, <z_(i+1), c_i> = -4
    for scale, still in ((1.0, True), (0.4, False)):  # 0.4: scores 0.64 and -0.64, the control
        z = (scale * met).requires_grad_()
        loss = CLAPP()(Pairs(z, z), Pairs(z, z))
        loss.value.backward()
        assert (loss.value == 0) == still
        assert (z.grad == 0).all() == still  # type: ignore[union-attr]
        assert loss.terms["active"] == loss.terms["short"] == 1 - still
        assert loss.terms["positive"] == -loss.terms["negative"] == 4 * scale**2


def test_only_partners_short_of_the_margin_pull():
    z = torch.tensor([[3.0, 0.0], [0.0, 3.0]], requires_grad=True)  # partners 9, others 0
    loss = CLAPP()(Pairs(z, z), Pairs(z, z))
    assert loss.value == 1
    assert (loss.terms["short"], loss.terms["active"]) == (0, 1)


def test_a_separate_target_gets_no_gradient():
    features = draw().map(lambda x: x.requires_grad_())
    head, teacher = (CLAPP(projector=Linear(3)).build((4,), ROWS).double() for _ in range(2))
    target = replace(features, left=features.left.detach(), right=features.right.detach())
    head(replace(features, motion=draw().motion), target, teacher).value.backward()
    assert all(p.grad is None for p in teacher.parameters())
    assert all(p.grad is not None for p in head.parameters())


def test_readout_projector_and_predictor_are_the_familys():
    head = CLAPP(readout=Readout(pool=False), projector=MLP(8, 5)).build((2, 3, 3), Cyclic(4))
    assert head.dim == 18
    assert isinstance(head.predictor, MotionLinear)
    assert head.predictor.weight.shape == (4, 5, 5)
    assert CLAPP().reads_motion
    assert not CLAPP(predictor=Linear()).reads_motion


def test_without_a_motion_one_matrix_serves_all():
    features = draw()
    head = CLAPP(predictor=Linear()).build((4,)).double()
    w = head.predictor.weight.detach()[None]
    expected = literally(features.left, features.right, w, torch.zeros(6, dtype=torch.int64))
    assert abs(head(features, features).value - expected) < 1e-12


def test_what_it_needs():
    with pytest.raises(ValueError, match="CLAPP needs at least 2 samples in a batch, got 1"):
        CLAPP()(draw(b=1), draw(b=1))
    with pytest.raises(TypeError, match="PerMotion needs pairs with a motion of a finite group, got Translation"):
        CLAPP().build((4,), Translation(2))
    with pytest.raises(TypeError, match="PerMotion needs pairs with a motion of a finite group, got None"):
        CLAPP().build((4,))
    with pytest.raises(ValueError, match="a map per motion needs pairs whose motion is known, got motion=None"):
        CLAPP().build((4,), ROWS).double()(*[replace(draw(), motion=None)] * 2)
    with pytest.raises(ValueError, match=r"CLAPP: predictor.out must equal the projection's 4, got 3"):
        CLAPP(predictor=Linear(3)).build((4,))
    assert PerMotion() == CLAPP().predictor
