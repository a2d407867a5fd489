"""Images, masks and boxes of scenes under one motion of the plane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from groups import Element
from groups.plane import affine
from groups.warp import pixel_index, source_points, warp, within
from homossl.data.scenes.batch import VOID, SceneBatch
from homossl.data.scenes.movable import KEPT
from homossl.data.scenes.objects import areas_of, boxes_of, classes_in

Kept = tuple[dict[str, Sequence[Tensor]], Sequence[Tensor]]
"""Moved parts of the objects of each scene, by name, and which objects are kept."""


def moved_scenes(g: Element, scenes: SceneBatch) -> SceneBatch:
    """Scenes moved by g: (), one motion of the plane for all of them."""
    x = moved_images(g, scenes.x)
    mask = None if scenes.mask is None else moved_masks(g, scenes.mask, VOID)
    if scenes.boxes is None:
        labels = scenes.labels if mask is None else tuple(map(classes_in, mask))
        return replace(scenes, x=x, mask=mask, labels=labels)
    if scenes.instances is None:
        return _selected(replace(scenes, x=x, mask=mask), *_by_corners(g, scenes.boxes, *x.shape[-2:]))
    return _selected(replace(scenes, x=x, mask=mask), *_by_instances(g, scenes.instances))


def moved_images(g: Element, x: Tensor) -> Tensor:
    """Images (b c h w) at g^-1 u, bilinear and zero beyond the border."""
    return warp(x, affine(~g, x.dtype), "zeros").clamp(0, 1)


def moved_masks(g: Element, masks: Tensor, beyond: int) -> Tensor:
    """Masks (b h w) at the pixel nearest to g^-1 u, and `beyond` where that is not on the image."""
    h, w = masks.shape[-2:]
    points = source_points(affine(~g), h, w)
    index, _ = pixel_index(points, h, w, "zeros")
    inside = within(points, (h, w), inset=-0.5)
    return masks.flatten(1)[:, index].where(inside, masks.new_full((), beyond))


def moved_boxes(g: Element, boxes: Tensor, h: int, w: int) -> Tensor:
    """The smallest boxes about the moved corners of boxes (k 4), before they are cut off at the border."""
    m = affine(g)
    boxes, middle = boxes.to(m.dtype), m.new_tensor([w / 2, h / 2])
    x, y = boxes[:, [0, 2, 2, 0]] - middle[0], middle[1] - boxes[:, [1, 1, 3, 3]]
    corners = torch.stack([x, y], dim=-1) @ m[:2, :2].mT + m[:2, 2]
    corners = torch.stack([corners[..., 0] + middle[0], middle[1] - corners[..., 1]], dim=-1)
    return torch.cat([corners.amin(1), corners.amax(1)], dim=-1)


def _by_instances(g: Element, instances: tuple[Tensor, ...]) -> Kept:
    whole, numbers = torch.cat(instances), [len(part) for part in instances]
    moved = moved_masks(g, whole, 0)
    area = affine(g)[:2, :2].det().abs()
    kept = _is_kept(moved.sum((-2, -1)), area * whole.sum((-2, -1)))
    parts = {"boxes": boxes_of(moved), "instances": moved}
    return {name: part.split(numbers) for name, part in parts.items()}, kept.split(numbers)


def _by_corners(g: Element, boxes: tuple[Tensor, ...], h: int, w: int) -> Kept:
    numbers = [len(part) for part in boxes]
    whole = moved_boxes(g, torch.cat(boxes), h, w)
    cut = whole.clamp(min=0).minimum(whole.new_tensor([w, h, w, h]))
    return {"boxes": cut.float().split(numbers)}, _is_kept(areas_of(cut), areas_of(whole)).split(numbers)


def _is_kept(seen: Tensor, whole: Tensor) -> Tensor:
    return (seen > 0) & (seen >= KEPT * whole)


def _selected(scenes: SceneBatch, moved: Mapping[str, Sequence[Tensor]], kept: Sequence[Tensor]) -> SceneBatch:
    """The scenes with what was moved, and of each only the objects that are kept."""
    parts = {name: scenes.parts[name] for name in ("labels", "crowd") if name in scenes.parts} | dict(moved)
    chosen = {name: tuple(of[k] for of, k in zip(part, kept, strict=True)) for name, part in parts.items()}
    return replace(scenes, **chosen)
