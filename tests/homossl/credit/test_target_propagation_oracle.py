"""One step of target propagation beside the published code, on the published network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from homossl.credit import DifferenceTargetPropagation
from homossl.credit.inverse_learning import Inverses
from homossl.objectives import ContrastiveHinge, InfoNCE, Readout, TanhLinear
from homossl.types import Loss, Pairs

ORACLE = json.loads(Path(__file__).with_name("target_propagation.json").read_text())
RULE = DifferenceTargetPropagation(alpha=0.5, sigma=0.0)
OBJECTIVES = {
    "Hinge": ContrastiveHinge.target_propagation(),
    "SimCLR": InfoNCE(temperature=0.5, readout=Readout(pool=False), projector=TanhLinear(64)),
}
CHANNELS = (3, 32, 64, 128, 256)


def close(seen: Any, expected: Any) -> None:
    one, other = (torch.as_tensor(numbers, dtype=torch.float64) for numbers in (seen, expected))
    torch.testing.assert_close(one, other, rtol=1e-8, atol=0)


def wave(shape: torch.Size, number: int) -> Tensor:
    """Weight number i in the place of torch's: scale sin(0.37 k + 0.11 i), k counting through the tensor."""
    k = torch.arange(shape.numel(), dtype=torch.float64)
    scale = 2 / shape[1:].numel() ** 0.5 if len(shape) > 1 else 0.1
    return (scale * torch.sin(0.37 * k + 0.11 * number)).reshape(shape)


def images() -> Tensor:
    k = torch.arange(8 * 3 * 32 * 32, dtype=torch.float64).reshape(8, 3, 32, 32)
    return torch.sin(0.013 * k) * torch.cos(0.7 * torch.arange(8, dtype=torch.float64))[:, None, None, None]


def layer(before: int, after: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(before, after, 3, padding=1), nn.MaxPool2d(2), nn.Tanh())


@torch.no_grad()
def network(name: str) -> tuple[nn.ModuleList, nn.Module, Inverses]:
    """Stages, head and inverses with the weights of the oracle."""
    stages = nn.ModuleList(map(layer, CHANNELS, CHANNELS[1:])).double()
    head = OBJECTIVES[name].build((256, 2, 2)).double()
    inverses = RULE.build(stages, head, images()[:1])
    forward = [stage[0] for stage in stages] + [head.projector[0]]  # type: ignore[index, union-attr]
    for i, module in enumerate(forward):
        module.weight.copy_(wave(module.weight.shape, 2 * i))
        module.bias.copy_(wave(module.bias.shape, 2 * i + 1))
    for i, inverse in enumerate(inverses, 5):
        conv = inverse.body[1]  # type: ignore[union-attr, index]
        transposed = wave(torch.Size([conv.in_channels, conv.out_channels, 3, 3]), 2 * i)  # as ConvTranspose2d has it
        conv.weight.copy_(transposed.transpose(0, 1).flip(-2, -1))
        conv.bias.copy_(wave(conv.bias.shape, 2 * i + 1))
    return stages, head, inverses


def step(name: str) -> tuple[Loss, nn.ModuleList, nn.Module, Tensor]:
    """The loss, the stages and the head with their gradients, and that of the top."""
    (stages, head, inverses), tops = network(name), []

    def loss_at(k: int, h: Tensor) -> Loss:
        tops.append(h)
        views = Pairs(h[0::2], h[1::2])
        return head(views, views)

    loss = RULE.assign(stages, images(), loss_at, state=inverses)
    return loss, stages, head, tops[0].grad


@pytest.mark.parametrize("name", OBJECTIVES)
def test_one_step_is_that_of_the_published_code(name):
    expected = ORACLE["results"][name]
    loss, stages, head, _ = step(name)
    close(loss.value, expected["global_loss"])
    close([loss.terms[f"target/stage{i}/loss"] for i in range(4)], expected["local_loss"])
    close([stage[0].weight.grad.norm() for stage in stages], expected["forward_weight_grad_norm"])
    close(head.projector[0].weight.grad.norm(), expected["f5_weight_grad_norm"])  # type: ignore[union-attr, index]
    close([loss.terms[f"inverse/stage{i}/loss"] for i in (3, 2, 1)], expected["inverse_loss_layers_4_3_2_no_noise"])


@pytest.mark.parametrize("name", OBJECTIVES)
def test_its_targets_are_those_of_the_published_code(name):
    expected, (stages, _, inverses) = ORACLE["results"][name], network(name)
    h, hidden = images(), []
    with torch.no_grad():
        for stage in stages:
            h = stage(h)
            hidden.append(h)
    targets = RULE.targets(inverses, hidden, step(name)[-1])
    close([h.norm() for h in hidden], expected["hidden_norm"])
    close([t.norm() for t in targets], expected["target_norm"])
    close([(t - h).norm() for t, h in zip(targets, hidden, strict=True)], expected["target_minus_hidden_norm"])


def test_control_without_the_difference_it_is_another():
    _, _, inverses = network("Hinge")
    hidden = [torch.randn(2, c, s, s, dtype=torch.float64) for c, s in zip(CHANNELS[1:], (16, 8, 4, 2), strict=True)]
    one, other = (
        DifferenceTargetPropagation(difference=d).targets(inverses, hidden, hidden[-1]) for d in (True, False)
    )
    assert all((a - b).norm() > 1e-3 for a, b in zip(one[:-1], other[:-1], strict=True))


def test_the_inverse_is_a_transposed_convolution():
    _, _, inverses = network("Hinge")
    for i, inverse in enumerate(inverses, 5):
        body: Any = inverse.body
        conv = nn.ConvTranspose2d(body[1].in_channels, body[1].out_channels, 3, 2, 1, output_padding=1).double()
        with torch.no_grad():
            conv.weight.copy_(wave(conv.weight.shape, 2 * i))
            conv.bias.copy_(wave(conv.bias.shape, 2 * i + 1))  # type: ignore[union-attr, arg-type]
        z = torch.randn(2, conv.in_channels, 4, 4, dtype=torch.float64)
        torch.testing.assert_close(inverse(z), conv(z).tanh(), rtol=0, atol=1e-12)
