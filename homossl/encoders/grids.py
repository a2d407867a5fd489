"""Which grids keep the motions of a group when layers stride."""

from __future__ import annotations

import math

from groups import Group, point_group
from groups.plane import torus_of


def check_strides(group: Group, size: int, strides: tuple[int, ...]) -> None:
    """Check that striding a size x size grid by one pixel in so many, (size - 1) % stride == 0, keeps the motions.

    Raises:
        ValueError: it does not.
    """
    for stride in strides:
        if stride > 1:
            check_no_torus(group, f"a stride of {stride}")
        if (size - 1) % stride and point_group(group).order != 1:
            kind, odd = "an odd" if size % 2 else "an even", next_odd(size)
            raise ValueError(
                f"a stride of {stride} on {kind} grid of {size} x {size} misses its last row and breaks the turns of "
                f"{point_group(group)}: use strides of 2 on a grid of 2^k + 1, such as {odd} x {odd}"
            )
        size = (size - 1) // stride + 1


def check_blocks(group: Group, size: int, strides: tuple[int, ...]) -> None:
    """Check that pooling blocks of a size x size grid, again and again, keeps the motions of the group.

    Raises:
        ValueError: it does not, or nothing would be left.
    """
    side = math.prod(strides)
    if side > 1:
        check_no_torus(group, f"pooling each side to 1 / {side}")
    if size < side:
        raise ValueError(f"pooling each side to 1 / {side} needs {side} x {side} pixels or more, got {size} x {size}")
    if size % side and point_group(group).order != 1:
        fits = side * round(size / side)
        raise ValueError(
            f"pooling each side to 1 / {side} misses the last row of a grid of {size} x {size} and breaks the turns of "
            f"{point_group(group)}: use a multiple of {side}, such as {fits} x {fits}"
        )


def check_no_torus(group: Group, what: str) -> None:
    """Check that a group has no shifts of a torus.

    Raises:
        ValueError: it has.
    """
    if torus := torus_of(group):
        raise ValueError(f"{what} breaks the shifts of {torus}: on a torus, use an encoder without strides")


def next_odd(size: int) -> int:
    """The least 2^k + 1 that is not below a size.

    >>> next_odd(32)
    33
    """
    return 2 ** max(size - 2, 1).bit_length() + 1
