"""A moved image read on a coarser grid, in one resample."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from groups import Action, Affine2, Element, FieldAction, Trivial, plane
from groups.warp import central


def read_coarsely(action: Action, g: Element, x: Tensor, out: int) -> Tensor:
    """[g x](s u) on out x out points u, s = h / out pixels apart, x: (*batch c h h) -> (*batch c out out).

    The points are read between pixels by interpolation, without antialiasing.

    Raises:
        TypeError: the action does not move images in the plane.
        ValueError: out is below 1, above h, or odd where h is even or even where h is odd.
    """
    if not isinstance(action, FieldAction) or not isinstance(action.fibre, Trivial):
        raise TypeError(f"a coarser grid is read of images that an image_action moves, got {action}")
    h, w = x.shape[-2:]
    if h != w or not 1 <= out <= h or (h - out) % 2:
        raise ValueError(f"out is at most the side of square images, even or odd as it is, got {out} for {h} x {w}")
    moved = plane(action.group)(g)
    zoom = moved.group.element(moved.params.new_tensor([out / h, 0, 0, out / h, 0, 0]))
    affine = replace(action, group=Affine2(), fibre=Trivial(Affine2(), x.shape[-3]))
    return affine.read(zoom @ moved, x, central(h, w, out, out))
