"""Logistic regression on frozen features, with all labels or with a few."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from homossl.evaluate.scale import Scale

MAX_ITER = 1000


@dataclass(frozen=True)
class Accuracy:
    """A mean accuracy in [0, 1], and its sample standard deviation where there were several draws.

    >>> print(Accuracy(0.75), "and", Accuracy.over([0.5, 1.0]))
    0.750 and 0.750 ± 0.354
    """

    mean: float
    std: float | None = None

    @classmethod
    def over(cls, draws: Iterable[float]) -> Accuracy:
        """The statistics of one accuracy for each draw."""
        values = list(draws)
        return cls(float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None)

    def __str__(self) -> str:
        return f"{self.mean:.3f}" if self.std is None else f"{self.mean:.3f} ± {self.std:.3f}"


@dataclass(frozen=True, eq=False)
class Regression:
    """Multinomial logistic regression on standardised features, min_W sum_i -log softmax(W z_i)[y_i] + |W|^2 / 2."""

    scale: Scale
    model: LogisticRegression

    @classmethod
    def fit(cls, z: Tensor, y: Tensor, scale: Scale | None = None) -> Regression:
        """The regression of z: (n d), y: (n), standardised by their own statistics unless others are given."""
        scale = scale or Scale.of(z)
        model = LogisticRegression(max_iter=MAX_ITER)
        return cls(scale, model.fit(scale.standardise(z).double().numpy(), y.numpy()))

    def accuracy(self, z: Tensor, y: Tensor) -> float:
        """The share of samples whose class is told."""
        return float(self.model.score(self.scale.standardise(z).double().numpy(), y.numpy()))


def linear_probe(train_z: Tensor, train_y: Tensor, test_z: Tensor, test_y: Tensor) -> float:
    """Test accuracy of logistic regression on standardised features, z: (n d), y: (n).

    The regression is multinomial with an L2 penalty: min_W sum_i -log softmax(W z_i)[y_i] + |W|^2 / 2.
    """
    return Regression.fit(train_z, train_y).accuracy(test_z, test_y)


def few_labels(
    train_z: Tensor, train_y: Tensor, test_z: Tensor, test_y: Tensor, k: int, *, repeats: int = 5, seed: int = 0
) -> Accuracy:
    """Test accuracy with k labels per class, over `repeats` draws of the labelled images.

    Features are standardised by the statistics of the whole training set, which needs no labels. The draws depend on
    train_y, k, repeats and seed only, so that all encoders see the same labels.

    Raises:
        ValueError: repeats is not positive, or a class has fewer than k images.
    """
    if repeats < 1:
        raise ValueError(f"repeats: expected at least 1 draw of labels, got {repeats}")
    scale, generator = Scale.of(train_z), torch.Generator().manual_seed(seed)
    draws = [draw_labels(train_y, k, generator) for _ in range(repeats)]
    return Accuracy.over(Regression.fit(train_z[i], train_y[i], scale).accuracy(test_z, test_y) for i in draws)


def per_class(k: int) -> str:
    """The name of the protocol with k labels of each class.

    >>> per_class(1), per_class(5)
    ('1 label per class', '5 labels per class')
    """
    return f"{k} label{'s' * (k > 1)} per class"


def draw_labels(y: Tensor, k: int, generator: torch.Generator) -> Tensor:
    """Indices of k images of each class in y: (n) -> (k classes), drawn without replacement.

    >>> y = torch.tensor([0, 1, 0, 1, 0])
    >>> y[draw_labels(y, 2, torch.Generator().manual_seed(0))].tolist()
    [0, 0, 1, 1]
    """
    labels, counts = y.unique(return_counts=True)
    if k < 1 or k > counts.min():
        rarest = counts.argmin()
        raise ValueError(f"k: expected 1..{counts[rarest]}, the images of class {labels[rarest]} (the rarest), got {k}")
    members = [(y == label).nonzero().flatten() for label in labels]
    return torch.cat([m[torch.randperm(len(m), generator=generator)[:k]] for m in members])


def standardise(train_z: Tensor, test_z: Tensor) -> tuple[Tensor, Tensor]:
    """(z - mean) / std, with the statistics of train_z for each feature; a constant feature is only centred."""
    scale = Scale.of(train_z)
    return scale.standardise(train_z), scale.standardise(test_z)
