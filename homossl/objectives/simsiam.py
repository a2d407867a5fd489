"""Simple Siamese representation learning."""

from __future__ import annotations

from dataclasses import dataclass

from homossl.objectives.heads import MLP, Network
from homossl.objectives.measures import cosines, spread
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class SimSiam(Siamese):
    """Negative cosine of each view's prediction with the other's projection.

    L = D(p, t')/2 + D(p', t)/2, D(p, t) = -1/b sum_i cos(p_i, t_i); in [-1, 1].

    Meant for the target StopGradient. The published widths are 2048, and 512 inside the predictor.

    Source: Chen & He, Exploring simple Siamese representation learning (arXiv 2011.10566), eq. 1 to 4.
    """

    projector: Network | None = MLP(512, 512, layers=3, norm_out=True)
    predictor: Network | None = MLP(128, 512)

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """Minus the mean cosine; logs alignment (mean cosine) and spread (0 on collapse)."""
        alignment = cosines(online, target).mean()
        return Loss(-alignment, {"alignment": alignment.detach(), "spread": spread(target).detach()})
