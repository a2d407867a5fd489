"""What tables share: a row in three sizes, and what encoders are measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from homossl.data import Data
from homossl.experiment import Published, Row, Size
from homossl.train import Hardware, Recipe
from homossl.transfer import Probe

ONE_CORE = Hardware(device="cpu", threads=1)
ONE_PASS = "one pass over the data of the small size, to see that it runs"


def make_row(
    title: str,
    name: str,
    *,
    small: Recipe,
    paper: Recipe,
    smoke: Recipe | None = None,
    differs: Mapping[Size, str] | None = None,
    published: Published | None = None,
    baseline: str | None = None,
) -> Row:
    """A row whose recipes bear one name; the small ones take one core, and smoke is one pass of what is given."""
    small = replace(small, name=name, hardware=ONE_CORE)
    once = replace(smoke or small, name=name, hardware=ONE_CORE, epochs=min(1, small.epochs))
    return Row(
        title=title,
        smoke=once,
        small=small,
        paper=replace(paper, name=name),
        published=published,
        differs=differs or {},
        baseline=baseline,
    )


def few_labels(data: Data) -> tuple[Probe, Probe]:
    """Frozen features with the pose kept and pooled away, from 5 labels of each class and from all."""
    return Probe(data=data, labels=(5,)), Probe(data=data, labels=(5,), readout="pooled")


def linear(data: Data) -> tuple[Probe, Probe]:
    """A linear probe on frozen features pooled over space and group, as the papers' figures are; then `few_labels`."""
    return Probe(data=data, readout="pooled"), few_labels(data)[0]
