"""From where one view was taken to where another was: the relative motion of two windows, in four modes."""

from __future__ import annotations

from typing import Literal, get_args

import torch

from groups.affine import Affine2
from groups.element import Element
from groups.plane import plane

Mode = Literal["official", "world", "body", "allocentric"]
"""How the motion from one window to another is told."""


def relative(left: Element, right: Element, mode: Mode = "body") -> Element:
    """The motion e(i, j) from window i = left to window j = right; a window at t sees the picture moved by t^-1.

    body:        t_i^-1 t_j, in the first window's own frame: unchanged when both windows move together (egocentric);
                 the picture seen through them moves by its inverse;
    world:       t_j t_i^-1, in the frame of the picture, t_j = e t_i;
    allocentric: t_j, where the second window is, whatever the first one;
    official:    A_j A_i^-1 and t_j - A_j t_i, the published action, whose "inverse" of (A, t) is (A^-1, -t): an element
                 of Affine2, in which two equal windows are not at rest and motions do not compose.

    >>> from groups import SE2
    >>> left, right = SE2().element([0.0, 1.0, 0.0]), SE2().element([0.0, 3.0, 0.0])
    >>> relative(left, right).params.tolist()
    [0.0, 2.0, 0.0]

    Raises:
        ValueError: there is no such mode.
        TypeError: the elements belong to different groups, or the official mode is asked of no motions of the plane.

    Source: S-TEC (arXiv 2210.09224), the authors' public code, for the official mode; the others are derived.
    """
    together = left.group.compose(left, right).shape  # of one group, or an error that says so
    match mode:
        case "body":
            return ~left @ right
        case "world":
            return right @ ~left
        case "allocentric":
            return right.expand(*together)
        case "official":
            return _official(plane(left.group)(left), plane(right.group)(right))
    raise ValueError(f"mode is one of {get_args(Mode)}, got {mode!r}")


def _official(left: Element, right: Element) -> Element:
    inverse = torch.cat([(~left).params[..., :4], -left.params[..., 4:]], dim=-1)
    return right @ Element(Affine2(), inverse)
