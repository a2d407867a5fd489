"""What the objectives that learn from motions share."""

from __future__ import annotations

import torch
from torch import Tensor

from groups import Action, Element, Group
from homossl.types import Pairs


def known_group(name: str, group: Group | None) -> Group:
    """The group that moves the views.

    Raises:
        TypeError: it is not known.
    """
    if group is None:
        raise TypeError(f"{name} needs pairs whose motion is known, got motions of None")
    return group


def known_motion(name: str, pairs: Pairs) -> Element:
    """The motion of the pairs, (b).

    Raises:
        ValueError: it is not known.
    """
    if pairs.motion is None:
        raise ValueError(f"{name} needs pairs whose motion is known, got motion=None")
    return pairs.motion


def known_action(name: str, pairs: Pairs) -> Action:
    """How the motion acts on the views.

    Raises:
        ValueError: it is not known.
    """
    if pairs.action is None:
        raise ValueError(
            f"{name} needs pairs with a known action on the views, got action=None: it is known where the encoder's own"
            " group moved the samples, no Transform but photometric ones followed, and the window moves onto itself"
        )
    return pairs.action


def shown(motion: Element, hidden: Tensor | None) -> Element:
    """The same motions with the identity in the place of the hidden ones, which may be anything: (b)."""
    if hidden is None:
        return motion
    identity = motion.group.identity(device=motion.device, dtype=motion.params.dtype)
    return Element(motion.group, torch.where(hidden[:, None], identity.params, motion.params))


def mean_shown(values: Tensor, hidden: Tensor | None) -> Tensor:
    """The mean over the pairs that are not hidden, values: (b); 0 where all are."""
    if hidden is None:
        return values.mean()
    return values.masked_fill(hidden, 0).sum() / (~hidden).sum().clamp_min(1)
