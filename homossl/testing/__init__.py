"""Laws of models, groups and actions for any test suite: an assertion, Hypothesis strategies and a pytest plugin."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homossl.testing.assertions import assert_homomorphism
    from homossl.testing.axioms import Acts, IsGroup, Represents
    from homossl.testing.equivariant import Equivariant
    from homossl.testing.law import Broken, Law

__all__ = ["Acts", "Broken", "Equivariant", "IsGroup", "Law", "Represents", "assert_homomorphism"]

MODULES = {
    "assert_homomorphism": "assertions",
    "Acts": "axioms",
    "IsGroup": "axioms",
    "Represents": "axioms",
    "Equivariant": "equivariant",
    "Broken": "law",
    "Law": "law",
}


def __getattr__(name: str) -> Any:
    # pytest imports this package whenever it starts, so torch has to wait until it is needed.
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
