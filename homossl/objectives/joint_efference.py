"""One softmax over which object the other view is of, and how it was moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from groups import Group
from groups.correlation import log_partition, pairwise, pairwise_spectrum
from homossl.objectives.base import Head, Objective
from homossl.objectives.checks import check_count_if_given, check_non_negative, check_positive, require_samples
from homossl.objectives.efference import known_group, mean_shown
from homossl.objectives.heads import Readout
from homossl.objectives.latents import Latents, check_latents, latents, vectors
from homossl.objectives.measures import found, hits
from homossl.objectives.orbits import pair_by_pair
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class JointEfference(Objective):
    """Which of the b objects of the other side, and which motion took it there: switching and moving images at once.

    p(j, g' | i) = softmax_{j, g'} <rho(g') z_i, z'_j> / T, z of unit length; by the chain rule
    L = 1/b sum_i -log p(i | i) + lam/|K| sum_{i in K} -log p(g_i | i, i), the mean of both directions, (g, z, z') and
    (g^-1, z', z), over the pairs K that are not hidden. At lam = 1 this is -log p(i, g_i | i), the joint softmax; at
    lam = 0 objects are told apart whatever their motion. On SO(2) and SO(3) p is a density with respect to Haar's
    measure. There are no parameters.

    Raises:
        ValueError: temperature is not positive, lam negative or chunk no whole number from 1.

    Source: derived, from Self-Supervised Learning Through Efference Copies (arXiv 2210.09224).
    """

    reads_motion: ClassVar[bool] = True
    reads_action: ClassVar[bool] = True

    readout: Readout = Readout()
    """Whether fields are averaged over space, and moved by the point group alone, or compared as they are."""
    temperature: float = 0.1
    """T, which divides the correlations."""
    lam: float = 1.0
    """Weight of the motion, given the object."""
    chunk: int | None = None
    """How much of the correlation over a finite group is computed at a time, to bound the memory; None is all of it."""

    def __post_init__(self) -> None:
        check_positive(self, "temperature")
        check_non_negative(self, "lam")
        check_count_if_given(self, "chunk")

    @property
    def reads_mean(self) -> bool:
        """Whether the readout pools."""
        return self.readout.pool

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> JointHead:
        """A head without parameters.

        Raises:
            TypeError: the motion of the views is not known.
        """
        known_group(self.name, group)
        return JointHead(self)

    def check(self, pairs: Pairs) -> None:
        check_latents(self.name, self.readout, pairs)


class JointHead(Head):
    """Views -> unit latents -> joint softmax over objects and motions."""

    def __init__(self, objective: JointEfference) -> None:
        super().__init__()
        self.objective = objective

    @pair_by_pair
    def forward(self, online: Pairs, target: Pairs, teacher: Head | None = None) -> Loss:
        """The mean of both directions; logs the two terms of the chain rule, and the accuracy of each.

        Raises:
            ValueError: the motion is not known, or its action on the views, or it moves none of what is read; or there
                are fewer than 2 samples, and no other object then.
            TypeError: the group is infinite, and neither SO(2) nor SO(3).
        """
        require_samples(self.objective.name, online, 2)
        z = latents(self.objective.name, self.objective.readout, online)
        t = z if target is online else latents(self.objective.name, self.objective.readout, target)
        there, back = self._one_way(z, t), self._one_way(z.swap(), t.swap())
        terms = {name: (there[name] + back[name]) / 2 for name in there}
        value = terms["discrimination"] + self.objective.lam * terms["manipulation"]
        return Loss(value, {name: term.detach() for name, term in terms.items()})

    def _one_way(self, z: Latents, t: Latents) -> dict[str, Tensor]:
        objects, own, terms = self._density(z, t) if z.rho.group.order is None else self._over_elements(z, t)
        same = torch.arange(len(objects), device=objects.device)
        return terms | {
            "discrimination": F.cross_entropy(objects, same),
            "manipulation": mean_shown(objects.diagonal() - own, z.hidden),
            "accuracy": hits(objects, same),
        }

    def _over_elements(self, z: Latents, t: Latents) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Logits of the objects (b b), whatever the motion, and of each sample's own object and motion (b)."""
        scores = pairwise(z.rho, z.left, t.right, chunk=self.objective.chunk) / self.objective.temperature
        motions, g = scores.diagonal().T, z.rho.group.index(z.g)
        own = motions.gather(1, g[:, None])[:, 0]
        return scores.logsumexp(2), own, {"motion_accuracy": mean_shown(found(motions, g), z.hidden)}

    def _density(self, z: Latents, t: Latents) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        s, temperature = pairwise_spectrum(vectors(self.objective.name, z), z.left, t.right), self.objective.temperature
        own = replace(s, coefficients=s.coefficients.diagonal().T).at(z.g) / temperature
        return log_partition(s, temperature), own, {}
