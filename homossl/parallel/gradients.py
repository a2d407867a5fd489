"""Gradients that are the same in every process."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import torch
from torch import Tensor

from homossl.parallel.sharding import is_sharded
from homossl.parallel.world import mean, size


def average_gradients(parameters: Iterable[Tensor]) -> None:
    """Replace every .grad by its mean over processes, one exchange for each number format.

    Parameters without a gradient are left without: every process runs the same rule on as many samples, so that they
    are the same ones everywhere. Torch's wrapper `DistributedDataParallel` is not used, as it hooks into one backward
    pass over the whole network, and credit rules fill .grad in ways of their own: stage by stage, or not by autograd.
    """
    grads = [grad for parameter in parameters if (grad := parameter.grad) is not None and not is_sharded(grad)]
    for _, alike in groupby(sorted(grads, key=_format), key=_format) if size() > 1 else ():
        _average_together(list(alike))


def _average_together(grads: list[Tensor]) -> None:
    averaged = mean(torch.cat([grad.flatten() for grad in grads])).split([grad.numel() for grad in grads])
    for grad, value in zip(grads, averaged, strict=True):
        grad.copy_(value.view(grad.shape))


def _format(grad: Tensor) -> str:
    return str(grad.dtype)
