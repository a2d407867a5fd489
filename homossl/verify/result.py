"""What a check found: by layer, by element, and as a verdict."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch

from groups import Action, Element
from homossl.report.finite import null_for_infinite
from homossl.report.text import aligned
from homossl.verify.details import Details
from homossl.verify.layer import LayerResult
from homossl.verify.table import ELEMENT_HEADER, LAYER_HEADER, element_row, layer_row
from homossl.verify.words import in_words


class Worst(NamedTuple):
    """Where a model is furthest beyond what it may miss by, or nearest to it."""

    layer: str
    element: Element
    value: float
    tolerance: float

    def __str__(self) -> str:
        return f"{self.layer}: residual {self.value:.3g} at {in_words(self.element)}, tolerance {self.tolerance:.2g}"


@dataclass(frozen=True, eq=False)
class Report:
    """The residuals of a model and of its layers under elements (g) of a group.

    `faults` are the innermost layers that miss; a layer that holds a faulty one is not blamed for it.
    """

    model: str
    source: Action
    target: Action
    elements: Element
    layers: tuple[LayerResult, ...]
    """In the order in which they end, the model as a whole last."""
    unclaimed: tuple[str, ...]
    """Layers of which no actions are known, so that they were not checked by themselves."""
    settings: dict[str, Any]
    details: Details = Details()

    @property
    def whole(self) -> LayerResult:
        """The model as a whole."""
        return self.layers[-1]

    @property
    def passed(self) -> bool:
        """Whether no layer misses, and the output depends on the input at all."""
        return not self.faults and not self.whole.collapsed

    @property
    def faults(self) -> tuple[LayerResult, ...]:
        """The innermost layers that miss their tolerance."""
        missing = [layer for layer in self.layers if layer.misses]
        return tuple(layer for layer in missing if not any(_is_part(other, layer) for other in missing))

    def worst(self) -> Worst:
        """The layer and the element whose residual exceeds its tolerance most."""
        layer = max(self.faults or (self.whole,), key=lambda layer: layer.excess.max().item())
        if layer.training is not None and layer.excess.max() <= 1 and layer.misses:
            return Worst(f"{layer.title} (training)", self.elements[0], layer.training, layer.tolerance.min().item())
        i = int(layer.excess.nan_to_num(nan=torch.inf).argmax())
        return Worst(layer.title, self.elements[i], layer.figure[i].item(), layer.tolerance[i].item())

    def table(self) -> str:
        """One line for each layer, one for each element, the details, and the verdict."""
        return "\n\n".join([self.layer_table(), self.element_table(), *self.details.tables(), self.verdict()])

    def layer_table(self) -> str:
        """By layer: its own residual, that from the input on, and the controls."""
        return aligned(LAYER_HEADER, [layer_row(layer, layer in self.faults) for layer in self.layers])

    def element_table(self) -> str:
        """By element: the residual of the whole model."""
        return aligned(ELEMENT_HEADER, [element_row(self, i) for i in range(len(self.elements))])

    def verdict(self) -> str:
        """What to make of it, in a sentence or two."""
        if self.whole.collapsed:
            return f"{self.model}: the output is the same for every sample, so that nothing can be said about it."
        if self.faults:
            blamed = ", ".join(f"{layer.title} ({layer.kind})" for layer in self.faults)
            return f"{self.model} is not the homomorphism it claims to be. At fault: {blamed}.\nWorst: {self.worst()}."
        moves = self.elements.group.norm(self.elements).cpu() > 0
        kept, rest = int((self.whole.exact & moves).sum()), int((~self.whole.exact).sum())
        if not kept:
            return f"{self.model} shows no gross fault. More cannot be told: all elements but the identity interpolate."
        told = f"to rounding for {int(self.whole.exact.sum())} of {len(self.elements)} elements"
        about = f"; the other {rest} interpolate: what they miss by is not all the model's own" * (rest > 0)
        return f"{self.model} holds {told}{about}."

    def to_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        everything = {
            "model": self.model,
            "source": str(self.source),
            "target": str(self.target),
            "group": str(self.elements.group),
            "elements": self.elements.params.tolist(),
            "passed": self.passed,
            "faults": [layer.title for layer in self.faults],
            "unclaimed": list(self.unclaimed),
            "settings": self.settings,
            "layers": [layer.to_dict() for layer in self.layers],
            "details": self.details.to_dict(),
        }
        return null_for_infinite(everything)

    def to_json(self) -> str:
        """Everything, as JSON: every residual of every layer, element and sample."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False) + "\n"

    def save(self, path: str | Path) -> None:
        """Write the report as one HTML page that needs nothing but a browser."""
        from homossl.verify.page import page  # matplotlib is slow to import, and most checks draw nothing

        page(self).save(Path(path))


def _is_part(layer: LayerResult, whole: LayerResult) -> bool:
    return layer is not whole and (not whole.name or layer.name.startswith(whole.name + "."))
