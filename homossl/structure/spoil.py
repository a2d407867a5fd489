"""Encoders that claim more than they keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import torch

from groups import FieldAction, Group
from homossl.encoders import Architecture, Encoder, Stage
from homossl.structure.kinds import Structure
from homossl.structure.orders import broken_order, permuted_base
from homossl.structure.orthogonal import with_random_orthogonal
from homossl.structure.rearranged import RearrangedEncoder


def build_encoder(
    architecture: Architecture, structure: Structure, group: Group, shape: tuple[int, int, int], seed: int
) -> Encoder:
    """The encoder of images (c h w) with a piece of its structure taken away, drawn from the seed where it is random.

    Only the last stage is spoiled, after the weights have been drawn: all but the untied one have the same weights.

    Raises:
        ValueError: the group is too small for the piece to matter.
        TypeError: the features are no fields of regular fibres.
    """
    channels, size, _ = shape
    if structure == "untied":
        return replace(architecture, structure="plain").build(group, channels, size)
    encoder = architecture.build(group, channels, size)
    match structure:
        case "random_orthogonal":
            return claiming(encoder, with_random_orthogonal(field_action(encoder), seed))
        case "permuted_base":
            return RearrangedEncoder(encoder, permuted_base(field_action(encoder), *grid(encoder, shape), seed))
        case "broken_order":
            return RearrangedEncoder(encoder, broken_order(field_action(encoder), seed))
    return encoder


def claiming(encoder: Encoder, action: FieldAction) -> Encoder:
    """The same encoder with another claim about its features."""
    *stages, last = cast(Iterable[Stage], encoder.stages)
    return Encoder([*stages, Stage(last.body, last.action_in, action)])


def field_action(encoder: Encoder) -> FieldAction:
    """How the features are moved.

    Raises:
        TypeError: they are no fields.
    """
    if not isinstance(encoder.action_out, FieldAction):
        raise TypeError(f"only features that a FieldAction moves can be spoiled, got {encoder.action_out}")
    return encoder.action_out


@torch.no_grad()
def grid(encoder: Encoder, shape: tuple[int, int, int]) -> tuple[int, int]:
    """The sides of the features of images (c h w), for an encoder in training mode."""
    h, w = encoder.eval()(torch.zeros(1, *shape)).shape[-2:]
    encoder.train()
    return h, w
