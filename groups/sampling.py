"""Where random elements come from, and how far from the identity they may lie."""

from __future__ import annotations

from typing import Any, TypedDict

import torch

Radius = float | tuple[Any, ...]


class Sampling(TypedDict, total=False):
    """Where random elements come from: the device is the generator's unless given, the dtype torch's default."""

    generator: torch.Generator | None
    device: Any
    dtype: torch.dtype | None


def device_of(draw: Sampling) -> Any:
    """The device to draw on: as given, or else that of the generator."""
    generator = draw.get("generator")
    return generator.device if draw.get("device") is None and generator is not None else draw.get("device")


def placed(draw: Sampling) -> dict[str, Any]:
    """The same sampling options with the device filled in from the generator."""
    return {**draw, "device": device_of(draw)}
