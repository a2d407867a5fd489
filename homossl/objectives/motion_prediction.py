"""Motion prediction: which element of the group takes one view to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor
from torch.nn import functional as F

from groups import FiniteGroup, Group
from groups.precision import full_precision
from homossl.objectives.base import Head, Objective
from homossl.objectives.checks import finite_group
from homossl.objectives.efference import known_motion, mean_shown, shown
from homossl.objectives.heads import MLP, Readout, side_by_side
from homossl.objectives.measures import found
from homossl.objectives.orbits import pairs_together
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class MotionPrediction(Objective):
    """The motion g of a pair, right = g left, must be readable from its two views.

    L = -1/b sum_i log softmax(N([l_i; r_i]))_{g_i}, with one class per element of a finite group: (b) in 0 ... |G| - 1,
    over the b pairs that are not hidden.

    The label is the sampled offset, so that feature fibres need no augmentation. E-SSL adds this to an invariant loss,
    InfoNCE() + lam * MotionPrediction(), and reads the right view alone, which tells g where the left one is unmoved:

    >>> from homossl.objectives import InfoNCE
    >>> essl = InfoNCE() + 0.4 * MotionPrediction(pair=False)

    Raises:
        ValueError: hidden is below 1, or layers below 2.

    Source: Dangovski et al., Equivariant contrastive learning (arXiv 2111.00899), section 3; on single views with g
        among quarter turns, Gidaris et al., Unsupervised representation learning by predicting image rotations
        (arXiv 1803.07728), eq. 2 and 3.
    """

    reads_motion: ClassVar[bool] = True

    readout: Readout = Readout()
    """How features become vectors."""
    hidden: int = 512
    """Units of each hidden layer."""
    layers: int = 2
    """Linear layers."""
    norm: bool = True
    """Put a BatchNorm after each hidden layer."""
    pair: bool = True
    """Read both views; else the right one only."""

    def __post_init__(self) -> None:
        self.network(classes=1)

    @property
    def reads_mean(self) -> bool:
        """Whether the readout pools."""
        return self.readout.pool

    def network(self, classes: int) -> MLP:
        """The network from vectors to logits."""
        return MLP(self.hidden, classes, self.layers, self.norm)

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> MotionHead:
        """The network for views of event shape (c h w).

        Raises:
            TypeError: the views are not moved by a finite group.
        """
        return MotionHead(self, shape, finite_group(self, group))


class MotionHead(Head):
    """Readout of one or both views -> MLP -> logits over the group (b |G|)."""

    def __init__(self, objective: MotionPrediction, shape: tuple[int, ...], group: FiniteGroup) -> None:
        super().__init__()
        self.objective, self.group = objective, group
        self.dim = (1 + objective.pair) * objective.readout.dim(shape)
        self.network = objective.network(classes=group.order).build(self.dim)

    @pairs_together
    def forward(self, online: Pairs, target: Pairs, teacher: Head | None = None) -> Loss:
        """Cross-entropy of the motion, told from the online views alone; logs accuracy.

        Raises:
            ValueError: the motion is not known, or the views are not of the shape that the head was built for.
        """
        motion = self.group.index(shown(known_motion(self.objective.name, online), online.hidden))
        logits = full_precision(self.network(self.read(online)))
        losses = F.cross_entropy(logits, motion, reduction="none")
        accuracy = mean_shown(found(logits, motion), online.hidden)
        return Loss(mean_shown(losses, online.hidden), {"accuracy": accuracy})

    def read(self, features: Pairs) -> Tensor:
        """What the network sees of both views, or of the right one, (b d)."""
        views = [features.left, features.right] if self.objective.pair else [features.right]
        return side_by_side(self.objective.name, self.objective.readout, views, self.dim)
