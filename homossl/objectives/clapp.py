"""CLAPP: a hinge on the score by which one view tells the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from homossl.objectives.heads import Network
from homossl.objectives.linear import PerMotion
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class CLAPP(Siamese):
    """Contrastive local and predictive plasticity: the score of the partner is above 1, that of another below -1.

    L = 1/b sum_i [1 - <z_i, p_i>]_+ + 1/b sum_i [1 + <z_(i+1), p_i>]_+, p_i = W_g(i) c_i, with a matrix for each motion
    g from left to right, c: (b d) the left view online, z: (b d) the right one as the target embeds it, and i + 1 the
    next sample of the batch, after the last one the first. There is no normalisation and no softmax.

    This is the plain loss: gradients reach W, c and z, z where the target is Shared. Whether the published rule stops
    some of them is left open.

    Raises:
        ValueError: at the call, fewer than 2 samples, as there is no other then.

    Source: Illing, Ventura, Bellec & Gerstner, Local plasticity rules can learn deep representations using
        self-supervised contrastive predictions (arXiv 2010.08262), in the form of Tang, Yang & Amit (arXiv 2109.15089).
    """

    least_batch: ClassVar[int] = 2

    projector: Network | None = None
    predictor: Network | None = PerMotion()

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """Both hinges; logs the mean scores of partners and of others, and the share of each whose hinge is active."""
        partners, others = (_score(z, online.left) for z in (target.right, target.right.roll(-1, 0)))
        pull, push = F.relu(1 - partners), F.relu(1 + others)
        terms = {"positive": partners, "negative": others, "short": (pull > 0).to(pull), "active": (push > 0).to(push)}
        return Loss(pull.mean() + push.mean(), {name: term.mean().detach() for name, term in terms.items()})


def _score(z: Tensor, p: Tensor) -> Tensor:
    return (z * p).sum(1)
