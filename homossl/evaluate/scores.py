"""Every protocol, on features with the pose kept and with the pose pooled away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from torch import Tensor

from homossl.data import AnySamples
from homossl.evaluate.features import Encoder, Readings, readings
from homossl.evaluate.neighbours import knn
from homossl.evaluate.probe import Accuracy, few_labels, linear_probe, per_class


@dataclass(frozen=True)
class ReadoutScores:
    """Test accuracies of one readout: few_labels by labels per class, neighbours by number of neighbours."""

    linear: Accuracy
    few_labels: dict[int, Accuracy]
    neighbours: dict[int, Accuracy]

    def by_protocol(self) -> dict[str, Accuracy]:
        """Every accuracy under the name of its protocol."""
        few = {per_class(k): accuracy for k, accuracy in self.few_labels.items()}
        return {"linear": self.linear} | few | {f"{k}-NN": accuracy for k, accuracy in self.neighbours.items()}


@dataclass(frozen=True)
class Scores:
    """Test accuracies of an encoder, with the pose kept and pooled: (b (c g)) and (b c) of regular fields (b c g)."""

    pose_kept: ReadoutScores
    pooled: ReadoutScores

    def table(self) -> list[tuple[str, str, str]]:
        """A header, then one row for each protocol."""
        kept, pooled = self.pose_kept.by_protocol(), self.pooled.by_protocol()
        rows = [(protocol, str(kept[protocol]), str(pooled[protocol])) for protocol in kept]
        return [("protocol", "pose kept", "pooled"), *rows]

    def to_dict(self) -> dict[str, dict[str, dict[str, float | None]]]:
        """Readout -> protocol -> {"mean", "std"}, ready for JSON."""
        readouts = {"pose kept": self.pose_kept, "pooled": self.pooled}
        return {name: {p: asdict(a) for p, a in scores.by_protocol().items()} for name, scores in readouts.items()}


def evaluate(
    encoder: Encoder,
    train: AnySamples,
    test: AnySamples,
    *,
    labels_per_class: Sequence[int] = (1, 5, 10),
    neighbours: Sequence[int] = (1,),
    repeats: int = 5,
    seed: int = 0,
) -> Scores:
    """Score the frozen encoder: fit on the features of train, test on those of test; the encoder is left as it was.

    Raises:
        ValueError: train and test have different classes, or a class has too few images for labels_per_class.
    """
    check_classes(train, test)
    return score(readings(encoder, train), readings(encoder, test), labels_per_class, neighbours, repeats, seed)


def check_classes(train: AnySamples, test: AnySamples) -> None:
    """Check that two sets of images have the same classes.

    Raises:
        ValueError: they have not.
    """
    if train.classes != test.classes:
        labels = "" if len(train.classes) > 1 else ": evaluate on labelled images, as with STL10(unlabelled=False)"
        raise ValueError(f"expected the same classes in train and test, got {train.classes} and {test.classes}{labels}")


def score(
    train: Readings,
    test: Readings,
    labels_per_class: Sequence[int],
    neighbours: Sequence[int],
    repeats: int,
    seed: int,
) -> Scores:
    """Every protocol and readout."""

    def readout(pose: bool) -> ReadoutScores:
        return _score((*train.split(pose), *test.split(pose)), labels_per_class, neighbours, repeats, seed)

    return Scores(pose_kept=readout(True), pooled=readout(False))


def _score(
    split: tuple[Tensor, Tensor, Tensor, Tensor],
    labels_per_class: Sequence[int],
    neighbours: Sequence[int],
    repeats: int,
    seed: int,
) -> ReadoutScores:
    return ReadoutScores(
        linear=Accuracy(linear_probe(*split)),
        few_labels={k: few_labels(*split, k, repeats=repeats, seed=seed) for k in labels_per_class},
        neighbours={k: Accuracy(knn(*split, k)) for k in neighbours},
    )
