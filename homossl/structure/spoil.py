"""Encoders that claim more than they keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import torch

from groups import Action, Field, Group
from homossl.encoders import Architecture, Encoder, Stage
from homossl.structure.kinds import Structure
from homossl.structure.orders import broken_order, permuted_base
from homossl.structure.rearranged import RearrangedEncoder


def build_encoder(
    architecture: Architecture, structure: Structure, group: Group, shape: tuple[int, ...], seed: int
) -> Encoder:
    """The encoder of samples (*shape) with a piece of its structure taken away, drawn from the seed where it is random.

    Only the last stage is spoiled, after the weights have been drawn: all but the untied one have the same weights.

    Raises:
        ValueError: the group is too small for the piece to matter.
        TypeError: the features have no base points, or no fibres, that could be rearranged.
    """
    if structure == "untied":
        return replace(architecture, structure="plain").on(group, shape)
    encoder = architecture.on(group, shape)
    match structure:
        case "random_orthogonal":
            return claiming(encoder, scrambled(encoder.action_out, seed))
        case "permuted_base":
            order = permuted_base(field_of(encoder), feature_shape(encoder, shape), seed)
            return RearrangedEncoder(encoder, order)
        case "broken_order":
            return RearrangedEncoder(encoder, broken_order(field_of(encoder), seed))
    return encoder


def claiming(encoder: Encoder, action: Action) -> Encoder:
    """The same encoder with another claim about its features."""
    *stages, last = cast(Iterable[Stage], encoder.stages)
    return Encoder([*stages, Stage(last.body, last.action_in, action)])


def scrambled(action: Action, seed: int) -> Action:
    """The action with fibres moved otherwise.

    Raises:
        ValueError: it moves none.
    """
    try:
        return action.scrambled(seed)
    except ValueError as error:
        raise ValueError(f"structure 'random_orthogonal' would change nothing: {error}") from None


def field_of(encoder: Encoder) -> Field:
    """How the features are moved, which are fields.

    Raises:
        TypeError: they are none.
    """
    if not isinstance(encoder.action_out, Field):
        raise TypeError(f"structure: only fields over base points can be rearranged, got {encoder.action_out}")
    return encoder.action_out


@torch.no_grad()
def feature_shape(encoder: Encoder, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The event shape of the features of samples (*shape), for an encoder in training mode."""
    features = encoder.eval()(torch.zeros(1, *shape))
    encoder.train()
    return tuple(features.shape[1:])
