"""Laws every similarity keeps, each beside a control that must break it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from homossl.objectives import BYOL, CLAPP, BarlowTwins, ContrastiveHinge, InfoNCE, ReLIC, Siamese, SimSiam, VICReg
from homossl.types import Loss, Pairs

ALL = [InfoNCE(), BYOL(), SimSiam(), BarlowTwins(), VICReg(), ReLIC(), ContrastiveHinge.target_propagation()]
ONE_WAY = [CLAPP()]  # from left to right, and against the next sample of the batch
each_objective = pytest.mark.parametrize("objective", ALL, ids=lambda o: o.name)
every_objective = pytest.mark.parametrize("objective", ALL + ONE_WAY, ids=lambda o: o.name)


def draw(seed: int, b: int = 6, d: int = 4, dtype: torch.dtype = torch.float64) -> Pairs:
    rng = torch.Generator().manual_seed(seed)
    left, noise = torch.randn(2, b, d, generator=rng, dtype=dtype)
    return Pairs(left, left + 0.3 * noise)


def value(objective: Siamese, online: Pairs, target: Pairs) -> float:
    return objective(online, target).value.item()


class OneSided(SimSiam):
    """A control: only the left view predicts."""

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        return Loss((online.left - target.right).norm())


@each_objective
def test_symmetric_under_exchange_of_views(objective):
    online, target = draw(0), draw(1)
    assert value(objective, online.swap(), target.swap()) == pytest.approx(value(objective, online, target), rel=1e-12)


def test_control_one_sided_is_not_symmetric():
    online, target = draw(0), draw(1)
    swapped = value(OneSided(), online.swap(), target.swap())
    assert swapped != pytest.approx(value(OneSided(), online, target), rel=1e-3)


@each_objective
def test_order_of_samples_does_not_matter(objective):
    z, order = draw(0), torch.tensor([3, 0, 5, 1, 2, 4])
    shuffled = Pairs(z.left[order], z.right[order])
    assert value(objective, shuffled, shuffled) == pytest.approx(value(objective, z, z), rel=1e-12)


@each_objective
def test_control_shuffling_one_view_matters(objective):
    z = draw(0)
    broken = replace(z, right=z.right.roll(1, 0))
    assert value(objective, broken, broken) > value(objective, z, z) + 1e-2


def gradient(objective: Siamese, z: Pairs) -> torch.Tensor:
    left = z.left.clone().requires_grad_()
    pairs = replace(z, left=left)
    return torch.autograd.grad(objective(pairs, pairs).value, left)[0]


@each_objective
def test_gradient_is_permuted_with_the_samples(objective):
    z, order = draw(0), torch.tensor([3, 0, 5, 1, 2, 4])
    expected = gradient(objective, z)[order]
    torch.testing.assert_close(gradient(objective, Pairs(z.left[order], z.right[order])), expected)
    assert not torch.allclose(gradient(objective, z), expected)


@every_objective
def test_gradients_are_correct(objective):
    z = draw(0, b=4, d=3)
    views = [z.left.requires_grad_(), z.right.requires_grad_()]

    def loss(left, right):
        return objective(Pairs(left, right), Pairs(2 * right, left)).value

    assert torch.autograd.gradcheck(loss, views)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@every_objective
def test_keeps_its_precision(objective, dtype):
    z = draw(0, dtype=dtype)
    assert objective(z, z).value.dtype == dtype


@every_objective
def test_half_precision_is_lifted_to_float32(objective):
    coarse = draw(0).map(lambda z: z.bfloat16())
    fine = coarse.map(lambda z: z.float())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = objective(coarse, coarse)
        control = fine.left @ fine.right.T
    assert loss.value.dtype == torch.float32
    assert loss.value.item() == value(objective, fine, fine)
    assert control.dtype == torch.bfloat16


@every_objective
def test_terms_are_scalars_without_gradient(objective):
    z = draw(0).map(lambda x: x.requires_grad_())
    loss = objective(z, z)
    assert loss.value.requires_grad
    assert loss.terms
    assert all(term.shape == () and not term.requires_grad for term in loss.terms.values())


@every_objective
def test_descending_brings_views_together(objective):
    z = draw(0)
    views = torch.stack([z.left, z.right.roll(1, 0)]).requires_grad_()
    optimiser = torch.optim.Adam([views], lr=0.05)
    losses = []
    for _ in range(40):
        pairs = Pairs(views[0], views[1])
        loss = objective(pairs, pairs).value
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("right", [torch.zeros(6, 5), torch.zeros(5, 4), torch.zeros(6, 4, 1)])
@every_objective
def test_unequal_shapes_are_refused(objective, right):
    z = draw(0, dtype=torch.float32)
    with pytest.raises(ValueError, match=rf"{objective.name} compares embeddings of one shape \(b d\), got"):
        objective(z, Pairs(right, right))


def test_features_are_not_embeddings():
    z = Pairs(torch.zeros(4, 3, 2, 2), torch.zeros(4, 3, 2, 2))
    with pytest.raises(ValueError, match=r"\(4, 3, 2, 2\)"):
        InfoNCE()(z, z)


@pytest.mark.parametrize(
    "objective", [InfoNCE(), BarlowTwins(), VICReg(), ReLIC(), ContrastiveHinge(), CLAPP()], ids=lambda o: o.name
)
def test_one_sample_is_refused(objective):
    z = draw(0, b=1)
    with pytest.raises(ValueError, match=f"{objective.name} needs at least 2 samples in a batch, got 1"):
        objective(z, z)


@pytest.mark.parametrize("objective", [BYOL(), SimSiam()], ids=lambda o: o.name)
def test_control_one_sample_is_enough_without_batch_statistics(objective):
    z = draw(0, b=1)
    loss = objective(z, z)
    assert all(torch.isfinite(term) for term in [loss.value, *loss.terms.values()])
