"""Latents that a group moves, as they are read of views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from groups import Action, Element, FieldAction, Representation, Trivial
from groups.lattice import point
from homossl.objectives.efference import known_action, known_motion, shown
from homossl.objectives.heads import Readout
from homossl.objectives.measures import full_precision, unit
from homossl.types import Pairs


@dataclass(frozen=True)
class Latents:
    """Two latents of each sample, (b *event), of unit length: right = rho(g) left."""

    left: Tensor
    right: Tensor
    g: Element
    rho: Any
    hidden: Tensor | None = None

    def swap(self) -> Latents:
        """left <-> right, with the inverse motion."""
        return Latents(self.right, self.left, ~self.g, self.rho, self.hidden)


def latents(name: str, readout: Readout, pairs: Pairs) -> Latents:
    """The latents that a named objective reads of pairs, in float32 or better, with the action of the group on them.

    A field averaged over space is a vector that only the point group moves, by the representation on the fibres;
    exactly so where the motion takes the grid to itself. The identity stands in the place of hidden motions.

    Raises:
        ValueError: the motion is not known, or its action on the views, or it moves none of what is read.
    """
    action, g = known_action(name, pairs), known_motion(name, pairs)
    pooled = isinstance(action, FieldAction) and readout.pool
    rho: Action = action.fibre if pooled else action  # type: ignore[attr-defined]
    if isinstance(rho, Trivial) or rho.group.order == 1:
        raise ValueError(f"{name} needs latents that the group moves, got {rho}: Readout(pool=False) keeps fields")
    z = pairs.map(readout) if pooled else pairs
    motion = shown(g if g.group == rho.group else point(g), pairs.hidden)
    return Latents(_unit(z.left), _unit(z.right), motion, rho, pairs.hidden)


def vectors(name: str, z: Latents) -> Representation:
    """The representation that moves latents which are vectors.

    Raises:
        TypeError: they are fields.
    """
    if not isinstance(z.rho, Representation):
        raise TypeError(f"{name} over {z.rho.group} needs latents that are vectors, got those of {z.rho}")
    return z.rho


def _unit(z: Tensor) -> Tensor:
    return unit(full_precision(z.flatten(1))).view_as(z)
