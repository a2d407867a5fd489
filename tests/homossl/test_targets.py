"""Targets: who hands on what, the exact average, and what survives a checkpoint."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from homossl.targets import EMA, Shared, StopGradient
from homossl.types import Pairs

X = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))


def student() -> tuple[nn.Module, nn.Module]:
    return nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)), nn.Linear(3, 2)


def online() -> Pairs:
    return Pairs(X.clone().requires_grad_(), X.clone().requires_grad_())


def unused(encoder: nn.Module) -> Pairs:
    raise AssertionError("no second network should be run")


def test_shared_hands_on_the_very_same_views():
    pairs = online()
    assert Shared().build(*student()).pairs(pairs, unused) is pairs
    assert StopGradient().build(*student()).pairs(pairs, unused) is not pairs


def test_stop_gradient_keeps_values_and_drops_gradients():
    pairs = online()
    target = StopGradient().build(*student()).pairs(pairs, unused)
    assert torch.equal(target.left, pairs.left)
    assert not target.left.requires_grad
    assert not target.right.requires_grad


@pytest.mark.parametrize("target", [Shared(), StopGradient()])
def test_teachers_without_weights_have_no_state(target):
    teacher = target.build(*student())
    teacher.update(*student(), progress=0.5)
    assert teacher.encoder is None
    assert teacher.head is None
    assert not teacher.state_dict()


def test_average_reads_views_from_its_own_encoder_without_gradient():
    encoder, head = student()
    teacher = EMA().build(encoder, head)
    seen = []

    def features_of(network: nn.Module) -> Pairs:
        seen.append(network)
        return Pairs(X, X).map(network)

    target = teacher.pairs(online(), features_of)
    assert seen == [teacher.encoder]
    assert seen != [encoder]
    assert not target.left.requires_grad


def test_average_starts_as_a_frozen_copy():
    encoder, head = student()
    teacher = EMA().build(encoder, head)
    pairs = list(zip(teacher.parameters(), [*encoder.parameters(), *head.parameters()], strict=True))
    assert all(torch.equal(mine, theirs) and mine is not theirs for mine, theirs in pairs)
    assert not any(mine.requires_grad for mine, _ in pairs)
    assert all(theirs.requires_grad for _, theirs in pairs)


@pytest.mark.parametrize("progress", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_update_is_the_exact_convex_combination(progress, momentum):
    (encoder, head), (other, other_head) = (student() for _ in range(2))
    spec = EMA(momentum=momentum, final=0.95)
    teacher = spec.build(encoder.double(), head.double())
    before = [p.clone() for p in teacher.parameters()]
    teacher.update(other.double(), other_head.double(), progress)
    m = spec.momentum_at(progress)
    for old, new, theirs in zip(
        before, teacher.parameters(), [*other.parameters(), *other_head.parameters()], strict=True
    ):
        torch.testing.assert_close(new, m * old + (1 - m) * theirs, rtol=1e-12, atol=1e-14)
    weights = next(teacher.parameters()), next(other.parameters())
    assert not torch.allclose(weights[0], before[0])
    assert torch.allclose(*weights) is (m == 0)


def test_momentum_one_stands_still():
    teacher = EMA().build(*student())
    before = [p.clone() for p in teacher.parameters()]
    teacher.update(*student(), progress=1.0)
    assert all(map(torch.equal, before, teacher.parameters()))


def test_momentum_follows_a_cosine_to_final():
    spec = EMA(momentum=0.9, final=0.98)
    curve = [spec.momentum_at(k / 10) for k in range(11)]
    assert curve[0] == pytest.approx(0.9, abs=1e-15)
    assert curve[-1] == 0.98
    assert curve == sorted(curve)
    assert curve[5] == pytest.approx(0.94)
    assert curve[2] - curve[0] != pytest.approx(curve[5] - curve[3], rel=0.1)


def test_buffers_stay_the_teachers_own():
    encoder, head = student()
    teacher = EMA(momentum=0.0, final=0.0).build(encoder, head)
    encoder(X)
    teacher.update(encoder, head, 0.5)
    passes = "1.num_batches_tracked"
    counts = [network.state_dict()[passes].item() for network in (encoder, teacher.get_submodule("encoder"))]
    assert counts == [1, 0]
    teacher.pairs(online(), lambda network: Pairs(X, X).map(network))
    assert teacher.state_dict()[f"encoder.{passes}"] == 1


def test_survives_a_state_dict_round_trip_frozen():
    teacher, fresh = EMA().build(*student()), EMA().build(*student())
    teacher.update(*student(), progress=0.2)
    assert not torch.equal(next(fresh.parameters()), next(teacher.parameters()))
    fresh.load_state_dict(teacher.state_dict())
    assert all(map(torch.equal, fresh.parameters(), teacher.parameters()))
    assert not any(p.requires_grad for p in fresh.parameters())


def test_no_gradient_reaches_the_teacher():
    encoder, head = student()
    teacher = EMA().build(encoder, head)
    target = teacher.pairs(online(), lambda network: Pairs(X, X).map(network))
    (Pairs(X, X).map(encoder).left - target.left.roll(1, 0)).square().sum().backward()
    assert all(p.grad is None for p in teacher.parameters())
    assert all(p.grad is not None for p in encoder.parameters())


@pytest.mark.parametrize("name", ["momentum", "final"])
@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_momentum_outside_the_unit_interval_is_refused(name, value):
    with pytest.raises(ValueError, match=rf"EMA.{name} must lie in \[0, 1\], got {value}"):
        EMA(**{name: value})


def test_progress_outside_the_unit_interval_is_refused():
    with pytest.raises(ValueError, match=r"progress must lie in \[0, 1\], got 1.5"):
        EMA().build(*student()).update(*student(), progress=1.5)


@pytest.mark.parametrize("head", [nn.Linear(3, 5), nn.Linear(3, 2, bias=False)])
def test_a_student_of_another_shape_changes_nothing(head):
    encoder, own = student()
    teacher = EMA(momentum=0.5).build(encoder, own)
    before = [p.clone() for p in teacher.parameters()]
    with pytest.raises(ValueError, match="the student must have the teacher's parameter shapes"):
        teacher.update(student()[0], head, progress=0.0)
    assert all(map(torch.equal, before, teacher.parameters()))


def test_policies_are_values():
    assert EMA(0.99) == EMA(0.99) != EMA(0.9)
    assert Shared() == Shared() != StopGradient()
