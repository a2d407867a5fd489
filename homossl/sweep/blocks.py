"""Parts of a page about a sweep."""

from __future__ import annotations

from homossl.report import Figure, Table, accuracy_dots, svg
from homossl.sweep.outcome import HEADLINE, KEPT, OTHERS, POOLED, Outcome


def accuracies(outcome: Outcome, caption: str) -> Figure:
    """Accuracy of every arm and seed."""
    protocols = {
        name: {arm.title: outcome.accuracies(arm.name, name) for arm in outcome.arms} for name in (HEADLINE, *OTHERS)
    }
    figure = accuracy_dots(protocols, {arm.title: arm.colour for arm in outcome.arms})
    return Figure("Accuracy", svg(figure, "Test accuracy of each arm and seed"), caption)


def protocols(outcome: Outcome, caption: str) -> Table:
    """Every arm under every protocol."""
    names = list(outcome.scores[outcome.arms[0].name][0][KEPT])
    columns = [(protocol, readout) for readout in (KEPT, POOLED) for protocol in names]
    header = ["arm", *[f"{protocol}, {readout}" for protocol, readout in columns]]
    rows = [[arm.title, *[f"{outcome.mean(arm.name, *column)}" for column in columns]] for arm in outcome.arms]
    return Table("All protocols", header, rows, caption)
