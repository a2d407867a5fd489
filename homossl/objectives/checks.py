"""Checks of hyper-parameters, for __post_init__, and of batches."""

from __future__ import annotations

import math
from typing import cast

from groups import FiniteGroup, Group
from homossl.types import Views


def check_positive(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is finite and > 0."""
    for name in names:
        value = getattr(spec, name)
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{type(spec).__name__}.{name} must be finite and > 0, got {value}")


def check_count(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is a whole number, at least 1."""
    for name in names:
        require_count(f"{type(spec).__name__}.{name}", getattr(spec, name))


def check_count_if_given(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is None, or a whole number, at least 1."""
    check_count(spec, *[name for name in names if getattr(spec, name) is not None])


def require_count(name: str, value: object) -> None:
    """Raise ValueError unless a named value is a whole number, at least 1."""
    if type(value) is not int or value < 1:
        raise ValueError(f"{name} must be a whole number, at least 1, got {value}")


def check_non_negative(spec: object, *names: str) -> None:
    """Raise ValueError unless each named field is finite and >= 0."""
    for name in names:
        value = getattr(spec, name)
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"{type(spec).__name__}.{name} must be finite and >= 0, got {value}")


def check_choice(spec: object, **options: tuple[object, ...]) -> None:
    """Raise ValueError unless each named field is one of its options."""
    for name, allowed in options.items():
        value = getattr(spec, name)
        if value not in allowed:
            raise ValueError(f"{type(spec).__name__}.{name} must be one of {allowed}, got {value!r}")


def finite_group(spec: object, group: Group | None) -> FiniteGroup:
    """The group, whose elements can be listed; raise TypeError where it is infinite or not known."""
    if group is None or group.order is None:
        raise TypeError(f"{type(spec).__name__} needs pairs with a motion of a finite group, got {group}")
    return cast("FiniteGroup", group)


def require_samples(name: str, pairs: Views, least: int = 1) -> None:
    """Raise ValueError unless a named objective has samples enough."""
    if len(pairs) < least:
        raise ValueError(f"{name} needs at least {least} sample{'s' * (least > 1)} in a batch, got {len(pairs)}")
