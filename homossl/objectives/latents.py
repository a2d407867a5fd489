"""Latents that a group moves, as they are read of views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from groups import Action, DirectSum, Element, Field, Irrep, Representation, Trivial
from groups.correlation import spectrum
from groups.lattice import point
from groups.precision import full_precision
from homossl.objectives.checks import require_samples
from homossl.objectives.efference import known_action, known_motion, shown
from homossl.objectives.heads import Readout
from homossl.objectives.measures import unit
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
        ValueError: the motion is not known, or its action on the views, or it moves none of what is read; or there are
            no samples.
    """
    require_samples(name, pairs)
    action, g = known_action(name, pairs), known_motion(name, pairs)
    pooled = isinstance(action, Field) and action.event_dim > 1 and readout.pool
    rho: Action = action.fibre if pooled else action  # type: ignore[attr-defined]
    z = pairs.map(readout) if pooled else pairs
    if _is_still(rho):
        hint = ": Readout(pool=False) keeps fields" if pooled and (action.group.order or 1) > 1 else ""
        seen = f"those of shape {tuple(z.left.shape[1:])}, which {action.group} does not move{hint}"
        raise ValueError(f"{name} needs latents that the group moves, got {seen}")
    left, right = _unit(z.left), _unit(z.right)
    motion = shown(g if g.group == rho.group else point(g), pairs.hidden)
    return Latents(left, right, motion.to(left.dtype), rho, pairs.hidden)


def check_latents(name: str, readout: Readout, pairs: Pairs) -> None:
    """Refuse pairs of which `latents` are not known, or no softmax over their group.

    Raises:
        ValueError: as `latents`.
        TypeError: the group is infinite, and neither SO(2) nor SO(3), or the latents are no vectors then.
    """
    z = latents(name, readout, pairs)
    if z.rho.group.order is None:
        spectrum(vectors(name, z), z.left, z.right)


def vectors(name: str, z: Latents) -> Representation:
    """The representation that moves latents which are vectors.

    Raises:
        TypeError: they are fields.
    """
    if not isinstance(z.rho, Representation):
        fields = tuple(z.left.shape[1:])
        raise TypeError(f"{name} over {z.rho.group} needs latents that are vectors, got fields of shape {fields}")
    return z.rho


def _is_still(rho: Action) -> bool:
    if isinstance(rho, DirectSum):
        return all(_is_still(term) for term, _ in rho.runs)
    return isinstance(rho, Trivial) or rho.group.order == 1 or (isinstance(rho, Irrep) and rho.is_trivial)


def _unit(z: Tensor) -> Tensor:
    """Vectors of length 1; none of length 0, whose direction, and gradient, is not defined, gets a gradient."""
    flat = full_precision(z.flatten(1))
    zero = (flat == 0).all(1, keepdim=True)
    return unit(flat.masked_fill(zero, 0)).view_as(z)
