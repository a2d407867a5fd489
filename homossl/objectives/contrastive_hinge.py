"""The contrastive hinge: distances below one margin for partners, above another for all others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

import torch
from torch import Tensor
from torch.nn import functional as F

from homossl.objectives.checks import check_choice, check_count_if_given, check_non_negative, check_positive
from homossl.objectives.heads import Network, Readout
from homossl.objectives.linear import Linear
from homossl.objectives.measures import both
from homossl.objectives.siamese import Siamese
from homossl.objectives.tanh_linear import TanhLinear
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class ContrastiveHinge(Siamese):
    """The partner of a view is to be nearer than one margin, and the views of other samples farther than another.

    L = sum_i [d_ii - m1]_+ + w sum_i sum_{j in N(i)} [m2 - d_ij]_+, d_ij = |z_i - z'_j|_1, z, z': (b d), where z is the
    left view as the target embeds it, z' the right one as told online, and N(i) the other samples. There are no
    normalisation and no inner products.

    The defaults are those of the authors' code for layer-wise learning; `future` has its few negatives, and
    `target_propagation` is their other code. With a separate target, only right views learn unless all are compared.

    Raises:
        ValueError: a margin is negative, or that of the partners not the smaller one; an option is none of those
            listed; negatives is no whole number from 1; wrap is off where the negatives are all others; at the call,
            the batch is below 2 samples, or not above negatives.

    Source: Tang, Yang & Amit, Biologically plausible training mechanisms for self-supervised learning in deep networks
        (arXiv 2109.15089), with the reductions and the negatives of the authors' code.
    """

    least_batch: ClassVar[int] = 2

    projector: Network | None = Linear(64)
    positive_margin: float = 1.0
    """m1, up to which partners may be apart."""
    negative_margin: float = 3.0
    """m2, from which on others are far enough."""
    compare: Literal["cross", "all"] = "cross"
    """Anchors i and candidates j: left views and right ones; or all 2b views and all others, in both orders."""
    negatives: int | None = None
    """Samples j that anchor i is pushed away from, i + 1 ... i + negatives in the batch; None takes all others."""
    wrap: bool = True
    """Go on at the start of the batch after its end, so that every anchor has as many negatives."""
    negative_weight: float = 1.0
    """w, which multiplies what the negatives cost."""
    reduction: Literal["sum", "mean", "active-mean"] = "sum"
    """Sum as above; or mean over anchors, where an anchor's negatives are averaged: all, or those nearer than m2."""
    gradient_block: bool = True
    """Pass no gradient to the left views, which are then remembered rather than compared on line."""

    def __post_init__(self) -> None:
        check_non_negative(self, "positive_margin")
        check_positive(self, "negative_margin", "negative_weight")
        check_count_if_given(self, "negatives")
        check_choice(self, compare=("cross", "all"), reduction=("sum", "mean", "active-mean"))
        self._check_combination()

    @classmethod
    def around(cls, threshold: float = 2.0, delta: float = 1.0, **options: Any) -> Self:
        """Margins on either side of a threshold, m1 = threshold - delta and m2 = threshold + delta.

        >>> ContrastiveHinge.around(2.0, 1.0) == ContrastiveHinge()
        True
        """
        return cls(positive_margin=threshold - delta, negative_margin=threshold + delta, **options)

    @classmethod
    def future(cls, n: int = 5, **options: Any) -> Self:
        """The published form of few negatives: n - 1 of them, each of weight 1/n, and none past the end of the batch.

        Raises:
            ValueError: n is no whole number from 2.
        """
        if type(n) is not int or n < 2:
            raise ValueError(f"{cls.__name__}.future(n) has n - 1 negatives and needs a whole n >= 2, got {n!r}")
        return cls(negatives=n - 1, negative_weight=1 / n, wrap=False, **options)

    @classmethod
    def target_propagation(cls, **options: Any) -> Self:
        """The loss of the authors' code for difference target propagation, z = tanh(W h + b) of the flattened features.

        All views are compared, no gradient is blocked, and negatives that are far enough do not count in the mean.
        """
        head = {"readout": Readout(pool=False), "projector": TanhLinear(64)}
        return cls(**{**head, "compare": "all", "reduction": "active-mean", "gradient_block": False, **options})

    def loss(self, online: Pairs, target: Pairs) -> Loss:
        """The reduced hinges; logs the mean distances of both kinds of pairs, and the share of negatives too near."""
        anchors, partners, candidates = self._views(*map(self._blocked, (online, target)))
        near, far = (anchors - partners).abs().sum(1), torch.cdist(anchors, candidates, p=1)
        compared = self._compared(far, len(online))
        push = F.relu(self.negative_margin - far) * compared
        value = self._reduce(F.relu(near - self.positive_margin), push, compared)
        active = (push[compared] > 0).to(far).mean()
        terms = {"positive": near.mean(), "negative": far[compared].mean(), "active": active}
        return Loss(value, {name: term.detach() for name, term in terms.items()})

    def count(self, batch: int) -> int:
        """Samples that an anchor is pushed away from in a batch, those past its end included.

        Raises:
            ValueError: the batch has too few.
        """
        if self.negatives is not None and self.negatives >= batch:
            raise ValueError(f"{self.name}.negatives must be below the batch size {batch}, got {self.negatives}")
        return self.negatives or batch - 1

    def _blocked(self, z: Pairs) -> Pairs:
        return replace(z, left=z.left.detach()) if self.gradient_block else z

    def _views(self, online: Pairs, target: Pairs) -> tuple[Tensor, Tensor, Tensor]:
        """Anchors, the partner of each, and all candidates."""
        if self.compare == "cross":
            return target.left, online.right, online.right
        return both(target), torch.cat([online.right, online.left]), both(online)

    def _compared(self, distance: Tensor, batch: int) -> Tensor:
        """Which candidates are negatives of which anchors."""
        sample = torch.arange(len(distance), device=distance.device) % batch
        offset = sample - sample[:, None]
        offset = offset % batch if self.wrap else offset
        return (offset > 0) & (offset <= self.count(batch))

    def _reduce(self, pull: Tensor, push: Tensor, compared: Tensor) -> Tensor:
        if self.reduction == "sum":
            return pull.sum() + self.negative_weight * push.sum()
        counted = compared if self.reduction == "mean" else push > 0
        averaged = push.sum(1) / counted.sum(1).clamp(min=1)
        return (pull + self.negative_weight * averaged).mean()

    def _check_combination(self) -> None:
        if self.positive_margin >= self.negative_margin:
            margins = f"{self.positive_margin} and {self.negative_margin}"
            raise ValueError(f"{self.name}.positive_margin must be below negative_margin, got {margins}")
        if self.negatives is None and not self.wrap:
            raise ValueError(f"{self.name}.wrap=False needs a number of negatives, got negatives=None")
