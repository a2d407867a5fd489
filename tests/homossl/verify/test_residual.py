"""Residuals are relative, one for each sample."""

from __future__ import annotations

import pytest
import torch

from homossl.verify.residual import residuals


def test_residuals_are_by_sample_and_refuse_to_broadcast() -> None:
    x = torch.randn(3, 2, 2)
    assert residuals(2 * x, x).tolist() == pytest.approx([1, 1, 1])
    assert residuals(torch.zeros(1, 2), torch.zeros(1, 2)).item() == 0
    with pytest.raises(ValueError, match="expected shape"):
        residuals(x[:1], x)
