"""Classification by a linear layer that learns step by step, on a frozen backbone or with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from homossl.data import AnySamples
from homossl.evaluate import draw_labels, frozen
from homossl.transfer.backbone import Backbone
from homossl.transfer.probe import Readout
from homossl.transfer.task import Task
from homossl.types import Batch


@dataclass(frozen=True, kw_only=True)
class Classification(Task):
    """A linear layer on features averaged over space, learned online, batch by batch: test accuracy.

    With tune="head" it is the online linear protocol, on features normalised by the statistics of batches; with "all"
    the backbone is fine-tuned. `Probe` has the offline protocols.

    Raises:
        ValueError: as for Task, or a class has too few images.
    """

    name: ClassVar[str] = "classification"
    headline: ClassVar[str] = "accuracy"  # type: ignore[assignment]
    readout: Readout = "kept"
    """Features with the pose kept, or pooled over the group."""
    labels: int | None = None
    """Labels of each class, drawn by the seed; None takes the share of all samples."""

    def build(self, backbone: Backbone, classes: tuple[str, ...], size: int) -> nn.Module:
        return Classifier(backbone, self.readout, len(classes))

    def loss(self, model: Any, batch: Batch) -> Tensor:
        return F.cross_entropy(model(batch.x), batch.y)  # type: ignore[arg-type]

    def read(self, data: Any, indices: Any) -> Any:
        return data.batches(indices)

    def chosen(self, data: AnySamples, seed: int) -> Tensor:
        if self.labels is None:
            return super().chosen(data, seed)
        return draw_labels(labels_of(data), self.labels, torch.Generator().manual_seed(seed))

    def score(self, model: Any, data: AnySamples) -> dict[str, float]:
        with frozen(model):
            hits = [model(b.x).argmax(1) == b.y for b in data.batches(torch.arange(len(data)).split(self.batch_size))]
        return {"accuracy": torch.cat(hits).double().mean().item()}


class Classifier(nn.Module):
    """A linear layer on the normalised readings of a backbone, x: (b c h w) -> logits (b classes)."""

    def __init__(self, backbone: Backbone, readout: Readout, classes: int) -> None:
        super().__init__()
        self.backbone, self.kept = backbone, readout == "kept"
        width = self._read_of(
            [torch.zeros(1, level.channels, level.cells, level.cells) for level in backbone.levels]
        ).shape[1]
        self.norm, self.linear = nn.BatchNorm1d(width, affine=False), nn.Linear(width, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.norm(self._read_of(self.backbone(x))))

    def _read_of(self, features: list[Tensor]) -> Tensor:
        kept, pooled = self.backbone.readings(features)
        return kept if self.kept else pooled


def labels_of(data: AnySamples) -> Tensor:
    """The labels of all samples, (n) on the CPU."""
    return torch.cat([b.y.cpu() for b in data.batches(torch.arange(len(data)).split(1024)) if b.y is not None])
