"""How a feature map lies in memory."""

from __future__ import annotations

from torch import Tensor


def is_channels_last(x: Tensor) -> bool:
    """Whether the channels of x (b c h w), or of a slice of channels, lie side by side, and its rows do not."""
    return x.stride(1) == 1 and not x.is_contiguous()
