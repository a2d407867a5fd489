"""What a JSON of COCO's format says, checked."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from homossl.data.scenes.checks import box_fault
from homossl.data.scenes.reading import SLACK

KEYS = {
    "images": {"id", "file_name"},
    "categories": {"id", "name"},
    "annotations": {"image_id", "category_id", "bbox"},
}
"""What entries of each list must have."""


@dataclass(frozen=True)
class Thing:
    """An object: its number in the file, its class, its box x0 y0 x1 y1 in pixels, and how its mask is told."""

    id: int
    label: int
    box: tuple[float, ...]
    crowd: bool
    segmentation: Any


@dataclass(frozen=True)
class Entry:
    """An image: its name, its height and width where they are told, and its objects."""

    name: str
    size: tuple[int, int] | None
    objects: tuple[Thing, ...]


@dataclass(frozen=True)
class CocoIndex:
    """The images of a file in the order of their ids, the classes in that of theirs, and what is wrong with objects."""

    entries: tuple[Entry, ...]
    classes: tuple[str, ...]
    faults: tuple[str, ...]


def read_index(path: Path) -> CocoIndex:
    """What a file in COCO's format says; objects that are broken are told, and left out.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no JSON, or not of this format, or an id is there twice.
    """
    found = read_lists(path)
    images = {image["id"]: image for image in found["images"]}
    sizes = {key: _size(image) for key, image in images.items()}
    categories = sorted((part["id"], str(part["name"])) for part in found["categories"])
    labels = {key: label for label, (key, _) in enumerate(categories)}
    objects: dict[Any, list[Thing]] = {key: [] for key in images}
    faults, seen = [], set()
    for position, part in enumerate(found["annotations"]):
        number = part.get("id", position)
        if fault := _fault(part, labels, sizes) or ("expected ids to be there once" if number in seen else ""):
            faults.append(f"annotation {number}: {fault}")
        else:
            objects[part["image_id"]].append(_thing(number, part, labels))
        seen.add(number)
    entries = (Entry(images[key]["file_name"], sizes[key], tuple(objects[key])) for key in sorted(images))
    return CocoIndex(tuple(entries), tuple(name for _, name in categories), tuple(faults))


def read_lists(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The lists of images, categories and annotations, each entry with what it must have."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: expected a JSON of COCO's format: {error}") from error
    if not isinstance(data, dict) or not all(isinstance(data.get(name), list) for name in KEYS):
        raise ValueError(f"{path}: expected a JSON of COCO's format, with lists of {', '.join(KEYS)}")
    for name, keys in KEYS.items():
        for position, part in enumerate(data[name]):
            if not isinstance(part, dict) or not keys <= part.keys():
                raise ValueError(f"{path}: expected {sorted(keys)} in number {position} of {name}, got {part!r:.100}")
    for name in ("images", "categories"):
        if twice := _twice([part["id"] for part in data[name]]):
            raise ValueError(f"{path}: expected each id of {name} once, got {twice[0]!r} more often")
    if not data["categories"]:
        raise ValueError(f"{path}: expected categories, got none")
    return data


def _fault(part: dict[str, Any], labels: dict[Any, int], sizes: dict[Any, tuple[int, int] | None]) -> str:
    """What is wrong with an annotation; nothing if it is right."""
    if part["image_id"] not in sizes:
        return f"expected the id of one of {len(sizes)} images, got {part['image_id']!r}"
    if part["category_id"] not in labels:
        return f"expected one of the categories {sorted(labels)}, got {part['category_id']!r}"
    sides = part["bbox"]
    if not isinstance(sides, list) or len(sides) != 4 or not all(isinstance(side, int | float) for side in sides):
        return f"expected a bbox of x, y, width and height, got {sides!r}"
    h, w = sizes[part["image_id"]] or (math.inf, math.inf)
    return box_fault(_box(sides), h, w, SLACK)


def _thing(number: int, part: dict[str, Any], labels: dict[Any, int]) -> Thing:
    crowd, box = bool(part.get("iscrowd", 0)), _box(part["bbox"])
    return Thing(number, labels[part["category_id"]], box, crowd, part.get("segmentation"))


def _box(sides: list[float]) -> tuple[float, float, float, float]:
    x, y, width, height = sides
    return x, y, x + width, y + height


def _size(image: dict[str, Any]) -> tuple[int, int] | None:
    h, w = image.get("height"), image.get("width")
    return (h, w) if isinstance(h, int) and isinstance(w, int) else None


def _twice(ids: list[Any]) -> list[Any]:
    return [key for key, times in Counter(ids).items() if times > 1]
