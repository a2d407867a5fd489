"""Regressions of vectors on vectors, both standardised by the statistics of the training set."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import torch
from sklearn.neural_network import MLPRegressor
from torch import Tensor

from homossl.evaluate.scale import Scale

Map = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Regressor(ABC):
    """A regression on the CPU, in float64 but for what is inside; it sees features and targets of variance one."""

    fewest: ClassVar[int] = 2
    """Samples that it needs."""

    def fit(self, x: Tensor, y: Tensor) -> Map:
        """The map (m d) -> (m k) that was fitted to x: (n d) and y: (n k).

        Raises:
            ValueError: there are fewer samples than it needs.
        """
        if len(x) < self.fewest:
            raise ValueError(f"{type(self).__name__} needs at least {self.fewest} samples to fit on, got {len(x)}")
        x, y = _exact(x), _exact(y)
        features, targets = Scale.of(x), Scale.of(y)
        fitted = self._fit(features.standardise(x), targets.standardise(y))
        return lambda new: targets.restore(fitted(features.standardise(_exact(new))))

    @abstractmethod
    def _fit(self, x: Tensor, y: Tensor) -> Map: ...


@dataclass(frozen=True)
class Ridge(Regressor):
    """min_W |X W - Y|^2 + penalty |W|^2 in closed form, through the smaller of the matrices X^T X and X X^T.

    A linear map of [z_l; z_r] is a sum of what each view says: it cannot read a motion *between* two views of which
    neither is in a known pose, as that is in their products. `Perceptron` can.

    Raises:
        ValueError: the penalty is not positive.
    """

    penalty: float = 1.0
    """Weight of |W|^2, for features and targets of variance one."""

    def __post_init__(self) -> None:
        if not self.penalty > 0:
            raise ValueError(f"Ridge.penalty must be positive, got {self.penalty}")

    def _fit(self, x: Tensor, y: Tensor) -> Map:
        damping = self.penalty * torch.eye(min(x.shape), dtype=x.dtype)
        if x.shape[1] <= x.shape[0]:
            weights = torch.linalg.solve(x.T @ x + damping, x.T @ y)
        else:
            weights = x.T @ torch.linalg.solve(x @ x.T + damping, y)
        return lambda new: new @ weights


@dataclass(frozen=True)
class Perceptron(Regressor):
    """Two hidden layers of ReLU units, fitted by Adam until the error on a tenth of the training set stops to fall.

    Raises:
        ValueError: there are no hidden units.
    """

    fewest: ClassVar[int] = 11  # a tenth of them, rounded up, are at least the two that an error can be told from
    hidden: int = 256
    """Units of each hidden layer."""
    seed: int = 0
    """Seed of the weights, the batches and the tenth that is held out."""

    def __post_init__(self) -> None:
        if self.hidden < 1:
            raise ValueError(f"Perceptron.hidden must be at least 1, got {self.hidden}")

    def _fit(self, x: Tensor, y: Tensor) -> Map:
        layers, limits = (self.hidden, self.hidden), {"early_stopping": True, "max_iter": 1000}
        model = MLPRegressor(hidden_layer_sizes=layers, random_state=self.seed, **limits)
        targets = y.float().numpy()
        model.fit(x.float().numpy(), targets.ravel() if y.shape[1] == 1 else targets)
        return lambda new: torch.from_numpy(model.predict(new.float().numpy())).double().reshape(-1, y.shape[1])


def _exact(x: Tensor) -> Tensor:
    return x.double().cpu()
