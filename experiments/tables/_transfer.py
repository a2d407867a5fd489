"""What the tables of transfer share: an ordinary CNN beside a steerable one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from groups import Translation
from homossl.encoders import CNN
from homossl.train import Recipe
from homossl.views import Near

ENCODERS = {"plain": "plain", "c8": "C8"}


def plain(recipe: Recipe) -> Recipe:
    """The same with an ordinary CNN of as many channels, which knows shifts only: views lie as far apart, unturned."""
    encoder, views = recipe.encoder, recipe.views
    shift, _ = views.motion.radius  # type: ignore[attr-defined]
    wide: dict[str, Any] = {"fields": tuple(8 * k for k in encoder.fields)} if isinstance(encoder, CNN) else {}
    encoder = replace(encoder, structure="plain", **wide)
    return replace(recipe, group=Translation(2), encoder=encoder, views=replace(views, motion=Near(shift)))  # type: ignore[call-arg]
