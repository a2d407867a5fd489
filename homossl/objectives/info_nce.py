"""InfoNCE: NT-Xent of SimCLR by default, and its relatives by option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from homossl.objectives.checks import check_choice, check_positive
from homossl.objectives.measures import both, cosines, hits
from homossl.objectives.siamese import Siamese
from homossl.types import Loss, Orbit, Pairs, Views


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

    def over(self, online: Views, target: Views) -> Loss:
        """The same over all pairs of an orbit, from one product of all its views with all others."""
        if isinstance(online, Orbit) and isinstance(target, Orbit):
            return self._over_orbit(online.views, target.views)
        return super().over(online, target)

    def _over_orbit(self, z: Tensor, t: Tensor) -> Loss:
        """The mean, over samples s and views i that look in views j, of the log-sum-exp minus <z_is, t_js>/tau."""
        looking = self._looking(len(z)).to(z)

        def mean(values: Tensor) -> Tensor:
            return (values.mean(2) * looking).sum() / looking.sum()

        z, t = self._compared(z), self._compared(t)
        partner = torch.einsum("isd, jsd -> ijs", z / self.temperature, t)
        candidates, found = among_views(z / self.temperature, t, own_side=self.candidates == "both")
        terms = {"accuracy": mean(found), "alignment": mean(torch.cosine_similarity(z[:, None], t[None], dim=3))}
        return Loss(mean(candidates - partner), {name: term.detach() for name, term in terms.items()})

    def _looking(self, n: int) -> Tensor:
        """Which of n views (n n) look for their partner in which: in all others, or in those after them."""
        later = torch.ones(n, n).triu(1)
        return later if self.anchors == "left" else later + later.T

    def _scores(self, z: Tensor, t: Tensor) -> Tensor:
        return self._compared(z) / self.temperature @ self._compared(t).T

    def _compared(self, z: Tensor) -> Tensor:
        return F.normalize(z, dim=-1) if self.similarity == "cosine" else z

    def _masked(self, view: Tensor) -> Tensor:
        """Which views (2b) are no candidates for which: itself, or its own side."""
        place = view if self.candidates == "both" else 2 * view // len(view)
        return place[:, None] == place


def among_views(z: Tensor, t: Tensor, own_side: bool) -> tuple[Tensor, Tensor]:
    """For anchor s in view i and every view j: log-sum-exp of its scores over candidates, 1 if its partner is found.

    z, t: (n b d) -> (n n b). Candidates are all samples in view j, and all others in view i itself if own_side: blocks
    of one matrix (n b n b), so that all pairs of views need one product. Views i follow one another: what the processor
    then works on stays in its cache.
    """
    rows = [_of_anchors(i, anchors, t, own_side) for i, anchors in enumerate(z)]
    there, found = (torch.stack(part) for part in zip(*rows, strict=True))
    return there, found


def _of_anchors(i: int, z: Tensor, t: Tensor, own_side: bool) -> tuple[Tensor, Tensor]:
    """The same for all anchors of view i, z: (b d) -> (n b)."""
    scores = (z @ t.flatten(0, 1).T).unflatten(1, t.shape[:2])
    sample = torch.arange(len(z), device=z.device)
    there, found = scores.logsumexp(2).T, (scores.argmax(2) == sample[:, None]).T
    if own_side:
        own = (z @ t[i].T).masked_fill(sample == sample[:, None], float("-inf"))
        partner = scores.detach().diagonal(dim1=0, dim2=2)
        there, found = there.logaddexp(own.logsumexp(1)), found & (partner > own.detach().amax(1))
    return there, found.to(scores.dtype)
