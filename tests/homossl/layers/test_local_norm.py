"""Batch normalisation with statistics that are constants: the same forward pass, and a local backward pass."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import torch
from einops import rearrange
from torch import Tensor, nn

from groups import Cyclic, Dihedral
from homossl.credit import GreedyLayerwise
from homossl.encoders import CNN, WRN16_8, ResNet18, ResNet50
from homossl.layers import LocalNorm, Plain, Steerable
from homossl.learner import build
from homossl.objectives import MLP, InfoNCE
from homossl.recipes import hssl
from homossl.train import Recipe
from homossl.train.optimisers import split
from homossl.types import Batch
from homossl.verify import check
from homossl.views import FeatureFibre
from proofs_check.laws import equivariance

OUTER = {"plain": "BatchNorm2d", "steerable": "LoweredInnerBatchNorm"}
KINDS = {"plain": Plain, "steerable": Steerable}


def inputs(seed: int = 0) -> Tensor:
    return 1 + 3 * torch.randn(5, 8, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def norm(kind: str, norm_kind: str) -> nn.Module:
    """A norm of two fields of C_4, from tensors to tensors, with weights and biases that are not 1 and 0."""
    layers: Any = KINDS[kind](Cyclic(4), norm_kind)
    field = layers.fields(2)
    module = layers.enter(layers.norm(field), field).double()
    generator = torch.Generator().manual_seed(0)
    for parameter in module.parameters():
        nn.init.normal_(parameter, generator=generator)
    return module


def gradients(module: nn.Module, x: Tensor) -> list[Tensor]:
    """The gradients of a loss with respect to the input and the parameters."""
    x = x.clone().requires_grad_()
    loss = (module(x) * inputs(9)).square().sum()
    return list(torch.autograd.grad(loss, [x, *module.parameters()]))


def by_constants(module: nn.Module, x: Tensor, order: int) -> Tensor:
    """The same normalisation written out, with statistics that are constants to autograd."""
    weight, bias = (p[:, None, None, None] for p in module.parameters())
    fields = rearrange(x, "b (k g) h w -> b k g h w", g=order)
    var, mean = torch.var_mean(fields.detach(), dim=(0, 2, 3, 4), correction=0, keepdim=True)
    return rearrange((fields - mean) / (var + 1e-5).sqrt() * weight + bias, "b k g h w -> b (k g) h w")


@pytest.mark.parametrize("kind", KINDS)
def test_forward_pass_and_running_statistics_are_those_of_batch_normalisation(kind):
    local, batch = norm(kind, "local"), norm(kind, "batch")
    for seed in range(3):
        assert torch.allclose(local(inputs(seed)), batch(inputs(seed)), rtol=0, atol=1e-12)
    assert torch.allclose(local.eval()(inputs(7)), batch.eval()(inputs(7)), rtol=0, atol=1e-12)
    ours, theirs = ({k.split(".")[-1]: v for k, v in m.named_buffers() if "indices" not in k} for m in (local, batch))
    assert ours.keys() == theirs.keys()
    assert all(torch.allclose(ours[k], theirs[k], rtol=0, atol=1e-12) for k in ours)
    assert not torch.allclose(local.train()(inputs(7)), local.eval()(inputs(7)), atol=0.1)  # control


@pytest.mark.parametrize("kind", KINDS)
def test_backward_pass_takes_statistics_for_constants(kind):
    local, batch, x = norm(kind, "local"), norm(kind, "batch"), inputs()
    order = 4 if kind == "steerable" else 1
    x_grad, *weights = gradients(local, x)
    leaf = x.clone().requires_grad_()
    (expected,) = torch.autograd.grad((by_constants(local, leaf, order) * inputs(9)).square().sum(), leaf)
    assert torch.allclose(x_grad, expected, rtol=0, atol=1e-10)
    theirs, *their_weights = gradients(batch, x)
    assert (theirs - x_grad).norm() > 1e-2 * x_grad.norm()
    assert all(torch.allclose(a, b) for a, b in zip(weights, their_weights, strict=True))


@pytest.mark.parametrize(("norm_kind", "stays"), [("local", True), ("batch", False)])
def test_the_error_of_a_unit_reaches_its_own_input_only(norm_kind, stays):
    x = inputs().requires_grad_()
    norm("steerable", norm_kind)(x)[1, 2, 3, 4].backward()
    assert x.grad is not None
    others = x.grad.clone()
    others[1, 2, 3, 4] = 0
    assert x.grad[1, 2, 3, 4] != 0
    assert (not others.any()) is stays


@pytest.mark.parametrize("architecture", [CNN(fields=(1, 2), steps=(1, 2)), ResNet18(width=8), WRN16_8(width=64)])
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_encoders_stay_homomorphisms(architecture, training):
    x = torch.randn(2, 3, 17, 17, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    encoder = replace(architecture, norm="local").build(Dihedral(4), 3, 17).double().train(training)
    g = Dihedral(4).elements()[-2:]
    assert equivariance(encoder, encoder.action_in, encoder.action_out, g, x).item() < 1e-10


def test_control_statistics_of_each_channel_are_no_homomorphism():
    field = Steerable(Cyclic(4)).fields(2)
    g = Cyclic(4).element([1])
    for module, low, high in ((norm("steerable", "local"), 0, 1e-10), (norm("plain", "local"), 1e-2, 10)):
        assert low <= equivariance(module, field, field, g, inputs()).item() < high


@pytest.mark.parametrize("architecture", [CNN(), ResNet18(width=4), ResNet50(width=4), WRN16_8(width=8)])
@pytest.mark.parametrize("structure", ["steerable", "plain"])
def test_all_norms_of_an_encoder_are_local(architecture, structure):
    def kinds(norm: Any) -> list[str]:
        built = replace(architecture, norm=norm, structure=structure).build(Cyclic(1), 3, 33)
        names = [type(module).__name__ for module in built.modules()]
        return [name for name in names if name in ("LocalNorm", OUTER[structure])]

    local, batch = kinds("local"), kinds("batch")
    assert set(local) == {"LocalNorm"}
    assert set(batch) == {OUTER[structure]}
    assert len(local) == len(batch)


def test_initial_weights_and_features_do_not_depend_on_the_norm():
    x = torch.randn(4, 3, 17, 17, generator=torch.Generator().manual_seed(0))
    features = []
    for kind in ("local", "batch"):
        torch.manual_seed(0)
        features.append(CNN(norm=kind).build(Cyclic(4), 3, 17)(x))
    assert torch.allclose(*features, atol=1e-5)


@pytest.mark.parametrize("structure", ["steerable", "plain"])
def test_a_check_sees_every_layer(structure):
    x = torch.randn(4, 3, 17, 17, generator=torch.Generator().manual_seed(0))
    local, batch = (check(CNN(structure, norm=n).build(Cyclic(4), 3, 17), x=x) for n in ("local", "batch"))
    assert len(local.layers) == len(batch.layers)
    assert [layer.kind for layer in local.layers].count("LocalNorm") == 3
    assert local.passed is batch.passed is (structure == "steerable")


def test_its_parameters_are_not_decayed():
    weights, plain = split(CNN(norm="local").build(Cyclic(4), 3, 17))
    assert len(weights) == 3
    assert len(plain) == 6


def test_greedy_learning_moves_every_stage():
    encoder = CNN(fields=(1, 2), steps=(1, 2), norm="local")
    objective = InfoNCE(projector=MLP(8, 4))
    learner = build(Cyclic(4), encoder, FeatureFibre(), objective, credit=GreedyLayerwise(), shape=(1, 9, 9))
    batch = Batch(torch.rand(8, 1, 9, 9, generator=torch.Generator().manual_seed(0)), torch.arange(8))
    assert learner.step(batch, torch.Generator().manual_seed(0)).value.isfinite()
    assert all(p.grad is not None and p.grad.any() for p in learner.encoder.parameters())


def test_a_single_value_has_no_variance():
    with pytest.raises(ValueError, match=r"more than one value per field, got \(1, 3, 1, 1, 1\)"):
        LocalNorm(3)(torch.zeros(1, 3, 1, 1))
    LocalNorm(3).eval()(torch.zeros(1, 3, 1, 1))


def test_low_precision_is_measured_in_the_precision_of_the_statistics():
    module, x = LocalNorm(2), 100 + torch.randn(64, 2, 8, 8, generator=torch.Generator().manual_seed(0))
    low = x.bfloat16()
    module(low)
    assert torch.allclose(module.running_mean, 0.1 * low.float().mean((0, 2, 3)), rtol=1e-5)  # type: ignore[arg-type]


def test_an_unknown_norm_is_refused():
    with pytest.raises(ValueError, match="CNN has norm 'batch' or 'local', got 'layer'"):
        CNN(norm="layer")  # type: ignore[arg-type]


def test_recipes_saved_before_there_was_a_choice_can_be_read():
    data = json.loads(hssl.to_json())
    assert data["encoder"].pop("norm") == "batch"
    assert Recipe.from_json(json.dumps(data)) == hssl
    local = replace(hssl, encoder=replace(hssl.encoder, norm="local"))  # type: ignore[call-arg]
    assert Recipe.from_json(local.to_json()) == local
