"""The claims by the names of their files."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence

from proofs_check import claims
from proofs_check.claim import Claim


def names() -> list[str]:
    """Every claim."""
    return sorted(module.name for module in pkgutil.iter_modules(claims.__path__))


def load(name: str) -> Claim:
    """The claim in proofs_check/claims/NAME.py."""
    return importlib.import_module(f"{claims.__name__}.{name}").claim


def select(wanted: Sequence[str]) -> list[str]:
    """The claims that were asked for, all of them if none was.

    Raises:
        ValueError: a name is not one of a claim.
    """
    known = names()
    if unknown := [name for name in wanted if name not in known]:
        raise ValueError(f"expected claims out of {', '.join(known)}, got {', '.join(unknown)}")
    return list(wanted) or known
