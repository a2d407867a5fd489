"""Compare two encoders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homossl.compare.comparison import Comparison
from homossl.compare.measured import labels_of, measure
from homossl.data import AnySamples
from homossl.encoders import Encoder
from homossl.evaluate.pose import Regressor
from homossl.views import ViewSource


def compare(
    encoders: Mapping[str, Encoder],
    train: AnySamples,
    test: AnySamples,
    views: ViewSource,
    *,
    regressor: Regressor | None = None,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
) -> Comparison:
    """Measure two encoders, by name, on the same images, labels and motions.

    Args:
        encoders: the two of them; they are left as they were.
        train: images to fit probes and regressions on.
        test: held-out images.
        views: how images are moved, as `motions_of` tells for a run.
        regressor: what reads motions; None: `Perceptron()`.
        seed: of the draws of few labels, and of the motions.
        settings: what was compared, for the report.

    Raises:
        ValueError: there are not two encoders.
    """
    if len(encoders) != 2:
        raise ValueError(f"expected two encoders to compare, got {list(encoders)}")
    on: dict[str, Any] = {"train": train, "test": test, "views": views, "regressor": regressor, "seed": seed}
    measured = {name: measure(encoder, **on) for name, encoder in encoders.items()}
    classes = tuple(test.classes[label] for label in labels_of(test).unique().tolist())
    return Comparison(measured, classes, dict(settings or {}))
