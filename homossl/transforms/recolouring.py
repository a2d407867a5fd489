"""What the transforms of colours share."""

from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Tensor

from homossl.transforms.colour import ColourMap, recolour
from homossl.transforms.occasional import Occasional


class Recolouring(Occasional):
    """Affine maps of the colours of each image, one after the other, clipped to [0, 1] after each.

    Where an image is not changed the maps are the identity: that costs less than to pick out those that are.
    """

    @abstractmethod
    def maps(self, x: Tensor, generator: torch.Generator | None) -> ColourMap:
        """The k maps for each image of x: (b c h w), in order, (b k c c) and (b k c)."""

    def draw(self, x: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, ...]:
        changed, matrices, weights = super().draw(x, generator)
        unchanged = torch.eye(x.shape[1], dtype=x.dtype, device=x.device)
        return changed, matrices.where(changed[:, None, None, None], unchanged), weights * changed[:, None, None]

    def amounts(self, x: Tensor, generator: torch.Generator | None) -> tuple[Tensor, ...]:
        return self.maps(x, generator)

    def change(self, x: Tensor, changed: Tensor, *amounts: Tensor) -> Tensor:
        matrices, weights = amounts
        for colours in zip(matrices.unbind(1), weights.unbind(1), strict=True):
            x = recolour(x, colours)
        return x


def alone(colours: ColourMap) -> ColourMap:
    """One map for each image, (b c c) and (b c), as the only one of its order."""
    matrix, weights = colours
    return matrix[:, None], weights[:, None]
