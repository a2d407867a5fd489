"""What the cost curves over the order of a group are measured of, each as a task for every order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from groups import Cyclic, Element, FieldAction, Regular
from homossl.encoders import CNN, Encoder
from homossl.learner import Learner, build
from homossl.lowering import LoweredConv
from homossl.objectives import MLP, GroupCorrelation, InfoNCE
from homossl.types import Batch, Orbit, Pairs
from homossl.views import FeatureFibre, FullOrbit, ViewSource, Window

Task = Callable[[], Any]


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    """Times that everything is measured."""
    batch: int
    """Images."""
    side: int
    """Pixels along each side."""
    channels: int = 64
    """Channels of every layer where they are fixed, a multiple of 64."""
    fields: int = 2
    """Regular fields of every layer where these are fixed."""
    embedding: int = 64
    """Length of embeddings."""


FULL, QUICK = Size(rounds=15, batch=32, side=33), Size(rounds=7, batch=16, side=17)


@dataclass(frozen=True)
class Curve:
    """Something that takes time."""

    name: str
    """What it is."""
    theory: str
    """The exponent by the count of operations."""
    prepare: Callable[[int, Size], Task]
    """The task at an order."""


def network(order: int, fields: int, size: Size) -> Encoder:
    """Three stages of as many fields, the last two striding."""
    return spec(fields).build(Cyclic(order), 3, size.side)


def spec(fields: int) -> CNN:
    """The same, not built yet."""
    return CNN(fields=(fields,) * 3, steps=(1, 2, 2))


def encoding(encoder: Encoder, size: Size) -> Task:
    """Forward and backward through an encoder."""
    x = images(size)
    return lambda: encoder(x).sum().backward()


def at_fixed_channels(order: int, size: Size) -> Task:
    """An encoder of k |G| channels."""
    return encoding(network(order, size.channels // order, size), size)


def at_fixed_fields(order: int, size: Size) -> Task:
    """An encoder of k fields."""
    return encoding(network(order, size.fields, size), size)


def two_views(order: int, size: Size) -> Task:
    """A step of H-SSL."""
    return stepping(order, size, FeatureFibre())


def all_pairs(order: int, size: Size) -> Task:
    """A step of H-SSL on the full orbit."""
    return stepping(order, size, FullOrbit())


def stepping(order: int, size: Size, views: ViewSource) -> Task:
    """A step of a learner at fixed channels."""
    objective = InfoNCE(projector=MLP(size.embedding, size.embedding))
    shape = 3, size.side, size.side
    learner = build(Cyclic(order), spec(size.channels // order), views, objective, shape=shape)
    return lambda: step(learner, Batch(images(size)))


def step(learner: Learner, batch: Batch) -> None:
    """Its gradients, and no more."""
    learner.step(batch, torch.Generator().manual_seed(0))


def orbit_views(order: int, size: Size) -> Task:
    """The mean of every view of the orbit, read from one field."""
    action, z = field(order, size)
    views = replace(FullOrbit(action), window=Window(mean=True))
    draw = views.draw(Batch(z), torch.Generator().manual_seed(0))
    return lambda: views.pair(z, draw, action).views.sum().backward()


def moved_field(order: int, size: Size) -> Task:
    """One field, moved for each sample."""
    action, z = field(order, size)
    g = turns(order, size)
    return lambda: action(g, z).sum().backward()


def contraction(order: int, size: Size) -> Task:
    """InfoNCE over all pairs of an orbit of embeddings."""
    z = noise(order, size.batch, size.embedding)
    orbit, objective = Orbit(z, Cyclic(order).elements()[:, None].expand(order, size.batch)), InfoNCE()
    return lambda: objective(orbit, orbit).value.backward()


def correlation(order: int, size: Size) -> Task:
    """GroupCorrelation of vectors of fixed length."""
    left, right = noise(2, size.batch, 8 * size.channels).unbind(0)
    group = Cyclic(order)
    pairs = Pairs(left, right, turns(order, size), (8 * size.channels // order) * Regular(group))
    head = GroupCorrelation().build((8 * size.channels,), group)
    return lambda: head(pairs, pairs).value.backward(retain_graph=True)


def expansion(order: int, size: Size) -> Task:
    """The filter of the last convolution, from its coefficients."""
    encoder = network(order, size.channels // order, size)
    *_, conv = (module for module in encoder.modules() if isinstance(module, LoweredConv))
    conv.keeps = False
    return lambda: conv.expand()[0].sum().backward()


def field(order: int, size: Size) -> tuple[FieldAction, Tensor]:
    """Features at fixed channels, and how they are moved."""
    action = FieldAction(Cyclic(order), (size.channels // order) * Regular(Cyclic(order)))
    return action, noise(size.batch, size.channels, (size.side + 3) // 4, (size.side + 3) // 4)


def turns(order: int, size: Size) -> Element:
    """A turn for each sample."""
    return Cyclic(order).sample(size.batch, generator=torch.Generator().manual_seed(0))


def images(size: Size) -> Tensor:
    """Noise that no gradient reaches."""
    return noise(size.batch, 3, size.side, size.side).detach()


def noise(*shape: int) -> Tensor:
    """Noise that a gradient reaches."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(0)).requires_grad_()


CURVES = (
    Curve("encoder, fixed channels", "0", at_fixed_channels),
    Curve("encoder, fixed fields", "1 to 2", at_fixed_fields),
    Curve("H-SSL step, two views, fixed channels", "0", two_views),
    Curve("H-SSL step, all pairs, fixed channels", "0 to 2", all_pairs),
    Curve("views of the orbit, fixed channels", "1", orbit_views),
    Curve("InfoNCE over all pairs", "2", contraction),
    Curve("GroupCorrelation, fixed channels", "0 (log)", correlation),
    Curve("expansion of a filter, fixed channels", "1 to 3", expansion),
    Curve("moving a field, fixed channels", "0", moved_field),
)
