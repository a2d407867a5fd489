"""Every protocol after every stage of an encoder: where along the way do features become good?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor

from homossl.data import AnyImages
from homossl.encoders import Encoder
from homossl.evaluate.features import read_all
from homossl.evaluate.scores import Scores, check_classes, score


def layerwise(
    encoder: Encoder,
    train: AnyImages,
    test: AnyImages,
    *,
    labels_per_class: Sequence[int] = (1, 5, 10),
    neighbours: Sequence[int] = (1,),
    repeats: int = 5,
    seed: int = 0,
) -> dict[int, Scores]:
    """Score the frozen encoder after each stage, by their numbers from 0 on; the last scores are those of `evaluate`.

    Raises:
        ValueError: train and test have different classes, or a class has too few images for labels_per_class.
        TypeError: the fibres of a stage are not copies of a regular representation.
    """
    check_classes(train, test)
    (*train_p, train_y), (*test_p, test_y) = (stage_poses(encoder, images) for images in (train, test))
    protocols = labels_per_class, neighbours, repeats, seed
    stages = zip(train_p, test_p, strict=True)
    return {k: score((p, train_y), (q, test_y), *protocols) for k, (p, q) in enumerate(stages)}


def stage_poses(encoder: Encoder, images: AnyImages, batch_size: int = 512) -> tuple[Tensor, ...]:
    """Poses after each stage, (n c g) each, then labels (n), on the CPU: images pass through the encoder once."""
    parts = [encoder.upto(k) for k in range(1, len(encoder.stages) + 1)]

    def read(h: Tensor) -> Iterator[Tensor]:
        for part, stage in zip(parts, encoder.stages, strict=True):
            h = stage(h)
            yield part.pose(h)

    poses, labels = read_all(encoder, images, read, batch_size)
    return *poses, labels
