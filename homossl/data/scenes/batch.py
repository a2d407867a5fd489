"""A batch of scenes: images with what is to be seen in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

VOID = 255
"""The value of a mask where nothing is scored."""


@dataclass(frozen=True, eq=False)
class SceneBatch:
    """Images x: (b c h w) float32 in [0, 1] with the objects in them; what is not known is None.

    Data are held and read as batches too, with x and mask as they were decoded, uint8.

    >>> box, label = torch.tensor([[0.0, 0.0, 9.0, 4.0]]), torch.tensor([0])
    >>> len(SceneBatch(torch.zeros(1, 3, 9, 9), None, (box,), (label,)))
    1

    Raises:
        ValueError: the parts are of different numbers of scenes.
    """

    x: Tensor
    mask: Tensor | None
    """(b h w) int64: 0 the ground, 1 + i where it is of class i, VOID where nothing is scored."""
    boxes: tuple[Tensor, ...] | None
    """(k 4) float32 for each image, x0 y0 x1 y1 in pixels from the upper left corner: the whole image is 0 0 w h."""
    labels: tuple[Tensor, ...]
    """(k) int64 for each image, the classes of its objects; without boxes, the classes in its mask."""
    crowd: tuple[Tensor, ...] | None = None
    """(k) bool for each image: what is found there is not scored: a box about many objects, or a difficult one."""
    instances: tuple[Tensor, ...] | None = None
    """(k h w) bool for each image: where each object is seen."""

    def __post_init__(self) -> None:
        if len({len(part) for part in self.parts.values()}) > 1:
            lengths = ", ".join(f"{name} {len(part)}" for name, part in self.parts.items())
            raise ValueError(f"a batch has as many of each as there are scenes, got {lengths}")

    @property
    def parts(self) -> dict[str, Any]:
        """What is known of the scenes, by name."""
        held = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: part for name, part in held.items() if part is not None}

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, index: Tensor) -> SceneBatch:
        """The scenes at index: (b) int64."""
        numbers = index.tolist()
        return replace(self, **{name: _chosen(part, index, numbers) for name, part in self.parts.items()})

    def each(self, f: Callable[[Tensor], Tensor]) -> SceneBatch:
        """The batch with all of its tensors mapped by f."""
        return replace(self, **{name: _mapped(part, f) for name, part in self.parts.items()})

    def to(self, device: torch.device | str) -> SceneBatch:
        """The same batch on another device."""
        return self.each(lambda part: part.to(device))


def joined(batches: Sequence[SceneBatch]) -> SceneBatch:
    """One batch of the scenes of several, in their order; what one of them does not know is None."""
    known = [name for name in batches[0].parts if all(name in batch.parts for batch in batches)]
    whole: dict[str, Any] = {field.name: None for field in fields(SceneBatch)}
    return SceneBatch(**whole | {name: _joined([batch.parts[name] for batch in batches]) for name in known})


def _chosen(part: Any, index: Tensor, numbers: list[int]) -> Any:
    return part[index.to(part.device)] if isinstance(part, Tensor) else tuple(part[i] for i in numbers)


def _mapped(part: Any, f: Callable[[Tensor], Tensor]) -> Any:
    return f(part) if isinstance(part, Tensor) else tuple(f(each) for each in part)


def _joined(parts: Sequence[Any]) -> Any:
    return torch.cat(list(parts)) if isinstance(parts[0], Tensor) else tuple(each for part in parts for each in part)
