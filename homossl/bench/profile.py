"""Where the time of a training step goes, by what the operators are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from homossl.bench.marking import GROUPS, by_group, marked
from homossl.bench.networks import BUILT
from homossl.bench.recording import recorded
from homossl.bench.setting import Setting
from homossl.bench.timing import WARM_UP, endless
from homossl.bench.training import hssl
from homossl.report.statistics import Interval, interval


@dataclass(frozen=True)
class Profile:
    """Milliseconds of a step by what they are for, one number for each recorded step."""

    name: str
    ms: Mapping[str, Sequence[float]]

    def mean(self, group: str) -> Interval:
        """The mean over steps."""
        return interval(self.ms[group])

    @property
    def total(self) -> Interval:
        """All of a step."""
        return interval([sum(step) for step in zip(*self.ms.values(), strict=True)])


def profiles(setting: Setting, rounds: int, say: Callable[[str], None] = lambda text: None) -> list[Profile]:
    """Profiles of H-SSL's step with the encoder run in each way; they take turns, one step in each round."""
    say("recording where the time goes")
    trainers = {name: endless(hssl(setting, built(setting))) for name, built in BUILT.items()}
    steps: dict[str, list[Counter]] = {name: [] for name in trainers}
    with ExitStack() as stack:
        for trainer in trainers.values():
            stack.enter_context(marked(trainer.learner))
            for _ in range(WARM_UP):
                trainer.step()
        for _ in range(rounds):
            for name, trainer in trainers.items():
                steps[name].append(by_group(recorded(trainer.step, setting.where).events(), setting.where))
    return [Profile(name, {group: [ms[group] for ms in steps[name]] for group in GROUPS}) for name in trainers]
