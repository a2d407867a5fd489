"""The motion (efference copy) that is handed on with the views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from groups import Element
from homossl.structure.kinds import Structure
from homossl.types import Orbit, Pairs, Views


def hand_on(views: Views, structure: Structure) -> Views:
    """The same views, with the motion that the structure leaves to learn from.

    Raises:
        ValueError: the motion is not known, or there is no other pair to take one from.
    """
    if structure not in ("shuffled_motion", "no_motion"):
        return views
    change = shuffled if structure == "shuffled_motion" else no_motion
    if isinstance(views, Orbit):
        return replace(views, poses=change(views.poses))
    assert isinstance(views, Pairs)
    return _changed(views, structure, change)


def _changed(pairs: Pairs, structure: Structure, change: Callable[[Element], Element]) -> Pairs:
    if pairs.motion is None:
        raise ValueError(f"structure {structure!r} changes the motion of pairs, but the views know none")
    poses = None if pairs.poses is None else change(pairs.poses)
    return replace(pairs, motion=change(pairs.motion), poses=poses)


def shuffled(motion: Element) -> Element:
    """The motions passed on to the next sample, (* b): as batches are drawn at random, a shuffle in which none stays.

    Raises:
        ValueError: b = 1.
    """
    if motion.shape[-1] < 2:
        raise ValueError("structure 'shuffled_motion' needs batches of at least 2 samples, got 1")
    return Element(motion.group, motion.params.roll(1, -2))


def no_motion(motion: Element) -> Element:
    """As many identities."""
    return motion.group.identity(*motion.shape, device=motion.device, dtype=motion.params.dtype)
