"""Permutations of base points that a group does not forgive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from groups import FieldAction
from homossl.structure.rearranged import PermutedBase, PermutedFibre, Rearranged

TRIES = 64


def permuted_base(action: FieldAction, h: int, w: int, seed: int) -> PermutedBase:
    """All base points of a grid h x w permuted at random, such that the result does not commute with the action.

    Raises:
        ValueError: the group moves nothing, or so few points that every permutation commutes.
    """
    points = action.regular_order * h * w
    for order in _orders(points, seed):
        rearranged = PermutedBase(order.reshape(-1, h, w))
        if not _commutes(rearranged, action):
            return rearranged
    raise ValueError(f"structure 'permuted_base' would change nothing: {action.group} moves none of {points} points")


def broken_order(action: FieldAction, seed: int) -> PermutedFibre:
    """The points of every fibre permuted at random, such that products of the group come out wrong.

    Raises:
        ValueError: the group is so small that every permutation respects its products.
    """
    group = action.fibre.group
    for order in _orders(action.regular_order, seed):
        if not respects(group, order):
            return PermutedFibre(order)
    raise ValueError(f"structure 'broken_order' would change nothing: no order of the elements of {group} breaks it")


def respects(group: Any, order: Tensor) -> bool:
    """Whether a permutation of a finite group, (n), is an (anti)automorphism up to a translation.

    That is, whether conjugation by it takes left translations to left translations, or to right ones.
    """
    elements = group.elements()
    left = group.index(elements[:, None] @ elements)
    conjugated = order[left[:, order.argsort()]]
    at_identity = conjugated[:, 0]
    return any(torch.equal(conjugated, translations[at_identity]) for translations in (left, left.T))


def _commutes(rearranged: Rearranged, action: FieldAction) -> bool:
    rng = torch.Generator().manual_seed(0)
    g = action.group.sample(16, generator=rng)
    z = torch.randn(1, action.fibre.dim, *rearranged.source.shape[1:], generator=rng)
    return torch.allclose(rearranged(action(g, z)), action(g, rearranged(z)))


def _orders(n: int, seed: int) -> Iterator[Tensor]:
    rng = torch.Generator().manual_seed(seed)
    return (torch.randperm(n, generator=rng) for _ in range(TRIES))
