"""How much of the variance of a target a prediction explains, in two ways of which one flatters."""

from __future__ import annotations

import torch
from torch import Tensor

VARIES = 1e-6
"""Least standard deviation of a target, relative to its root mean square, that is more than rounding in float32."""


def r2(target: Tensor, predicted: Tensor) -> Tensor:
    """1 - sum_i |y_ik - p_ik|^2 / sum_i |y_ik - m_k|^2, with the mean m_k of each dimension: (n k) -> (k).

    The best constant scores zero; not a number where a target does not vary.
    """
    target, predicted = target.double(), predicted.double()
    spread = (target - target.mean(0)).square().sum(0)
    varies = spread > VARIES**2 * target.square().sum(0)
    return 1 - (target - predicted).square().sum(0) / spread.where(varies, torch.nan)


def r2_sie_legacy(target: Tensor, predicted: Tensor) -> float:
    """The same with one mean m over all dimensions, 1 - sum_ik |y_ik - p_ik|^2 / sum_ik |y_ik - m|^2, (n k) -> ().

    Dimensions whose means differ are credited to the prediction, even to a constant one: on quaternions of the motion
    between two rotations by Euler angles within a right angle, the best constant scores 0.229. For comparison with
    published figures only; not a number where all entries of the target are one number. Source: the evaluation of SIE
    (Garrido et al., arXiv 2302.10283).
    """
    return r2(target.reshape(-1, 1), predicted.reshape(-1, 1)).item()
