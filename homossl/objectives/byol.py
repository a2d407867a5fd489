"""Bootstrap your own latent."""

from __future__ import annotations

from dataclasses import dataclass

from homossl.objectives.heads import MLP, Network
from homossl.objectives.measures import cosines, spread
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class BYOL(Siamese):
    """The prediction from one view should point along the target's projection of the other.

    L = 1/b sum_i [2 - 2 cos(p_i, t'_i)] + [2 - 2 cos(p'_i, t_i)]: both directions, summed as published; in [0, 8].

    Meant for the target EMA. The published widths are 4096 and 256.

    Source: Grill et al., Bootstrap your own latent (arXiv 2006.07733), eq. 2 and section 3.1.
    """

    projector: Network | None = MLP(1024, 256)
    predictor: Network | None = MLP(1024, 256)

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """Squared distance of unit vectors; logs alignment (mean cosine) and spread (0 on collapse)."""
        alignment = cosines(online, target).mean()
        return Loss(4 - 4 * alignment, {"alignment": alignment.detach(), "spread": spread(target).detach()})
