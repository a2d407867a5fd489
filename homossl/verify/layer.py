"""How well one layer intertwines its two actions, element by element and sample by sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from homossl.report.statistics import Interval, interval

STATISTICS = 10
"""How many tolerances a norm may miss by in training, where rounding is that of sums over the whole batch."""
RESIDUALS = ("total", "own", "unmoved", "shuffled", "inverted", "other", "resampled")


@dataclass(frozen=True, eq=False)
class LayerResult:
    """Residuals of one layer, each (g b): g elements, b samples; `name` is "" for the model as a whole.

    own is |f(g h) - g f(h)| / |g f(h)| for the layer's own input h; total is that of everything up to here, from the
    model's input x: |f(g x) - g f(x)| / |g f(x)|. The others compare f(g h) with what it should not be, unless the
    layer is invariant: unmoved with f(h), shuffled with g' f(h) for another element g', inverted with g^-1 f(h), and
    other with g f(h') for another sample h'. resampled is |g^-1 g z - z| / |z| for z = h or f(h), whichever is greater:
    what moving there and back loses.
    """

    name: str
    kind: str
    total: Tensor
    own: Tensor
    unmoved: Tensor
    shuffled: Tensor
    inverted: Tensor
    other: Tensor
    resampled: Tensor
    exact: Tensor
    """For which elements nothing is interpolated, (g)."""
    tolerance: Tensor
    """What the layer's own residual may be, (g); infinite where nothing can be told."""
    training: float | None = None
    """For a layer with batch statistics: its residual in training mode, a different element for each sample."""

    @property
    def title(self) -> str:
        """The name, or "model" for the whole."""
        return self.name or "model"

    @property
    def figure(self) -> Tensor:
        """What is held against the tolerance, (g): the worst sample where exact, the median sample elsewhere."""
        return self.own.amax(1).where(self.exact, self.own.median(1).values)

    @property
    def excess(self) -> Tensor:
        """By how much the figure exceeds the tolerance, (g): at most 1 where the claim holds."""
        return self.figure / self.tolerance.clamp_min(1e-300)

    @property
    def misses(self) -> bool:
        """Whether the claim fails for some element, or in training."""
        return bool((self.excess > 1).any() or self.excess.isnan().any()) or self.misses_in_training

    @property
    def misses_in_training(self) -> bool:
        """Whether the claim fails where a layer normalises by statistics of the batch."""
        return self.training is not None and not self.training <= STATISTICS * self.tolerance.min().item()

    @property
    def collapsed(self) -> bool:
        """Whether the output hardly depends on the sample, so that any claim about it would be empty."""
        return self.other.shape[1] > 1 and bool(self.other.mean() < 1e-6)

    def over_samples(self, residual: Tensor) -> Interval:
        """The mean over samples of their means over elements, with its 95 % interval."""
        return interval(residual.mean(0).tolist())

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain numbers, infinite ones too; tensors (g b) as lists over elements of lists of samples."""
        lists = {name: getattr(self, name).tolist() for name in ("tolerance", *RESIDUALS, "exact")}
        about = {"name": self.name, "kind": self.kind, "misses": self.misses, "training": self.training}
        return about | lists
