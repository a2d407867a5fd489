"""Encoded specs and scores in words."""

from __future__ import annotations

from typing import Any

from homossl.evaluate.probe import Accuracy


def brief(data: Any, depth: int = 1) -> str:
    """An encoded spec in words: its fields, and those of the specs in it, down to a depth, and names alone below.

    >>> brief({"class": "m:InfoNCE", "temperature": 0.2, "projector": {"class": "m:MLP", "hidden": 64}})
    'InfoNCE(temperature=0.2, projector=MLP)'
    """
    match data:
        case {"class": str(path), **fields}:
            inner = ", ".join(f"{name}={brief(value, depth - 1)}" for name, value in fields.items())
            return name_of(path) + (f"({inner})" if inner and depth > 0 else "")
        case {"object": str(path)}:
            return name_of(path)
        case {"path": value} | {"float": value}:
            return str(value)
        case list():
            return "(" + ", ".join(brief(item, depth) for item in data) + ")"
        case _:
            return str(data)


def name_of(path: str) -> str:
    """The name of a class at `module:name`."""
    return path.rpartition(":")[2]


def titled(field: str) -> str:
    """The name of a field as words.

    >>> titled("checkpoint_every")
    'Checkpoint every'
    """
    return (field[:1].upper() + field[1:]).replace("_", " ")


def flat(scores: Any) -> dict[str, str]:
    """Nested scores as lines, "pose kept, linear" -> percent.

    >>> flat({"pooled": {"linear": {"mean": 0.75, "std": None}, "5 labels": {"mean": 0.5, "std": 0.125}}})
    {'pooled, linear': '75.0', 'pooled, 5 labels': '50.0 ± 12.5'}
    """
    if isinstance(scores, dict) and "mean" in scores:
        return {"": percent(Accuracy(scores["mean"], scores.get("std")))}
    if not isinstance(scores, dict):
        return {"": brief(scores)}
    lines = {(name, rest): text for name, inner in scores.items() for rest, text in flat(inner).items()}
    return {f"{name}, {rest}".removesuffix(", "): text for (name, rest), text in lines.items()}


def percent(accuracy: Accuracy) -> str:
    """An accuracy in percent."""
    spread = "" if accuracy.std is None else f" ± {100 * accuracy.std:.1f}"
    return f"{100 * accuracy.mean:.1f}{spread}"
