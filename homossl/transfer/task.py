"""What is measured of a backbone: a task with data of its own, learned by a head, and how it stands moved test data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

from torch import nn

from homossl.data import AnySamples, Data
from homossl.train.bounds import at_least
from homossl.transfer.backbone import Backbone, backbone_of
from homossl.transfer.fit import drawn_share, fit
from homossl.transfer.robustness import Robustness

Tune = Literal["head", "all"]


@dataclass(frozen=True)
class Measured:
    """Scores in [0, 1] by name, the headline by the motion of the test data, and the model that was measured."""

    scores: dict[str, float]
    curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Motion -> (how far, headline)."""
    model: nn.Module | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Scores and curves, ready for JSON."""
        return {"scores": self.scores, "curves": {name: [list(p) for p in c] for name, c in self.curves.items()}}


@dataclass(frozen=True, kw_only=True)
class Transfer(ABC):
    """A measurement of an encoder on data of its own; what it measures is in [0, 1], the more the better."""

    name: ClassVar[str]
    data: Data
    """What is learned, and tested on."""
    curves: tuple[Robustness, ...] = ()
    """Motions of the test data, under which the headline is measured again."""

    @property
    @abstractmethod
    def headline(self) -> str:
        """The score that tables show, and curves."""

    @abstractmethod
    def learn(self, backbone: Backbone, train: AnySamples, seed: int) -> nn.Module:
        """The model that has learned the task from samples; the backbone given stays as it is."""

    @abstractmethod
    def score(self, model: Any, data: Any) -> dict[str, float]:
        """What is measured on test data."""

    def measure(self, source: Any, seed: int = 0, device: str = "cpu") -> Measured:
        """Learn the task from the training data with a backbone, or what `backbone_of` makes one of, and test it.

        Raises:
            ValueError: the backbone or the data do not fit the task.
        """
        train, test = (self.data.load(split).to(device) for split in ("train", "test"))
        backbone = backbone_of(source, train.shape).to(device)
        model = self.learn(backbone, train, seed)
        scores = self.score(model, test)
        return Measured(scores, {c.motion: self._curve(c, model, scores, device) for c in self.curves}, model)

    def headline_of(self, model: nn.Module, data: Any) -> float:
        """The headline on other test data."""
        return self.score(model, data)[self.headline]

    def _curve(self, curve: Robustness, model: nn.Module, scores: dict[str, float], device: str) -> list:
        still = scores[self.headline]
        moved = ((v, self.data if curve.still(v) else curve.moved(self.data, v)) for v in curve.values)
        return [
            (v, still if data is self.data else self.headline_of(model, data.load("test").to(device)))
            for v, data in moved
        ]


@dataclass(frozen=True, kw_only=True)
class Task(Transfer):
    """A task that a head learns by gradient descent: AdamW, and half a cosine of the learning rate.

    With tune="head" the backbone stays frozen, in evaluation mode; with "all" it is fine-tuned.

    Raises:
        ValueError: a number is out of its range.
    """

    tune: Tune = "head"
    """What is trained."""
    epochs: int = 10
    """Passes through the training data."""
    batch_size: int = 32
    """Samples in a batch."""
    lr: float = 2e-3
    """Peak learning rate."""
    weight_decay: float = 1e-4
    """Weight decay."""
    share: float = 1.0
    """Share of the training samples that is used, drawn by the seed."""

    def __post_init__(self) -> None:
        at_least(1, epochs=self.epochs, batch_size=self.batch_size)
        if self.tune not in get_args(Tune):
            raise ValueError(f"{type(self).__name__}.tune is one of {get_args(Tune)}, got {self.tune!r}")
        if not 0 < self.share <= 1:
            raise ValueError(f"{type(self).__name__}.share is in (0, 1], got {self.share}")

    @abstractmethod
    def build(self, backbone: Backbone, classes: tuple[str, ...], size: int) -> nn.Module:
        """The model: the backbone as `model.backbone`, and a fresh head."""

    @abstractmethod
    def loss(self, model: Any, batch: Any) -> Any:
        """What is descended on, of a batch that `read` delivers."""

    def read(self, data: Any, indices: Any) -> Any:
        """Batches of the data for indices (b): scenes, unless a task says otherwise."""
        if not hasattr(data, "scenes"):
            raise ValueError(f"{self.name} learns from scenes, such as DigitScenes, got {type(self.data).__name__}")
        return data.scenes(indices)

    def chosen(self, data: AnySamples, seed: int) -> Any:
        """Indices of the training samples that are used."""
        return drawn_share(len(data), self.share, seed)

    def learn(self, backbone: Backbone, train: AnySamples, seed: int) -> nn.Module:
        return fit(self, backbone, train, seed)
