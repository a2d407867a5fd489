"""What every data set of scenes and its splits offer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from torch import Tensor

from homossl.data.scenes.batch import SceneBatch
from homossl.data.split import AnySamples, Split


class AnyScenes(AnySamples, Protocol):
    """What every split of scenes offers: it can be learned from as labelled images, too.

    `classes` are those of the objects, without the ground; `batches` give each image the class of its largest object.
    """

    @property
    def has_masks(self) -> bool:
        """Whether scenes have masks."""
        ...

    @property
    def has_boxes(self) -> bool:
        """Whether scenes have boxes."""
        ...

    def scenes(self, indices: Iterable[Tensor]) -> Iterator[SceneBatch]:
        """One batch for each index: (b), in the order given."""
        ...


@runtime_checkable
class SceneData(Protocol):
    """What every specification of scenes offers."""

    def load(self, split: Split) -> AnyScenes:
        """The scenes of one split."""
        ...

    def moved(self, turn: float = 0.0, zoom: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)) -> SceneData:
        """The same scenes turned by degrees counter-clockwise, zoomed, then shifted by pixels to the right and up."""
        ...
