import pytest
import torch
from torch import nn

from homossl.layers import LocalNorm
from homossl.lowering import FieldNorm
from homossl.parallel import SynchronisedNorm, average_gradients, gather, synchronise

NORMS = {
    "channels": lambda: nn.BatchNorm2d(4),
    "fields": lambda: FieldNorm(nn.BatchNorm3d(2), 2),
    "local": lambda: LocalNorm(2, 2),
    "cumulative": lambda: nn.BatchNorm2d(4, momentum=None),
    "no shift": lambda: nn.BatchNorm2d(4, affine=False),
    "no record": lambda: nn.BatchNorm2d(4, track_running_stats=False),
}


def synchronised(norm: nn.Module) -> SynchronisedNorm:
    return SynchronisedNorm(norm, getattr(norm, "order", 1), constant=isinstance(norm, LocalNorm))  # type: ignore[arg-type]


def passed(norm: nn.Module, training: bool) -> list[torch.Tensor]:
    """Output, gradients and statistics after two batches, the last one with its mean far from zero."""
    norm.double().train(training)
    rng = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in norm.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=rng))
    x = [torch.randn(3, 4, 5, 2, generator=rng, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    y = norm(x[0]) + norm(1e3 + x[1]).sin()
    y.square().sum().backward()
    return [y, *[leaf.grad for leaf in (*x, *norm.parameters())], *norm.state_dict().values()]  # type: ignore[list-item]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", NORMS)
def test_in_one_process_it_is_the_norm_whose_place_it_takes(kind, training):
    expected, seen = passed(NORMS[kind](), training), passed(synchronised(NORMS[kind]()), training)
    for a, b in zip(expected, seen, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-8, atol=1e-8)


def test_gradients_pass_through_the_statistics_unless_they_are_constant():
    """The control of the test above."""
    expected, seen = passed(LocalNorm(4), True), passed(SynchronisedNorm(LocalNorm(4)), True)
    assert (expected[1] - seen[1]).abs().max() > 0.1


def test_names_and_tensors_stay(monkeypatch):
    monkeypatch.setattr("homossl.parallel.norm.size", lambda: 2)
    network = nn.Sequential(nn.Conv2d(1, 4, 1), nn.BatchNorm2d(4), nn.Sequential(LocalNorm(2, 2)))
    before = network.state_dict()
    parameters = list(network.parameters())
    synchronise(network)
    synchronise(network)
    assert isinstance(network[1], SynchronisedNorm)
    assert isinstance(network[2][0], SynchronisedNorm)
    assert network.state_dict().keys() == before.keys()
    assert all(a is b for a, b in zip(parameters, network.parameters(), strict=True))


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (nn.Sequential(nn.BatchNorm1d(4)), "got BatchNorm1d '0'"),
        (nn.BatchNorm2d(4), "got BatchNorm2d ''"),
    ],
)
def test_norms_whose_statistics_cannot_be_shared_are_named(module, message):
    with pytest.raises(ValueError, match=message):
        synchronise(module)


def test_one_process_is_left_as_it_is():
    network, x = nn.Sequential(nn.BatchNorm2d(4)), torch.ones(2, 3, requires_grad=True)
    synchronise(network)
    assert type(network[0]) is nn.BatchNorm2d
    assert gather(x) is x
    x.sum().backward()
    average_gradients([x])
    assert torch.equal(x.grad, torch.ones(2, 3))
