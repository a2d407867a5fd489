"""The pictures of the demo, drawn with the weights of the first seed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean

import torch
from torch import Tensor

from groups import Element, FieldAction, SemidirectProduct
from groups.plane import torus_of
from homossl.data import AnySamples
from homossl.demo import captions
from homossl.demo.results import Results
from homossl.encoders import Encoder
from homossl.learner import Learner
from homossl.report import (
    Figure,
    Orbit,
    orbit_picture,
    png,
    svg,
    training_curves,
    views_as_fields,
    views_as_pixels,
)
from homossl.report.fields import both_fields, distance
from homossl.report.geometry import window_corners
from homossl.types import Batch

Encoders = Mapping[str, Encoder]
"""By the title of their arm."""


def pixel_views(learner: Learner, images: AnySamples) -> Figure:
    """The two views of some images, for both ways to make them."""
    x, encoder, views = examples(images, range(6)), learner.encoder, learner.views
    motions = views.draw(Batch(x), torch.Generator().manual_seed(4)).g
    corners = window_corners(views.window, field_action(encoder), *encoder(x).shape[-2:])
    figure = views_as_pixels(x, motions, encoder.action_in, corners)
    border = captions.TORUS if torus_of(motions.group) else captions.PLANE
    return Figure(
        "Two views, as pixels", png(figure, "Moved images and windows"), captions.PIXELS.format(border=border)
    )


def field_views(encoders: Encoders, learner: Learner, images: AnySamples) -> Figure:
    """The two sides of f(g x) = g f(x)."""
    (x,) = examples(images, [3])
    quarter = quarter_turns(field_action(learner.encoder).group)[1]
    motions = learner.views.draw(Batch(x[None].expand(32, *x.shape)), torch.Generator().manual_seed(0)).g[0]
    drawn = {name: fmean(distance(*both_fields(e, x, g)) for g in motions) for name, e in encoders.items()}
    figure = views_as_fields(encoders, x, quarter, learner.views.window)
    interpolated = "" if field_action(learner.encoder).exact else ", which are interpolated,"
    caption = captions.FIELDS.format(drawn=in_words(drawn), interpolated=interpolated)
    return Figure("Two views, as feature fields", png(figure, "Feature maps of a moved image"), caption)


def curves(results: Results) -> Figure:
    """Loss, and how often a view finds its partner, over training."""
    quantities = {"InfoNCE loss": "loss", "views that find their partner": "accuracy"}
    figure = training_curves({label: results.curves(name) for label, name in quantities.items()})
    return Figure("Training", svg(figure, "Training curves of each arm"), captions.CURVES)


def orbits(encoders: Encoders, colours: Mapping[str, str], images: AnySamples) -> Figure:
    """The orbits of three images in latent space."""
    x = examples(images, (2, 7, 3))
    group = field_action(next(iter(encoders.values()))).group
    lines = {name: [Orbit.of(e, image, quarter_turns(group)) for image in x] for name, e in encoders.items()}
    caption = captions.ORBITS.format(finer="" if len(turns(group)) == 4 else finer_turns(encoders, x[0], turns(group)))
    picture = svg(orbit_picture(lines, colours), "Latents of a turned image, encoded and predicted")
    return Figure("The orbit of an image in latent space", picture, caption)


def finer_turns(encoders: Encoders, x: Tensor, powers: Element) -> str:
    """What to say of turns that do not keep the lattice of pixels."""
    missed = {name: Orbit.of(encoder, x, powers).residual for name, encoder in encoders.items()}
    return captions.FINER.format(least=360 / len(powers), missed=in_words(missed))


def examples(images: AnySamples, classes: Iterable[int]) -> Tensor:
    """The first image of each of these classes, (n c h w)."""
    (batch,) = images.batches([torch.arange(len(images))])
    assert batch.y is not None
    return torch.stack([batch.still[batch.y == label][0] for label in classes])


def turns(group: SemidirectProduct) -> Element:
    """The powers of the least turn about the centre."""
    rotations = group.second.elements()  # type: ignore[attr-defined]
    return group.pair(group.first.identity(*rotations.shape), rotations)


def quarter_turns(group: SemidirectProduct) -> Element:
    """The turns about the centre that move pixels onto pixels."""
    powers = turns(group)
    return powers[:: len(powers) // 4]


def field_action(encoder: Encoder) -> FieldAction:
    """How features are moved."""
    assert isinstance(encoder.action_out, FieldAction)
    return encoder.action_out


def in_words(numbers: Mapping[str, float]) -> str:
    """Numbers with what they belong to.

    >>> in_words({"H-SSL": 3e-7, "plain, H-SSL": 1.25})
    '3e-07 (H-SSL) and 1.2 (plain, H-SSL)'
    """
    return " and ".join(f"{number:.2g} ({name})" for name, number in numbers.items())
