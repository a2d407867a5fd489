"""ReLIC against its equation, written out with torch's own cross-entropy and KL."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from homossl.objectives import ReLIC
from homossl.types import Pairs


def draw(seed: int) -> Pairs:
    left, right = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return Pairs(left, right)


def logits(a: torch.Tensor, b: torch.Tensor, tau: float) -> torch.Tensor:
    return torch.stack([F.cosine_similarity(row, b, dim=1) for row in a]) / tau


def kl(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    return F.kl_div(q.log_softmax(1), p.log_softmax(1), log_target=True, reduction="batchmean")


@pytest.mark.parametrize("alpha", [0.0, 1.0, 2.5])
def test_is_contrast_plus_alpha_times_both_divergences(alpha):
    z, t, same = draw(0), draw(1), torch.arange(6)
    p, q = logits(z.left, t.right, 0.2), logits(z.right, t.left, 0.2)
    contrast = (F.cross_entropy(p, same) + F.cross_entropy(q, same)) / 2
    expected = contrast + alpha * (kl(p, q) + kl(q, p)) / 2
    torch.testing.assert_close(ReLIC(temperature=0.2, alpha=alpha)(z, t).value, expected, rtol=1e-12, atol=0)
    assert kl(p, q) != pytest.approx(kl(q, p).item(), rel=1e-3)


def test_equal_views_infer_equal_posteriors():
    z = Pairs(draw(0).left, draw(0).left)
    assert ReLIC()(z, z).terms["invariance"].item() == pytest.approx(0, abs=1e-12)
    assert ReLIC()(draw(0), draw(0)).terms["invariance"].item() > 0.1


def test_accuracy_averages_both_posteriors():
    z = Pairs(draw(0).left, draw(0).left)
    lost = Pairs(z.left, z.right.roll(1, 0))
    assert ReLIC()(z, z).terms["accuracy"].item() == 1
    assert ReLIC()(lost, lost).terms["accuracy"].item() == 0


def test_gradient_passes_through_both_posteriors():
    z, objective = draw(0), ReLIC(alpha=1.0)
    for view in (z.left, z.right):
        view.requires_grad_()
        invariance = objective(z, z).value - ReLIC(alpha=0.0)(z, z).value
        assert torch.autograd.grad(invariance, view)[0].abs().max() > 1e-3


@pytest.mark.parametrize(("field", "value"), [("temperature", 0.0), ("alpha", -0.5)])
def test_bad_hyper_parameters_are_refused(field, value):
    with pytest.raises(ValueError, match=rf"ReLIC.{field} must be finite and .*, got {value}"):
        ReLIC(**{field: value})
