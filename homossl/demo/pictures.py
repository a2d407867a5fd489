"""The pictures of the demo, drawn with the weights of the first seed."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from groups import Element, FieldAction, SemidirectProduct
from groups.plane import point
from homossl.data import Images
from homossl.demo import captions
from homossl.demo.results import HEADLINE, Results
from homossl.encoders import Encoder
from homossl.learner import Learner
from homossl.report import (
    Figure,
    Orbit,
    accuracy_dots,
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


def pixel_views(learner: Learner, images: Images) -> Figure:
    """The two views of some images, for both ways to make them."""
    x, encoder, views = examples(images, range(6)), learner.encoder, learner.views
    motions = views.draw(Batch(x), torch.Generator().manual_seed(4)).g
    corners = window_corners(views.window, field_action(encoder), *encoder(x).shape[-2:])
    figure = views_as_pixels(x, motions, encoder.action_in, corners)
    return Figure("Two views, as pixels", png(figure, "Moved images and windows"), captions.PIXELS)


def field_views(encoders: Encoders, learner: Learner, images: Images) -> Figure:
    """The two sides of f(g x) = g f(x)."""
    (x,) = examples(images, [3])
    quarter = quarter_turns(field_action(learner.encoder).group)[1]
    exact = {name: distance(*both_fields(encoder, x, quarter)) for name, encoder in encoders.items()}
    figure = views_as_fields(encoders, x, turning_motion(learner, x), learner.views.window)
    caption = captions.FIELDS.format(exact=in_words(exact))
    return Figure("Two views, as feature fields", png(figure, "Feature maps of a moved image"), caption)


def curves(results: Results) -> Figure:
    """Loss, and how often a view finds its partner, over training."""
    quantities = {"InfoNCE loss": "loss", "views that find their partner": "accuracy"}
    figure = training_curves({label: results.curves(name) for label, name in quantities.items()})
    return Figure("Training", svg(figure, "Training curves of each arm"), captions.CURVES)


def accuracies(results: Results) -> Figure:
    """Accuracy of every arm and seed."""
    protocols = {
        name: {arm.title: results.accuracies(arm.name, name) for arm in results.arms}
        for name in (HEADLINE, "1-NN", "linear")
    }
    figure = accuracy_dots(protocols, {arm.title: arm.colour for arm in results.arms})
    return Figure("Accuracy", svg(figure, "Test accuracy of each arm and seed"), captions.ACCURACIES)


def orbits(encoders: Encoders, colours: Mapping[str, str], images: Images) -> Figure:
    """The orbits of three images in latent space."""
    x = examples(images, (2, 4, 7))
    group = field_action(next(iter(encoders.values()))).group
    lines = {name: [Orbit.of(encoder, image, turns(group)) for image in x] for name, encoder in encoders.items()}
    exact = {name: Orbit.of(encoder, x[0], quarter_turns(group)).residual for name, encoder in encoders.items()}
    picture = svg(orbit_picture(lines, colours), "Latents of a turned image, and latent steps")
    return Figure("The orbit of an image in latent space", picture, captions.ORBITS.format(exact=in_words(exact)))


def examples(images: Images, classes: range | list[int] | tuple[int, ...]) -> Tensor:
    """The first image of each of these classes, (n c h w)."""
    return images.batch(torch.stack([(images.y == label).nonzero()[0, 0] for label in classes])).x


def turns(group: SemidirectProduct) -> Element:
    """The powers of the least turn about the centre."""
    rotations = group.second.elements()  # type: ignore[attr-defined]
    return group.pair(group.first.identity(*rotations.shape), rotations)


def quarter_turns(group: SemidirectProduct) -> Element:
    """The turns about the centre that move pixels onto pixels."""
    powers = turns(group)
    return powers[:: len(powers) // 4]


def turning_motion(learner: Learner, x: Tensor) -> Element:
    """The first motion drawn, as in training, that turns x: (c h w)."""
    drawn = learner.views.draw(Batch(x.expand(64, *x.shape)), torch.Generator().manual_seed(0)).g[0]
    angles = point(drawn)
    return drawn[int((angles.group.norm(angles) > 0).int().argmax())]


def field_action(encoder: Encoder) -> FieldAction:
    """How features are moved."""
    assert isinstance(encoder.action_out, FieldAction)
    return encoder.action_out


def in_words(numbers: Mapping[str, float]) -> str:
    """Numbers with what they belong to.

    >>> in_words({"H-SSL": 3e-7, "no structure, H-SSL": 1.25})
    '3e-07 (H-SSL) and 1.2 (no structure, H-SSL)'
    """
    return " and ".join(f"{number:.2g} ({name})" for name, number in numbers.items())
