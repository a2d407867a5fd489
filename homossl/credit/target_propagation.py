"""Targets in the place of errors: what every stage should have said, told from above by learned inverses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal, get_args

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from groups.precision import full_precision
from homossl.credit.base import Credit, Stages
from homossl.credit.checks import check_non_negative, check_positive, check_whole, require
from homossl.credit.inverse import ConvInverse, Inverse
from homossl.credit.inverse_learning import Inverses, inverses_of
from homossl.credit.isolated import differentiated, isolated, terms
from homossl.types import Loss

Reduction = Literal["mean", "sum"]


@dataclass(frozen=True)
class DifferenceTargetPropagation(Credit):
    """Each stage learns to give its target, d|h_l - sg(h_l^)|^2/dw_l, where h_l = f_l(sg(h_{l-1})), l = 1 ... n.

    h_n^ = h_n - alpha dL/dh_n and h_{l-1}^ = h_{l-1} - g_l(h_l) + g_l(h_l^), with learned inverses g_l of the stages
    above the first; the head follows dL directly. Nothing passes through the transpose of a stage above, and no
    stage's weights get a gradient from another's target: dW_l ~ [(h_l^ - h_l) f'] h_{l-1}^T.

    In every batch, after the targets were told, the inverses take steps of Adam on the mean of
    (g_l(f_l(h~)) - h~)^2, h~ = h_{l-1} + sigma noise. So targets come from inverses that saw the batches before.
    Targets and inverses are computed in float32 or better. Where a gradient scaler let dL/dh_n overflow, so that the
    step will be skipped, local losses are logged as 0.

    Raises:
        ValueError: alpha or inverse_lr is not finite and positive, sigma negative or not finite, inverse_steps or the
            seed no whole number from 0, or there is no such reduction.
        TypeError: the inverse is no Inverse.

    Source: Lee et al., Difference target propagation (arXiv 1412.7525); Tang, Yang & Amit, Biologically plausible
        training mechanisms for self-supervised learning in deep networks (arXiv 2109.15089), the authors' public code.
    """

    divisible: ClassVar[bool] = False

    alpha: float = 0.5
    """How far the target of the last stage lies down the gradient of the loss. In float32 steps of less than about 1e-7
    of the activities drown in rounding, first in the lowest stages; then a larger alpha helps."""
    sigma: float = 1.0
    """Standard deviation of the noise that inverses learn from."""
    reduction: Reduction = "mean"
    """Mean of (h - h^)^2, as published, or its sum. With the sum and alpha = 1/2 the last stage's gradient is that of
    backpropagation. Means are so small, 1e-7 and below, that the eps of Adam matters."""
    inverse: Inverse = ConvInverse()
    """What the inverse of a stage is."""
    inverse_steps: int = 1
    """Steps that inverses take in every batch; 0 leaves them as they are."""
    inverse_lr: float = 1e-3
    """Learning rate of the inverses."""
    difference: bool = True
    """Take the error of the inverse off the target; without, h_{l-1}^ = g_l(h_l^)."""
    seed: int = 0
    """Seed of the noise, added to that of the run."""

    def __post_init__(self) -> None:
        check_positive(self, "alpha", "inverse_lr")
        check_non_negative(self, "sigma")
        check_whole(self, "inverse_steps", "seed")
        require(self, f"one of {get_args(Reduction)}", reduction=self.reduction in get_args(Reduction))
        if not isinstance(self.inverse, Inverse):
            raise TypeError(f"DifferenceTargetPropagation.inverse must be an Inverse, got {self.inverse!r}")

    def build(self, stages: Stages, head: nn.Module, x: Tensor, seed: int = 0) -> Inverses:
        """The inverses of all stages but the first.

        Raises:
            ValueError: a stage has no inverse of the kind, naming the stage.
        """
        return Inverses(inverses_of(self.inverse, stages, x), seed)

    def assign(
        self,
        stages: Stages,
        x: Tensor,
        loss_at: Callable[[int, Tensor], Loss],
        backward: Callable[[Tensor], None] = torch.autograd.backward,
        state: nn.Module | None = None,
    ) -> Loss:
        """One forward pass, the loss for the head, targets for all stages, and a lesson for the inverses.

        Logs the local losses and those of the inverses; the loss is that of the head.

        Raises:
            ValueError: there is no stage, or the state is not what `build` gave for these stages.
        """
        self.check(stages)
        inverses = self.own(state, Inverses)
        inverses.check(stages)
        outputs = isolated(stages, x)
        loss, gradient, scale = differentiated(outputs[-1], partial(loss_at, len(stages) - 1), backward)
        with torch.autocast(x.device.type, enabled=False):
            hidden = [full_precision(h.detach()) for h in outputs]
            local = self._local(outputs, self.targets(inverses, hidden, gradient / scale))
            backward(local.sum())
            learned = self._learned(inverses, stages, hidden)
        skipped = (scale != 1) & ~local.isfinite()
        return Loss(loss.value, loss.terms | terms("target", local.where(~skipped, 0.0)) | terms("inverse", learned, 1))

    @torch.no_grad()
    def targets(self, inverses: Iterable[nn.Module], hidden: Sequence[Tensor], gradient: Tensor) -> list[Tensor]:
        """h_1^ ... h_n^ for h_1 ... h_n, by the inverses g_2 ... g_n and the gradient dL/dh_n.

        Where h_l^ = h_l the difference is exactly zero, so that the target below is met too.
        """
        targets = [hidden[-1] - self.alpha * gradient]
        for inverse, below, above in reversed(list(zip(inverses, hidden[:-1], hidden[1:], strict=True))):
            told = inverse(targets[-1])
            targets.append(below + (told - inverse(above)) if self.difference else told)
        return targets[::-1]

    def _local(self, outputs: Sequence[Tensor], targets: Sequence[Tensor]) -> Tensor:
        """The loss of each stage, (n)."""
        pairs = zip(map(full_precision, outputs), targets, strict=True)
        return torch.stack([F.mse_loss(h, target, reduction=self.reduction) for h, target in pairs])

    def _learned(self, inverses: Inverses, stages: Stages, hidden: Sequence[Tensor]) -> Sequence[Tensor]:
        """The losses of the inverses before their last step; none where they take none."""
        losses: Sequence[Tensor] = ()
        for _ in range(self.inverse_steps):
            losses = inverses.learn(stages, hidden, self.sigma, self.inverse_lr, self.seed)
        return losses
