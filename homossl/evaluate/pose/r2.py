"""How much of the variance of a target a prediction explains, in two ways of which one flatters."""

from __future__ import annotations

from torch import Tensor


def r2(target: Tensor, predicted: Tensor) -> Tensor:
    """1 - sum_i |y_ik - p_ik|^2 / sum_i |y_ik - m_k|^2, with the mean m_k of each dimension: (n k) -> (k).

    The best constant scores zero; not a number where a target does not vary.
    """
    spread = (target - target.mean(0)).square().sum(0)
    return 1 - (target - predicted).square().sum(0) / spread.where(spread > 0, spread * float("nan"))


def r2_sie_legacy(target: Tensor, predicted: Tensor) -> float:
    """The same with one mean m over all dimensions, 1 - sum_ik |y_ik - p_ik|^2 / sum_ik |y_ik - m|^2, (n k) -> ().

    Dimensions whose means differ are credited to the prediction, even to a constant one: on quaternions of the motion
    between two rotations by Euler angles within a right angle, the best constant scores 0.229. For comparison with
    published figures only. Source: the evaluation of SIE (Garrido et al., arXiv 2302.10283).
    """
    return (1 - (target - predicted).square().sum() / (target - target.mean()).square().sum()).item()
