"""Which arms are set side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from homossl.bench import networks, pipelines, theirs, training
from homossl.bench.work import KINDS, Arm

COMPILED = (*networks.COMPILED, *training.COMPILED)
ALL = (*networks.EAGER, *networks.COMPILED, *training.ARMS, *training.COMPILED, *theirs.ARMS, *pipelines.ARMS)
NAMES = tuple(arm.name for arm in ALL)


def chosen(only: Sequence[str] = (), skip: Sequence[str] = (), compiled: bool = False) -> tuple[Arm, ...]:
    """The arms of these names or kinds (all if none are given) but for others, with what they are compared with.

    >>> [arm.name for arm in chosen(only=("hssl",))]
    ['assl-plain', 'hssl']

    Raises:
        ValueError: there is no arm or kind of a name, nothing is left, or what others are compared with is skipped.
    """
    wanted, skipped, fast = _named("only", only) or set(NAMES), _named("skip", skip), {arm.name for arm in COMPILED}
    if compiled:
        names = wanted.union(name + "-compiled" for name in wanted) & set(NAMES) - skipped
    else:
        names = wanted - (fast - set(only)) - skipped
    if not names:
        raise ValueError(f"no arm is left of {', '.join(only) or 'all'} without {', '.join(skip)}")
    needed = {arm.kind.references[0] for arm in ALL if arm.name in names}
    if lost := sorted(needed & skipped):
        raise ValueError(f"--skip: other arms are compared with {', '.join(lost)}: skip these too, or keep it")
    return tuple(arm for arm in ALL if arm.name in names | needed)


def installed(arms: Iterable[Arm]) -> tuple[list[Arm], dict[str, str]]:
    """The arms whose packages are installed, and for every other one what to install."""
    arms = list(arms)
    advice = "needs {}: pip install 'homossl[bench]'"
    missing = {arm.title: advice.format(", ".join(arm.missing)) for arm in arms if arm.missing}
    return [arm for arm in arms if not arm.missing], missing


def _named(flag: str, names: Sequence[str]) -> set[str]:
    known = {name: {name} for name in NAMES} | {
        kind: {arm.name for arm in ALL if arm.kind.name == kind} for kind in KINDS
    }
    if unknown := [name for name in names if name not in known]:
        kinds, arms = ", ".join(KINDS), ", ".join(NAMES)
        raise ValueError(f"--{flag}: expected arms ({arms}) or kinds of them ({kinds}), got {', '.join(unknown)}")
    return set().union(*(known[name] for name in names))
