"""The forward model: the efference copy moves the left latent to where the right one should be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from groups import Group
from homossl.objectives.base import Head, Objective, require_objective
from homossl.objectives.efference import known_action, known_motion
from homossl.objectives.orbits import pair_by_pair
from homossl.types import Loss, Pairs


@dataclass(frozen=True)
class ForwardModel(Objective):
    """A prediction of one latent from the other and its efference copy: part(rho(g) left, right), right = g left.

    No network predicts: the group moves the latent, and any objective compares, as it would two views at rest. Where
    the part asks for invariance the whole asks for equivariance. Hidden pairs take part: their motion is given, not
    told.

    >>> from homossl.objectives import BYOL
    >>> ForwardModel(BYOL()).name
    'ForwardBYOL'

    Raises:
        TypeError: part is not an objective.

    Source: derived; forward and inverse models as in Self-Supervised Learning Through Efference Copies
        (arXiv 2210.09224).
    """

    reads_motion: ClassVar[bool] = True
    reads_action: ClassVar[bool] = True

    part: Objective
    """What compares the moved left view with the right one."""

    def __post_init__(self) -> None:
        require_objective("ForwardModel.part", self.part)

    @property
    def name(self) -> str:
        """The name of the part, with Forward before it."""
        return f"Forward{self.part.name}"

    def build(self, shape: tuple[int, ...], group: Group | None = None) -> ForwardHead:
        """The part's head, behind the motion of the left view."""
        return ForwardHead(self.name, self.part.build(shape, group))

    def check(self, pairs: Pairs) -> None:
        known_action(self.name, pairs).check(known_motion(self.name, pairs), pairs.left)
        self.part.check(pairs)


class ForwardHead(Head):
    """A head that sees the left views moved by their motions."""

    def __init__(self, name: str, head: Head) -> None:
        super().__init__()
        self.name = name
        self.head = head

    @pair_by_pair
    def forward(self, online: Pairs, target: Pairs, teacher: Head | None = None) -> Loss:
        """The part's loss of the moved views.

        Raises:
            ValueError: the motion is not known, or its action on the views.
        """
        moved = self.move(online)
        return self.head(moved, moved if target is online else self.move(target), self.like(teacher).head)

    def move(self, pairs: Pairs) -> Pairs:
        """The same pairs at rest, left moved to right."""
        g, action = known_motion(self.name, pairs), known_action(self.name, pairs)
        rest = g.group.identity(*g.shape, device=g.device, dtype=g.params.dtype)
        return replace(pairs, left=action(g, pairs.left), motion=rest, poses=None)
