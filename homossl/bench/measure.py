"""The measurement itself: arms that take turns, and what their steps cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from homossl.bench.counting import count_flops, count_moved, peak_memory
from homossl.bench.device import PROBES
from homossl.bench.estimate import Estimate, estimate, ratio
from homossl.bench.setting import Setting
from homossl.bench.timing import take_turns
from homossl.bench.work import Arm, Kind, Work


@dataclass(frozen=True)
class Measured:
    """What was measured of an arm."""

    arm: Arm
    ms: tuple[float, ...]
    """Milliseconds per step in each round."""
    images: int = 0
    """Images that go into a step."""
    pairs: int = 0
    """Pairs of views that a step compares, or makes."""
    flops: int | None = None
    """Operations of convolutions and products of matrices in a step."""
    moved: int | None = None
    """Bytes that its operators read and write."""
    memory: int | None = None
    """Bytes that it holds at its peak above what was held before."""

    @property
    def time(self) -> Estimate:
        """Milliseconds per step."""
        return estimate(self.ms)

    def per_second(self, amount: float) -> float:
        """So much in each step, by second."""
        return 1000 * amount / self.time.value


@dataclass(frozen=True)
class Point:
    """All arms in one setting."""

    setting: Setting
    arms: tuple[Measured, ...]

    def of(self, kind: Kind) -> list[Measured]:
        """The arms of a kind."""
        return [measured for measured in self.arms if measured.arm.kind == kind]

    def arm(self, name: str) -> Measured | None:
        """The arm of a name, if it was measured."""
        return next((measured for measured in self.arms if measured.arm.name == name), None)

    def ratio(self, name: str, to: str) -> Estimate | None:
        """How many times as long a step takes; None where one of them was not measured."""
        a, b = self.arm(name), self.arm(to)
        return ratio(a.ms, b.ms) if a and b else None

    def share_of_matmul(self, measured: Measured) -> Estimate | None:
        """Its operations by second, relative to those of a large product of matrices in the same rounds."""
        probe = self.arm("matmul")
        if measured.flops is None or probe is None or probe.flops is None:
            return None
        return measured.flops / probe.flops * ratio(probe.ms, measured.ms)

    def share_of_copy(self, measured: Measured) -> Estimate | None:
        """The bytes of its operators by second, relative to those of a large copy in the same rounds."""
        probe = self.arm("copy")
        if measured.moved is None or probe is None or probe.moved is None:
            return None
        return measured.moved / probe.moved * ratio(probe.ms, measured.ms)


def measure(
    arms: Sequence[Arm],
    settings: Sequence[Setting],
    rounds: int,
    steps: int,
    say: Callable[[str], None] = lambda text: None,
) -> tuple[Point, ...]:
    """Build every arm in every setting, count what a step costs, and let all take turns with the probes of the device.

    The settings share a device and a precision.
    """
    first = settings[0]
    runs = [(arm, first) for arm in PROBES] + [(arm, setting) for setting in settings for arm in arms]
    works = [_built(arm, setting, say) for arm, setting in runs]
    found = [prepared(arm, work, setting) for (arm, setting), work in zip(runs, works, strict=True)]
    say("taking turns")
    times = take_turns([work.step for work in works], rounds, steps, first.where)
    timed = [replace(m, ms=ms) for m, ms in zip(found, zip(*times, strict=True), strict=True)]
    probes, rest = timed[: len(PROBES)], timed[len(PROBES) :]
    each = [rest[i * len(arms) : (i + 1) * len(arms)] for i in range(len(settings))]
    return tuple(Point(setting, (*probes, *found)) for setting, found in zip(settings, each, strict=True))


def prepared(arm: Arm, work: Work, setting: Setting) -> Measured:
    """What can be told of an arm without a clock."""
    flops = count_flops(work.counting) if work.counting else work.flops
    moved = count_moved(work.step) if work.counting == work.step else work.moved
    return Measured(arm, (), work.images, work.pairs, flops, moved, peak_memory(work, setting.where))


def _built(arm: Arm, setting: Setting, say: Callable[[str], None]) -> Work:
    say(f"preparing {arm.title}")
    work = arm.build(setting)
    work.step()
    return work
