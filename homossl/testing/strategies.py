"""Hypothesis strategies for groups, elements, actions and images, which shrink to the simplest failure."""

from __future__ import annotations

import math

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import Tensor

from groups import Action, FieldAction, Group, image_action
from groups.plane import torus_of
from groups.strategies import elements, fields, finite_groups, groups, lie_groups, representations, vectors

__all__ = [
    "actions",
    "elements",
    "fields",
    "finite_groups",
    "groups",
    "images",
    "lie_groups",
    "representations",
    "vectors",
]

WAVES = 3
"""Waves along each axis of an image, the constant one included."""


def actions(group: Group) -> st.SearchStrategy[Action]:
    """Representations of a group and, where it moves the plane, the fields with these fibres; shrinks to Trivial.

    >>> from groups import Cyclic
    >>> from hypothesis import find
    >>> find(actions(Cyclic(2)), lambda action: isinstance(action, FieldAction)).fibre
    Trivial(group=Cyclic(n=2), size=1)
    """
    fibres = representations(group)
    if not _moves_plane(group):
        return fibres
    padding = "circular" if torus_of(group) else "zeros"
    return fibres | fibres.map(lambda fibre: FieldAction(group, fibre, padding=padding))


def images(
    action: FieldAction,
    size: int | tuple[int, int] = 9,
    batch: tuple[int, ...] = (),
    dtype: torch.dtype = torch.float64,
) -> st.SearchStrategy[Tensor]:
    """Smooth fields that an action moves, (*batch c h w); shrinks to zero, and then to one wave.

    x(u, v) = sum_kl a_kl cos(pi k (u + 1/2) / h) cos(pi l (v + 1/2) / w), k, l < 3, |a_kl| <= 1 a multiple of 1/8.

    >>> from groups import Cyclic, image_action
    >>> from hypothesis import find
    >>> find(images(image_action(Cyclic(4)), size=2), lambda x: x.mean() > 0.1).tolist()
    [[[0.125, 0.125], [0.125, 0.125]]]
    """
    h, w = (size, size) if isinstance(size, int) else size
    shape = (*batch, action.fibre.dim, WAVES, WAVES)
    eighths = arrays(np.int64, shape, elements=st.integers(-8, 8), fill=st.nothing())
    return eighths.map(lambda a: _waves(h, dtype) @ (torch.tensor(a, dtype=dtype) / 8) @ _waves(w, dtype).mT)


def _waves(side: int, dtype: torch.dtype) -> Tensor:
    places = (torch.arange(side, dtype=dtype) + 0.5) / side
    return (math.pi * places[:, None] * torch.arange(WAVES, dtype=dtype)).cos()


def _moves_plane(group: Group) -> bool:
    try:
        image_action(group)
    except TypeError:
        return False
    return True
