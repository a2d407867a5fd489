"""What a segmenter descends on."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from homossl.data.scenes import VOID


def cross_entropy(logits: Tensor, mask: Tensor, balanced: bool) -> Tensor:
    """The mean of -log softmax(logits)[class] over the pixels that are not VOID, logits: (b k h w), mask: (b h w).

    A balanced one is the mean of two, over the ground's pixels and over the objects'. A mean over no pixels is zero.

    Source: Xie & Tu, Holistically-Nested Edge Detection (arXiv 1504.06375), eq. 2, for edges, up to a factor.
    """
    surprise = F.cross_entropy(logits, mask, ignore_index=VOID, reduction="none")
    ground, objects = mask == 0, (mask != 0) & (mask != VOID)
    if not balanced:
        return _mean(surprise, ground | objects)
    return (_mean(surprise, ground) + _mean(surprise, objects)) / 2


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return (values * where).sum() / where.sum().clamp(min=1)
