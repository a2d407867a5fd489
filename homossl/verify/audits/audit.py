"""Has a model that declares no representation one all the same? Layer by layer, on held-out images."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from groups import Action, Element
from homossl.report.text import aligned
from homossl.verify.audits.layer import LayerAudit, audit_layer
from homossl.verify.audits.layers import check_names, layer_names
from homossl.verify.audits.motions import Motions, elements_to_audit
from homossl.verify.audits.samples import collect, readings
from homossl.verify.inputs import settings_of
from homossl.verify.words import in_words

FEWEST = 8
"""Images that an audit needs."""


class LeastLinear(NamedTuple):
    """The layer and the element at which the fitted representation explains least, value = 1 - R^2."""

    layer: str
    element: Element
    value: float

    def __str__(self) -> str:
        return f"layer {self.layer} is off linear by 1 - R² = {self.value:.3g} at {in_words(self.element)}"


@dataclass(frozen=True, eq=False)
class Audit:
    """What each layer of a model makes of moved images: R^2 of predictions on held-out images, see `LayerAudit`."""

    model: str
    source: Action
    elements: Element
    """Those that a matrix was fitted for, (n)."""
    layers: tuple[LayerAudit, ...]
    """In the order of their definition, the model as a whole last."""
    skipped: tuple[str, ...]
    """Layers that give no batch of floating-point numbers."""
    settings: dict[str, Any]

    def worst(self) -> LeastLinear:
        """Where 1 - R^2 of the linear prediction is greatest; it is 1 in a collapsed layer."""
        errors = torch.stack([1 - layer.linear for layer in self.layers])
        layer, element = divmod(int(errors.argmax()), errors.shape[1])
        return LeastLinear(self.layers[layer].title, self.elements[element], errors[layer, element].item())

    def table(self) -> str:
        """One line for each layer, then how to read it."""
        return f"{aligned(HEADER, [row(layer) for layer in self.layers])}\n\n{LEGEND}\nWorst: {self.worst()}."

    def to_dict(self) -> dict[str, Any]:
        """Everything but the fitted matrices, ready for JSON."""
        return {
            "model": self.model,
            "source": str(self.source),
            "group": str(self.elements.group),
            "elements": self.elements.params.tolist(),
            "skipped": list(self.skipped),
            "settings": self.settings,
            "layers": [layer.to_dict() for layer in self.layers],
        }

    def to_json(self) -> str:
        """Everything but the fitted matrices, as JSON."""
        return json.dumps(self.to_dict(), indent=1) + "\n"

    def save(self, path: str | Path) -> None:
        """Write the audit as one HTML page that needs nothing but a browser."""
        from homossl.verify.audits.page import page  # matplotlib is slow to import, and most audits draw nothing

        page(self).save(Path(path))


HEADER = ("layer", "read as", "fitted", "linear", "shuffled", "homom.", "carried", "in place", "pooled")
LEGEND = (
    "R² of h(gx) on held-out images, the least over elements g; 1 is perfect. Predicted by: linear, a fitted ρ(g) on\n"
    "the channels of h(x), which g moves in space; homom., ρ(g)ρ(g') for gg'; carried, ρ = 1; in place, h(x) itself;\n"
    "pooled, its mean over space. Shuffled is the control, with another g for each image: the greatest over elements."
)


def row(layer: LayerAudit) -> tuple[str, ...]:
    """A layer as cells of a table."""
    k, d = layer.fit.basis.shape
    fitted = "collapsed" if layer.collapsed else f"{k} of {d}, {layer.kept:.0%}"
    after = (layer.homomorphic, layer.carried, layer.in_place, layer.pooled)
    scores = [layer.linear.min(), layer.shuffled.max(), *[score.min() for score in after]]
    return layer.title, layer.form, fitted, *[f"{score.item():.3f}" for score in scores]


def audit(
    model: nn.Module,
    source: Action,
    x: Tensor,
    *,
    elements: Element | None = None,
    layers: Sequence[str] | None = None,
    depth: int = 1,
    seed: int = 0,
) -> Audit:
    """Fit rho(g), h(g x)(u) = rho(g) h(x)(g^-1 u), in each layer h on half of images x: (b c h w), score the others.

    source moves the images. Feature maps and square grids of tokens are moved in space as the images are, off-lattice
    read only where all elements stay on the grid, and rho(g) acts on the channels alone; grids that the group cannot
    move are one vector each. Strided grids are taken to be centred like the image, as those of sizes 2^k + 1 are.
    A layer is a module `depth` below the model, containers opened, or one of `layers`; the model as a whole is "".
    The model is evaluated in evaluation mode and left as it was found.

    Raises:
        ValueError: fewer than 8 images, no such layer, or features that are not finite.
    """
    if len(x) < FEWEST:
        raise ValueError(f"an audit fits on half of the images and scores on the others: needs {FEWEST}, got {len(x)}")
    names = layer_names(model, depth) if layers is None else tuple(layers)
    check_names(model, names)
    motions = Motions.of((elements if elements is not None else elements_to_audit(source.group, seed)).to(x.device))
    generator = torch.Generator().manual_seed(seed)
    read = readings(model, source, x, motions.everything, names, generator)
    samples = collect(model, source, x, motions.everything, read)
    kinds = {name: type(model.get_submodule(name)).__name__ for name in read}
    audited = tuple(audit_layer(samples[n], motions, generator, n, kinds[n], read[n].form) for n in read)
    skipped = tuple(name for name in names if name not in read)
    return Audit(type(model).__name__, source, motions.elements, audited, skipped, settings_of(x, seed))
