"""Homomorphic and equivariant self-supervised learning: every loss can be evaluated where a group acts."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from homossl._groups_check import check_groups

if TYPE_CHECKING:
    from homossl.lowering import lower as lower

check_groups()

__version__ = version("homossl")


def __getattr__(name: str) -> Any:
    """`homossl.lower`, which needs escnn, once it is asked for."""
    if name == "lower":
        from homossl.lowering import lower

        return lower
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
