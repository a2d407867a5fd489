"""The motion of a pair without parameters: a softmax over the group of how well each element explains the pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from groups import Element, Group
from groups.correlation import correlation, log_partition, peak, spectrum
from homossl.objectives.base import Head, Objective
from homossl.objectives.checks import check_count_if_given, check_positive
from homossl.objectives.efference import known_group, mean_shown
from homossl.objectives.heads import Readout
from homossl.objectives.latents import Latents, check_latents, latents, vectors
from homossl.objectives.orbits import pairs_together
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class GroupCorrelation(Objective):
    """The motion g of a pair, right = g left, must be where the correlation of its latents over the group is highest.

    L = -1/|K| sum_{i in K} log softmax_{g'} (<rho(g') l_i, r_i> / T)_{g_i}, over the pairs K that are not hidden, l and
    r of unit length, r the target's. On SO(2) and SO(3) the softmax is a density with respect to Haar's measure,
    log p(g) = s(g) / T - log of the integral of exp(s / T), s(g) = <rho(g) l, r>. There are no parameters: with an
    equivariant encoder the correlation is highest at g, and only there if no motion but the identity keeps the latent.
    As rho is orthogonal, telling g^-1 from right to left is the same.

    Raises:
        ValueError: temperature is not positive, or chunk no whole number from 1.

    Source: derived, from Self-Supervised Learning Through Efference Copies (arXiv 2210.09224).
    """

    reads_motion: ClassVar[bool] = True
    reads_action: ClassVar[bool] = True

    readout: Readout = Readout()
    """Whether fields are averaged over space, and moved by the point group alone, or compared as they are."""
    temperature: float = 0.1
    """T, which divides the correlations."""
    chunk: int | None = None
    """How much of the correlation over a finite group is computed at a time, to bound the memory; None is all of it."""

    def __post_init__(self) -> None:
        check_positive(self, "temperature")
        check_count_if_given(self, "chunk")

    @property
    def reads_mean(self) -> bool:
        """Whether the readout pools."""
        return self.readout.pool

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> CorrelationHead:
        """A head without parameters.

        Raises:
            TypeError: the motion of the views is not known.
        """
        known_group(self.name, group)
        return CorrelationHead(self)

    def check(self, pairs: Pairs) -> None:
        check_latents(self.name, self.readout, pairs)


class CorrelationHead(Head):
    """Views -> unit latents -> softmax over the group."""

    def __init__(self, objective: GroupCorrelation) -> None:
        super().__init__()
        self.objective = objective

    @pairs_together
    def forward(self, online: Pairs, target: Pairs, teacher: Head | None = None) -> Loss:
        """-log p of the motion; logs the distance of the likeliest element from it, and accuracy over finite groups.

        Over SO(2) and SO(3) that element is the maximum next to the highest value on a grid, by Newton's method.

        Raises:
            ValueError: the motion is not known, or its action on the views, or it moves none of what is read; or there
                are no samples.
            TypeError: the group is infinite, and neither SO(2) nor SO(3).
        """
        z = latents(self.objective.name, self.objective.readout, online)
        t = z if target is online else latents(self.objective.name, self.objective.readout, target)
        surprise, likeliest = self._over_elements(z, t) if z.rho.group.order is not None else self._density(z, t)
        terms = {"distance": z.rho.group.distance(likeliest, z.g)}
        if z.rho.group.order is not None:
            terms["accuracy"] = (likeliest.params == z.g.params).all(-1).to(surprise.dtype)
        means = {name: mean_shown(term, z.hidden).detach() for name, term in terms.items()}
        return Loss(mean_shown(surprise, z.hidden), means)

    def _over_elements(self, z: Latents, t: Latents) -> tuple[Tensor, Element]:
        """-log p(g), and the element where p is highest, (b) each."""
        scores = correlation(z.rho, z.left, t.right, chunk=self.objective.chunk) / self.objective.temperature
        elements = z.rho.group.elements(device=scores.device)
        return F.cross_entropy(scores, z.rho.group.index(z.g), reduction="none"), elements[scores.argmax(1)]

    def _density(self, z: Latents, t: Latents) -> tuple[Tensor, Element]:
        s, temperature = spectrum(vectors(self.objective.name, z), z.left, t.right), self.objective.temperature
        return log_partition(s, temperature) - s.at(z.g) / temperature, peak(s, starts=1)[0]
