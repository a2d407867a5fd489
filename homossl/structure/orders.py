"""Permutations of base points that a group does not forgive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from groups import Field
from homossl.structure.rearranged import PermutedBase, PermutedFibre

TRIES = 64


@torch.no_grad()
def permuted_base(action: Field, shape: tuple[int, ...], seed: int) -> PermutedBase:
    """All base points of fields (*shape) permuted at random, such that the result does not commute with the action.

    Raises:
        ValueError: the group moves nothing, or so few points that every permutation commutes.
    """
    points = action.points(torch.zeros(1, *shape)).shape[-1]
    for order in _orders(points, seed):
        rearranged = PermutedBase(action, shape, order)
        if not _commutes(rearranged, action, shape):
            return rearranged
    raise ValueError(f"structure 'permuted_base' would change nothing: {action.group} moves none of {points} points")


def broken_order(action: Any, seed: int) -> PermutedFibre:
    """The points of every fibre permuted at random, such that products of the group come out wrong.

    Raises:
        ValueError: the group is so small that every permutation respects its products.
        TypeError: fibres are no functions on a group.
    """
    for order in _orders(_fibre_points(action), seed):
        if _breaks(order, action):
            return PermutedFibre(order)
    group = action.fibre.group
    raise ValueError(f"structure 'broken_order' would change nothing: no order of the elements of {group} breaks it")


def _fibre_points(action: Any) -> int:
    try:
        return action.regular_order
    except TypeError as error:
        raise TypeError(f"structure 'broken_order' would change nothing: {error}") from None


def respects(group: Any, order: Tensor) -> bool:
    """Whether a permutation of a finite group, (n), is an (anti)automorphism up to a translation.

    That is, whether conjugation by it takes left translations to left translations, or to right ones.
    """
    elements = group.elements()
    left = group.index(elements[:, None] @ elements)
    conjugated = order[left[:, order.argsort()]]
    at_identity = conjugated[:, 0]
    return any(torch.equal(conjugated, translations[at_identity]) for translations in (left, left.T))


def _breaks(order: Tensor, action: Any) -> bool:
    if action.fibre.group.order is None:
        return not _commutes(PermutedFibre(order), action, (action.fibre.dim, 1, 1))
    return not respects(action.fibre.group, order)


def _commutes(rearranged: nn.Module, action: Field, shape: tuple[int, ...]) -> bool:
    rng = torch.Generator().manual_seed(0)
    g = action.group.sample(16, generator=rng)
    z = torch.randn(1, *shape, generator=rng)
    return torch.allclose(rearranged(action(g, z)), action(g, rearranged(z)), atol=1e-5)


def _orders(n: int, seed: int) -> Iterator[Tensor]:
    rng = torch.Generator().manual_seed(seed)
    return (torch.randperm(n, generator=rng) for _ in range(TRIES))
