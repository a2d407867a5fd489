"""Among several views of one image, is the view that an action leads to the nearest to where it is predicted?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from groups import Element
from homossl.evaluate.latent.finite import check_finite

TIE = 1e-5
"""Distances that differ by less, relative to the latents, are equal: rounding must not rank a collapsed encoder."""
SAME = 1e-5
"""Motions that are nearer to each other, in the group's units, make one view."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """Where the right view of each query (n q) is found, when candidates are ordered by distance."""

    nearer: Tensor
    """Candidates that are nearer than the right one."""
    tied: Tensor
    """Candidates as near as the right one, itself among them; their order is random."""
    candidates: Tensor
    """How many candidates there are."""
    asked: Tensor
    """Whether the query is one."""

    def reciprocal(self) -> Tensor:
        """The reciprocal rank expected of each query, mean of 1 / r over the ranks that are tied."""
        return (harmonic(self.nearer + self.tied) - harmonic(self.nearer)) / self.tied

    def hit(self, k: int) -> Tensor:
        """The probability that the right view is among the first k, for each query."""
        return ((k - self.nearer) / self.tied).clamp(0, 1)

    def by_chance(self) -> Ranks:
        """The ranks where no candidate is nearer than another."""
        return Ranks(torch.zeros_like(self.nearer), self.candidates, self.candidates, self.asked)

    def over_images(self, queries: Tensor) -> Tensor:
        """The mean over the queries of each image, (n q) -> (m), of the m images that have any."""
        some = self.asked.any(1)
        return (queries * self.asked).sum(1)[some] / self.asked.sum(1)[some]


def rank(predicted: Tensor, latents: Tensor, g: Element, *, source: bool = False) -> Ranks:
    """Rank views of images by their distance from where they are predicted, latents: (n v d) after motions g: (n v).

    predicted[:, q], (n v d), is where the view latents[:, q] should be, as told from the first view, the source. Views
    after the motion of the right one are the same view, and no rivals. The source, and with it all views after its
    motion, are neither queries nor candidates; `source` makes them both, as some published figures do, which gives
    away one query: that of the pair of the source with itself.

    Raises:
        ValueError: latents or predictions are infinite, or not numbers.
    """
    check_finite("latents", latents)
    check_finite("predictions", predicted)
    predicted, latents = predicted.double(), latents.double()
    apart = torch.cdist(predicted, latents, compute_mode="donot_use_mm_for_euclid_dist")
    right = apart.diagonal(dim1=1, dim2=2)[..., None]
    same = g.group.distance(g[:, :, None], g[:, None]) < SAME
    asked = torch.ones_like(same[:, 0]) if source else ~same[:, 0]
    rivals, margin = ~same & asked[:, None], TIE * predicted.norm(dim=-1, keepdim=True)
    nearer, near = (apart < right - margin) & rivals, (apart <= right + margin) & rivals
    return Ranks(nearer.sum(-1), near.sum(-1) - nearer.sum(-1) + 1, rivals.sum(-1) + 1, asked)


def harmonic(n: Tensor) -> Tensor:
    """1 + 1/2 + ... + 1/n, of whole numbers.

    >>> harmonic(torch.tensor([0, 1, 2])).tolist()
    [0.0, 1.0, 1.5]
    """
    terms = 1 / torch.arange(1, int(n.max()) + 1, dtype=torch.float64, device=n.device)
    return torch.cat([terms.new_zeros(1), terms.cumsum(0)])[n]
