"""InfoNCE: NT-Xent of SimCLR by default, and its relatives by option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from homossl.objectives.checks import check_choice, check_positive
from homossl.objectives.measures import both, cosines, hits, unit
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class InfoNCE(Siamese):
    """Each of the 2b views must find its partner among all the others; only the view itself is masked.

    L = -1/2b sum_i log [ exp(<z_i, t_j(i)>/tau) / sum_{k != i} exp(<z_i, t_k>/tau) ], z, t of unit length: (2b d),
    where j(i) is the other view of the same sample; t = z unless the target has a network of its own.

    Contrastive predictive coding leaves the lengths as they are, and only the left view c predicts, by a matrix for
    each motion g, which of the b right views z' is its partner, L = -1/b sum_i log softmax_k(z'_k^T W_g(i) c_i)_i:

    >>> from homossl.objectives import PerMotion
    >>> cpc = InfoNCE(projector=None, predictor=PerMotion(), temperature=1.0, similarity="dot",
    ...               anchors="left", candidates="other")

    Raises:
        ValueError: temperature is not positive, or an option is none of those listed; at the call, fewer than 2
            samples, as there is no negative then.

    Source: Chen et al., A simple framework for contrastive learning (arXiv 2002.05709), eq. 1 and Algorithm 1;
        the temperature is theirs for ImageNet. Van den Oord et al., Contrastive predictive coding (arXiv 1807.03748),
        eq. 4, with features of the same kind for context and prediction.
    """

    least_batch: ClassVar[int] = 2

    temperature: float = 0.1
    """tau, which divides the scores."""
    similarity: Literal["cosine", "dot"] = "cosine"
    """Score of two embeddings: their cosine, or their inner product."""
    anchors: Literal["both", "left"] = "both"
    """Views that look for their partner."""
    candidates: Literal["both", "other"] = "both"
    """Views among which they look: all but themselves, or those of the other side."""

    def __post_init__(self) -> None:
        check_positive(self, "temperature")
        check_choice(self, similarity=("cosine", "dot"), anchors=("both", "left"), candidates=("both", "other"))

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """Cross-entropy of the partner; logs accuracy (of the identity posterior) and alignment (mean cosine)."""
        anchors = both(online) if self.anchors == "both" else online.left
        view = torch.arange(2 * len(online), device=anchors.device)
        logits = self._scores(anchors, both(target)).masked_fill(self._masked(view)[: len(anchors)], float("-inf"))
        partner = view.roll(len(online))[: len(anchors)]
        alignment = cosines(online, target)[: len(anchors)].mean().detach()
        return Loss(F.cross_entropy(logits, partner), {"accuracy": hits(logits, partner), "alignment": alignment})

    def _scores(self, z: Tensor, t: Tensor) -> Tensor:
        z, t = (unit(z), unit(t)) if self.similarity == "cosine" else (z, t)
        return z @ t.T / self.temperature

    def _masked(self, view: Tensor) -> Tensor:
        """Which views (2b) are no candidates for which: itself, or its own side."""
        place = view if self.candidates == "both" else 2 * view // len(view)
        return place[:, None] == place
