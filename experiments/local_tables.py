"""Tables of credit rules beside the frozen encoder and beside published figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from experiments.arms import Results
from experiments.writing import markdown
from homossl.report import interval, paired


def rules_table(
    results: Results,
    frozen: str,
    rules: Iterable[str],
    objectives: Iterable[str],
    stage: str,
    published: Mapping[str, float] | None = None,
) -> Iterator[str]:
    """Accuracy after a stage of the frozen encoder and of every rule with every objective, arms "objective-rule"."""
    arms = {frozen: [frozen for _ in objectives]}
    arms |= {rule: [f"{objective.lower()}-{rule}" for objective in objectives] for rule in rules}
    rows = [[name, *[beside(results, arm, frozen, stage) for arm in row]] for name, row in arms.items()]
    if published is None:
        return markdown(("", *objectives), rows)
    rows = [[*row, f"{published[row[0]]:.2f}"] for row in rows]
    return markdown(("", *objectives, "the paper's hinge"), rows)


def beside(results: Results, arm: str, frozen: str, stage: str) -> str:
    """An accuracy, and what training has added to that of the frozen encoder."""
    last, start = ([run[stage] for run in results[name]] for name in (arm, frozen))
    gain = "" if arm == frozen else f" ({paired(last, start):+.1f})"
    return f"{interval(last)}{gain}"


def stages_table(results: Results, stages: Iterable[str]) -> Iterator[str]:
    """Accuracies after each stage, with the first seed."""
    rows = [[arm, *[f"{runs[0][stage]:.1f}" for stage in stages]] for arm, runs in results.items()]
    return markdown(("", *(f"stage{k}" for k, _ in enumerate(stages))), rows)
