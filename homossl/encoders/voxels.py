"""A small convolutional encoder of voxels."""

from __future__ import annotations

from dataclasses import dataclass

from groups import Group
from homossl.encoders.cnn import CNN
from homossl.encoders.encoder import Encoder
from homossl.layers import Layers, Plain, PlainVolumes, SteerableVolumes


@dataclass(frozen=True)
class VoxelCNN(CNN):
    """One stage of convolution, batch normalisation and ReLU per width, (b c n n n) -> (b fields*|O| n/s n/s n/s).

    escnn's layers in space with regular fields of the motions of the cube, which they keep exactly.

    >>> from groups import Octahedral
    >>> VoxelCNN(fields=(1,), steps=(1,)).on(Octahedral(), (1, 9, 9, 9)).action_out.fibre.dim
    24

    Raises:
        ValueError: fields and steps differ in length, or one is below 1.
    """

    fields: tuple[int, ...] = (2, 8, 16)
    """Regular fields of each stage."""
    steps: tuple[int, ...] = (2, 2, 2)
    """Stride of each stage."""

    def on(self, group: Group, shape: tuple[int, ...]) -> Encoder:
        if len(shape) != 4 or len(set(shape[1:])) > 1:
            raise ValueError(f"{type(self).__name__} takes voxels of shape (c n n n), got {shape}")
        return self.build(group, *shape[:2])

    def layers(self, kind: type[Layers], group: Group) -> Layers:
        return (PlainVolumes if kind is Plain else SteerableVolumes)(group, self.norm)

    def check_grid(self, group: Group, size: int) -> None:
        for step in self.steps:
            if (size - 1) % step:
                raise ValueError(
                    f"a stride of {step} on a grid of {size} voxels along each side misses its last ones and breaks "
                    f"the turns of {group}: use strides of 2 on a grid of 2^k + 1, such as 9 or 17 voxels"
                )
            size = (size - 1) // step + 1
