"""Classification with the encoder frozen: regression with all labels, a share or a few of them, and neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import mean
from typing import Any, ClassVar, Literal, get_args

import torch
from torch import Tensor, nn

from homossl.data import AnySamples
from homossl.evaluate import Regression, draw_labels, knn, readings
from homossl.evaluate.probe import per_class
from homossl.evaluate.scale import Scale
from homossl.train.bounds import at_least
from homossl.transfer.backbone import Backbone
from homossl.transfer.task import Transfer

Readout = Literal["kept", "pooled"]
Accuracy = Callable[[Tensor, Tensor], float]
"""Of test features (n d) and labels (n)."""


@dataclass(frozen=True, kw_only=True)
class Probe(Transfer):
    """Offline protocols on frozen features, fitted to convergence: test accuracy by name.

    "linear" is logistic regression with all labels, "k labels per class" and "p % of labels" the mean over draws of
    them, "k-NN" the majority of the nearest by cosine. The headline is the first of few labels, else of shares, else
    "linear".

    Raises:
        ValueError: a number is out of its range.
    """

    name: ClassVar[str] = "probe"
    labels: tuple[int, ...] = ()
    """Labels of each class."""
    shares: tuple[float, ...] = ()
    """Shares of all labels, of each class alike."""
    neighbours: tuple[int, ...] = (1,)
    """Nearest neighbours that vote."""
    readout: Readout = "kept"
    """Features averaged over space with the pose kept, or pooled over the group too."""
    repeats: int = 5
    """Draws of few labels."""

    def __post_init__(self) -> None:
        at_least(1, repeats=self.repeats)
        if self.readout not in get_args(Readout):
            raise ValueError(f"Probe.readout is one of {get_args(Readout)}, got {self.readout!r}")
        if not all(0 < share <= 1 for share in self.shares):
            raise ValueError(f"Probe.shares are in (0, 1], got {self.shares}")

    @property
    def headline(self) -> str:
        few = [*map(per_class, self.labels), *map(_share, self.shares)]
        return few[0] if few else "linear"

    def learn(self, backbone: Backbone, train: AnySamples, seed: int) -> nn.Module:
        model = Probed(backbone, self.readout)
        model.fitted = dict(self._fitted(*model.read(train), seed))
        return model

    def score(self, model: Any, data: Any) -> dict[str, float]:
        z, y = model.read(data)
        return {name: accuracy(z, y) for name, accuracy in model.fitted.items()}

    def headline_of(self, model: Any, data: Any) -> float:
        return model.fitted[self.headline](*model.read(data))

    def _fitted(self, z: Tensor, y: Tensor, seed: int) -> Iterator[tuple[str, Accuracy]]:
        yield "linear", Regression.fit(z, y).accuracy
        for k in self.labels:
            yield per_class(k), self._over_draws(z, y, partial(draw_labels, y, k), seed)
        for share in self.shares:
            yield _share(share), self._over_draws(z, y, partial(draw_share, y, share), seed)
        for k in self.neighbours:
            yield f"{k}-NN", partial(knn, z, y, k=k)

    def _over_draws(self, z: Tensor, y: Tensor, draw: Callable[[torch.Generator], Tensor], seed: int) -> Accuracy:
        scale, generator = Scale.of(z), torch.Generator().manual_seed(seed)
        fits = [Regression.fit(z[i], y[i], scale) for i in (draw(generator) for _ in range(self.repeats))]
        return lambda test_z, test_y: mean(one.accuracy(test_z, test_y) for one in fits)


class Probed(nn.Module):
    """A backbone, and what was fitted to its features."""

    fitted: Mapping[str, Accuracy]

    def __init__(self, backbone: Backbone, readout: Readout) -> None:
        super().__init__()
        self.backbone, self.readout = backbone, readout

    def read(self, data: AnySamples) -> tuple[Tensor, Tensor]:
        """Features (n d) and labels (n)."""
        encoder: Any = self.backbone
        return readings(encoder, data).split(self.readout == "kept")


def draw_share(y: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Indices of a share of the images of each class in y: (n), at least one, drawn without replacement.

    >>> y = torch.tensor([0, 1, 0, 1, 0, 1, 0, 1])
    >>> y[draw_share(y, 0.25, torch.Generator().manual_seed(0))].tolist()
    [0, 1]
    """
    members = [(y == label).nonzero().flatten() for label in y.unique()]
    drawn = [m[torch.randperm(len(m), generator=generator)] for m in members]
    return torch.cat([m[: max(1, round(share * len(m)))] for m in drawn])


def _share(share: float) -> str:
    return f"{100 * share:g} % of labels"
