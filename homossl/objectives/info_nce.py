"""NT-Xent, the InfoNCE of SimCLR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch.nn import functional as F

from homossl.objectives.checks import check_positive
from homossl.objectives.measures import both, cosines, hits, unit
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class InfoNCE(Siamese):
    """Each of the 2b views must find its partner among all the others; only the view itself is masked.

    L = -1/2b sum_i log [ exp(<z_i, t_j(i)>/tau) / sum_{k != i} exp(<z_i, t_k>/tau) ], z, t of unit length: (2b d),
    where j(i) is the other view of the same sample; t = z unless the target has a network of its own.

    Raises:
        ValueError: temperature is not positive; at the call, fewer than 2 samples, as there is no negative then.

    Source: Chen et al., A simple framework for contrastive learning (arXiv 2002.05709), eq. 1 and Algorithm 1;
        the temperature is theirs for ImageNet.
    """

    least_batch: ClassVar[int] = 2

    temperature: float = 0.1
    """tau, which divides the cosines."""

    def __post_init__(self) -> None:
        check_positive(self, "temperature")

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """Cross-entropy of the partner; logs accuracy (of the identity posterior) and alignment (mean cosine)."""
        logits = unit(both(online)) @ unit(both(target)).T / self.temperature
        logits = logits.masked_fill(torch.eye(len(logits), dtype=torch.bool, device=logits.device), float("-inf"))
        partner = torch.arange(len(logits), device=logits.device).roll(len(online))
        terms = {"accuracy": hits(logits, partner), "alignment": cosines(online, target).mean().detach()}
        return Loss(F.cross_entropy(logits, partner), terms)
