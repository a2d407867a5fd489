"""The inverse model of S-TEC: which action made the second view of the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, get_args

import torch
from torch import Tensor

from groups import Element, Group, Mode, relative
from groups.precision import full_precision
from homossl.objectives.base import Head, Objective
from homossl.objectives.bins import Bins
from homossl.objectives.checks import check_choice, check_count, require_samples
from homossl.objectives.codes import Code
from homossl.objectives.efference import known_group, mean_shown, shown
from homossl.objectives.heads import MLP, Readout, side_by_side
from homossl.objectives.orbits import pairs_together
from homossl.types import Loss, Pairs


@dataclass(frozen=True, kw_only=True)
class InverseModel(Objective):
    """The efference copy e(i, j), the action that made one view of the other, must be readable from both.

    L = 1/|K| sum_{i in K} l(N([l_i; r_i]), e_i), over the pairs K that are not hidden, 0 where all are; N an MLP on the
    features themselves (not on their projection), from left to right only. The code says what N tells of e, and l.

    S-TEC as published, on crops and flips of 32 x 32 images:

    >>> from homossl.objectives import Bins, InfoNCE
    >>> stec = 2 * InfoNCE(temperature=0.5) + 1.0 * InverseModel(code=Bins.published(32), mode="official")

    Crops that flip have no logarithm, which Algebra needs: they are told by Bins, and by Algebra where flip = 0.

    Raises:
        ValueError: hidden is no whole number from 1, layers none from 2, or there is no such mode.

    Source: Self-Supervised Learning Through Efference Copies (arXiv 2210.09224) and the authors' public code.
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
    code: Code = Bins()
    """How the action is written."""
    mode: Mode = "body"
    """How the action is told from the poses of the views, see `groups.relative`."""

    def __post_init__(self) -> None:
        check_count(self, "hidden", "layers")
        self.network(width=1)
        check_choice(self, mode=get_args(Mode))

    @property
    def reads_mean(self) -> bool:
        """Whether the readout pools."""
        return self.readout.pool

    def network(self, width: int) -> MLP:
        """The network from vectors to what is said of the action."""
        return MLP(self.hidden, width, self.layers, self.norm)

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> InverseHead:
        """The network for views of event shape (c h w).

        Raises:
            TypeError: the motion of the views is not known, or of a group that has no such code.
            ValueError: the code does not fit the group.
        """
        rest = known_group(self.name, group).identity()
        return InverseHead(self, shape, relative(rest, rest, self.mode).group)


class InverseHead(Head):
    """Readout of both views -> MLP -> what is said of the action (b width), an element of a group."""

    def __init__(self, objective: InverseModel, shape: tuple[int, ...], group: Group) -> None:
        super().__init__()
        self.objective, self.group = objective, group
        self.dim = 2 * objective.readout.dim(shape)
        self.network = objective.network(objective.code.width(group)).build(self.dim)

    @pairs_together
    def forward(self, online: Pairs, target: Pairs, teacher: Head | None = None) -> Loss:
        """The mean loss of the pairs that are not hidden, told from the online views alone; logs what the code does.

        Raises:
            ValueError: the poses are not known, the views are not of the shape that the head was built for, or there
                are no samples, or fewer than 2 for batch norms in training.
            TypeError: the action is not of the group that the head was built for.
        """
        self._check_samples(online)
        action = shown(self._action(online), online.hidden)
        said = full_precision(self.network(self.read(online)))
        with torch.autocast(said.device.type, enabled=False):
            losses, logs = self.objective.code.compare(said, action)
        terms = {name: mean_shown(values, online.hidden).detach() for name, values in logs.items()}
        return Loss(mean_shown(losses, online.hidden), terms)

    def read(self, features: Pairs) -> Tensor:
        """Both views as one vector, [left; right]: (b 2d)."""
        views = features.left, features.right
        return side_by_side(self.objective.name, self.objective.readout, views, self.dim)

    def _check_samples(self, pairs: Pairs) -> None:
        name = self.objective.name
        require_samples(name, pairs)
        if self.objective.norm and self.training:
            require_samples(f"{name} in training with norm=True", pairs, 2)

    def _action(self, pairs: Pairs) -> Element:
        action = pairs.efference(self.objective.mode)
        if action.group != self.group:
            raise TypeError(f"{self.objective.name}: head built for actions of {self.group}, got {action.group}")
        return action
