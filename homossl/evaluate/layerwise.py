"""Every protocol after every stage of an encoder: where along the way do features become good?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor

from homossl.data import AnySamples
from homossl.encoders import Encoder
from homossl.evaluate.features import Readings, read_all
from homossl.evaluate.scores import Scores, check_classes, score


def layerwise(
    encoder: Encoder,
    train: AnySamples,
    test: AnySamples,
    *,
    labels_per_class: Sequence[int] = (1, 5, 10),
    neighbours: Sequence[int] = (1,),
    repeats: int = 5,
    seed: int = 0,
) -> dict[int, Scores]:
    """Score the frozen encoder after each stage, by their numbers from 0 on; the last scores are those of `evaluate`.

    Raises:
        ValueError: train and test have different classes, or a class has too few images for labels_per_class.
        TypeError: nothing invariant is known of the features of a stage.
    """
    check_classes(train, test)
    protocols = labels_per_class, neighbours, repeats, seed
    stages = zip(*(stage_readings(encoder, images) for images in (train, test)), strict=True)
    return {k: score(p, q, *protocols) for k, (p, q) in enumerate(stages)}


def stage_readings(encoder: Encoder, images: AnySamples, batch_size: int = 512) -> list[Readings]:
    """What is read after each stage: samples pass through the encoder once."""
    parts = [encoder.upto(k) for k in range(1, len(encoder.stages) + 1)]

    def read(h: Tensor) -> Iterator[Tensor]:
        for part, stage in zip(parts, encoder.stages, strict=True):
            h = stage(h)
            yield from part.readings(h)

    read_out, labels = read_all(encoder, images, read, batch_size)
    return [Readings(kept, pooled, labels) for kept, pooled in zip(read_out[::2], read_out[1::2], strict=True)]
