"""Readout, MLP and the Siamese head: shapes, sharing, and where gradients go."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
import torch
from torch import nn

from homossl.objectives import BYOL, MLP, BarlowTwins, InfoNCE, Readout, ReLIC, SimSiam, VICReg
from homossl.types import Pairs

SHAPE = (3, 2, 2)
SMALL = MLP(8, 6)
EACH = [cls(projector=SMALL) for cls in (InfoNCE, BarlowTwins, VICReg, ReLIC)]
EACH += [cls(projector=SMALL, predictor=SMALL) for cls in (BYOL, SimSiam)]


def draw(seed: int = 0, dtype: torch.dtype = torch.float32) -> Pairs:
    rng = torch.Generator().manual_seed(seed)
    left, right = torch.randn(2, 8, *SHAPE, generator=rng, dtype=dtype).requires_grad_()
    return Pairs(left, right)


def test_readout_averages_or_flattens():
    x = draw().left
    torch.testing.assert_close(Readout(pool=True)(x), x.mean((2, 3)))
    torch.testing.assert_close(Readout(pool=False)(x), x.flatten(1))


@pytest.mark.parametrize("pool", [True, False])
@pytest.mark.parametrize("shape", [(5,), (5, 2), (5, 2, 3)])
def test_readout_knows_its_length(pool, shape):
    assert Readout(pool)(torch.zeros(4, *shape)).shape == (4, Readout(pool).dim(shape))


@pytest.mark.parametrize("shape", [(), (0, 2, 2), (3, -1)])
def test_readout_refuses_empty_shapes(shape):
    with pytest.raises(ValueError, match="Readout expects an event shape"):
        Readout().dim(shape)


@pytest.mark.parametrize("layers", [2, 3])
@pytest.mark.parametrize("norm", [True, False])
def test_mlp_has_its_layers_and_norms(layers, norm):
    network = MLP(8, 6, layers=layers, norm=norm).build(5)
    kinds = [type(module) for module in network]
    assert network(torch.randn(4, 5)).shape == (4, 6)
    assert kinds.count(nn.Linear) == layers
    assert kinds.count(nn.BatchNorm1d) == (layers - 1) * norm


def test_norm_out_standardises_the_output_without_weights():
    x = torch.randn(64, 5, generator=torch.Generator().manual_seed(0))
    normed, plain = MLP(8, 6, norm_out=True).build(5)(x), MLP(8, 6).build(5)(x)
    torch.testing.assert_close(normed.var(0, correction=0), torch.ones(6), atol=1e-2, rtol=0)
    assert not torch.allclose(plain.var(0, correction=0), torch.ones(6), atol=1e-2)
    assert not list(MLP(8, 6, norm_out=True).build(5)[-1].parameters())


def test_norm_out_may_have_a_scale_but_no_shift():
    x = torch.randn(64, 5, generator=torch.Generator().manual_seed(0))
    network = MLP(8, 6, norm_out="scale").build(5)
    (scale,) = network[-1].parameters()
    with torch.no_grad():
        scale.copy_(torch.arange(1.0, 7.0))
    y = network(x)
    torch.testing.assert_close(y.mean(0), torch.zeros(6), atol=1e-5, rtol=0)
    torch.testing.assert_close(y.std(0, correction=0), scale.detach(), atol=1e-2, rtol=1e-2)
    assert network[-2].bias is None
    with pytest.raises(ValueError, match=r"MLP.norm_out must be one of \(False, True, 'scale'\), got 'shift'"):
        MLP(8, 6, norm_out="shift")  # type: ignore[arg-type]


@pytest.mark.parametrize(("sizes", "bad"), [((0, 6, 2), "hidden"), ((8, -1, 2), "out"), ((8, 6, 1), "layers")])
def test_mlp_refuses_sizes_that_make_no_network(sizes, bad):
    with pytest.raises(ValueError, match=rf"MLP.{bad} must be .*, got"):
        MLP(*sizes)


@pytest.mark.parametrize("objective", EACH, ids=lambda o: o.name)
def test_specs_are_values_that_survive_json(objective):
    assert objective == type(objective)(projector=SMALL, predictor=objective.predictor)
    assert hash(objective) == hash(type(objective)(projector=SMALL, predictor=objective.predictor))
    assert json.loads(json.dumps(asdict(objective))) == asdict(objective)


@pytest.mark.parametrize("objective", EACH, ids=lambda o: o.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_objective_takes_a_step(objective, dtype):
    head, x = objective.build(SHAPE).to(dtype), draw(dtype=dtype)
    loss = head(x, x)
    loss.value.backward()
    assert loss.value.dtype == dtype
    assert all(p.grad is not None and p.grad.isfinite().all() for p in head.parameters())


@pytest.mark.parametrize("objective", EACH, ids=lambda o: o.name)
def test_symmetric_under_exchange_of_views(objective):
    head, x = objective.build(SHAPE).double(), draw(dtype=torch.float64)
    y = x.swap()
    # Absolute too: SimSiam's loss is a difference of terms of order one.
    torch.testing.assert_close(head(y, y).value, head(x, x).value, rtol=1e-12, atol=1e-14)


def test_shared_target_is_projected_once():
    head, x, calls = SimSiam(projector=SMALL, predictor=SMALL).build(SHAPE), draw(), []
    head.projector.register_forward_hook(lambda *_: calls.append(1))
    head(x, x)
    assert len(calls) == 1
    head(x, x.detach())
    assert len(calls) == 3


def test_gradient_reaches_the_target_only_where_it_is_online():
    head, online, target = InfoNCE(projector=SMALL).build(SHAPE), draw(0), draw(1)
    stopped = torch.autograd.grad(head(online, target).value, (online.left, target.left), allow_unused=True)
    assert stopped[0] is not None
    assert stopped[1] is None


def test_stop_gradient_differs_from_shared_in_gradient_not_in_value():
    head, x = SimSiam(projector=SMALL, predictor=SMALL).build(SHAPE), draw()
    shared, stopped = head(x, x).value, head(x, x.detach()).value
    torch.testing.assert_close(shared, stopped)
    weight = head.get_parameter("projector.0.weight")
    (through,), (cut,) = (torch.autograd.grad(value, weight) for value in (shared, stopped))
    assert not torch.allclose(through, cut)


def test_the_teacher_projects_the_target_and_gets_no_gradient():
    objective, x = BYOL(projector=SMALL, predictor=SMALL), draw()
    head, teacher = objective.build(SHAPE), objective.build(SHAPE)
    loss = head(x, x.detach(), teacher)
    expected = objective(head.project(x).map(head.predictor), teacher.project(x))
    torch.testing.assert_close(loss.value, expected.value)
    loss.value.backward()
    assert all(p.grad is None for p in teacher.parameters())
    assert all(p.grad is not None for p in head.parameters())
    assert not torch.equal(head(x, x.detach()).value, loss.value)


def test_a_predictor_must_land_in_the_space_of_projections():
    with pytest.raises(ValueError, match=r"BYOL: predictor.out must equal the projection's 6, got 7"):
        BYOL(projector=SMALL, predictor=MLP(8, 7)).build(SHAPE)


def test_without_networks_the_features_themselves_are_compared():
    objective, x = VICReg(projector=None, readout=Readout(pool=False)), draw()
    flat = x.map(lambda f: f.flatten(1))
    torch.testing.assert_close(objective.build(SHAPE)(x, x).value, objective(flat, flat).value)


def test_views_of_different_shapes_are_refused():
    head, x = InfoNCE(projector=SMALL).build(SHAPE), draw()
    broken = Pairs(x.left, x.right[..., :1])
    with pytest.raises(ValueError, match=r"left and right must have one shape, got \(8, 3, 2, 2\) and \(8, 3, 2, 1\)"):
        head(broken, broken)


def test_views_of_another_size_than_built_for_are_refused():
    head, x = InfoNCE(projector=SMALL).build((5, 2, 2)), draw()
    with pytest.raises(ValueError, match=r"InfoNCE: head built for 5 features, got views \(8, 3, 2, 2\)"):
        head(x, x)
