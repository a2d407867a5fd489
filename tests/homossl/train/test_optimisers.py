import pytest
import torch
from torch import nn

from homossl.train.optimisers import LARS, SGD, AdamW, split


class Flat(nn.Module):
    """Like a steerable convolution, this keeps its weights as one vector."""

    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.ones(5))


def module():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), Flat(), nn.LayerNorm(4))


def test_only_biases_and_norms_are_plain():
    net = module()
    weights, plain = split(net)
    assert {id(p) for p in weights} == {id(net[0].weight), id(net[2].weights)}
    assert len(plain) == 5


def test_frozen_and_shared_parameters():
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    net[1].weight = net[0].weight
    assert len(split(net)[0]) == 1
    with pytest.raises(ValueError, match="nothing to optimise"):
        AdamW().build(net.requires_grad_(False))


@pytest.mark.parametrize("spec", [AdamW(weight_decay=0.5), SGD(weight_decay=0.5), LARS(weight_decay=0.5)])
def test_without_gradient_weights_decay_and_the_others_stay(spec):
    net = module()
    for parameter in net.parameters():
        parameter.data.fill_(2.0)
        parameter.grad = torch.zeros_like(parameter)
    spec.build(net).step()
    assert (net[0].weight < 2).all()
    assert (net[2].weights < 2).all()
    assert all((p == 2).all() for p in (net[0].bias, net[1].weight, net[1].bias, net[3].weight))


def test_lars_is_the_published_update():
    """v <- m v + lr (trust |w| / |g + wd w|) (g + wd w); w <- w - v, in float64 by numpy."""
    net = nn.Linear(3, 2).double()
    spec = LARS(lr=0.7, momentum=0.8, weight_decay=0.1, trust=0.02)
    optimiser = spec.build(net)
    w, b = net.weight.detach().numpy().copy(), net.bias.detach().numpy().copy()
    v, u = 0 * w, 0 * b
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        net.weight.grad = torch.randn(2, 3, generator=generator, dtype=torch.float64)
        net.bias.grad = torch.randn(2, generator=generator, dtype=torch.float64)
        optimiser.step()
        g = net.weight.grad.numpy() + 0.1 * w
        v = 0.8 * v + 0.7 * 0.02 * (w**2).sum() ** 0.5 / (g**2).sum() ** 0.5 * g
        u = 0.8 * u + 0.7 * net.bias.grad.numpy()
        w, b = w - v, b - u
    assert torch.allclose(net.weight, torch.from_numpy(w), atol=1e-14)
    assert torch.allclose(net.bias, torch.from_numpy(b), atol=1e-14)


def test_lars_moves_by_a_fraction_of_the_norm_whatever_the_size_of_the_gradient():
    def moved(scale):
        net = nn.Linear(8, 8, bias=False)
        before = nn.init.ones_(net.weight).detach().clone()
        net.weight.grad = scale * torch.randn(8, 8, generator=torch.Generator().manual_seed(0))
        LARS(lr=1.0, weight_decay=0.0, trust=0.01).build(net).step()
        return (net.weight - before).norm() / before.norm()

    assert moved(1.0).item() == pytest.approx(0.01, rel=1e-4)
    assert moved(1e3).item() == pytest.approx(0.01, rel=1e-4)


def test_lars_moves_zero_weights_and_leaves_those_without_gradient():
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    kept = net[1].weight.detach().clone()
    nn.init.zeros_(net[0].weight).grad = torch.ones(2, 2)
    LARS(lr=0.5).build(net).step()
    assert torch.equal(net[0].weight, torch.full((2, 2), -0.5))
    assert torch.equal(net[1].weight, kept)
