"""Losses of pairs as losses of orbits: the mean over all pairs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from homossl.types import Loss, Orbit, Pairs, Views

OfViews = Callable[..., Loss]


def over_pairs(loss: Callable[[Pairs, Pairs], Loss], online: Views, target: Views) -> Loss:
    """The mean of a loss over all pairs of views, of which `Pairs` are the only one; target may be online itself."""
    ours = online.pairs()
    theirs = ours if target is online else target.pairs()
    losses = [loss(o, t) for o, t in zip(ours, theirs, strict=True)]
    return Loss.mean(losses) if len(losses) > 1 else losses[0]


def pair_by_pair(forward: Callable[..., Loss]) -> OfViews:
    """Let the forward of a head take orbits: each of their pairs by itself."""

    @wraps(forward)
    def of_views(self: Any, online: Views, target: Views, teacher: Any = None) -> Loss:
        return over_pairs(lambda o, t: forward(self, o, t, teacher), online, target)

    return of_views


def pairs_together(forward: Callable[..., Loss]) -> OfViews:
    """Let the forward of a head, which looks at each sample alone, take orbits: all their pairs as one batch."""

    @wraps(forward)
    def of_views(self: Any, online: Views, target: Views, teacher: Any = None) -> Loss:
        if not isinstance(online, Orbit) or not isinstance(target, Orbit):
            return forward(self, online, target, teacher)
        joined = online.joined()
        return forward(self, joined, joined if target is online else target.joined(), teacher)

    return of_views
