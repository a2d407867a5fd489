"""The page of an audit."""

from __future__ import annotations

from homossl.report import Figure, Page, Settings, Table, Text, machine, svg
from homossl.report.layers import layer_curves
from homossl.report.page import Block
from homossl.verify.audits.audit import HEADER, Audit, row
from homossl.verify.blocks import over_angles

LEAD = (
    "The model declares no action on its features. In each layer h, matrices ρ(g) were fitted on half of the images, "
    "such that h(gx)(u) = ρ(g) h(x)(g⁻¹u), and scored on the others by R² = 1 − |miss|² / |variation over images|²."
)
READING = [
    "Linear: ρ(g) on the channels of h(x), which g moves in space. Shuffled, its control: the same fit where each "
    "image was moved by an element drawn at random; it is high where a layer hardly depends on g. Homomorphic: "
    "ρ(g)ρ(g') for h(gg'x). Carried: ρ = 1, the channels are scalar fields. In place: h(x)(u) for "
    "h(gx)(u). Pooled: the mean of h(x) over space, for that of h(gx).",
    "Fitted: the principal components that ρ(g) acts on, at most a quarter of the rows to fit on, and the share of the "
    "variation that they hold. What is alike for all images explains nothing: a layer that does not depend on the "
    "image is marked as collapsed and scores 0.",
    "What falls short of 1 is not all the model's: interpolation in the images and in the maps, fields of view that "
    "reach beyond the border, strided grids off the centre (sizes 2^k + 1 keep it), and a fit on few images add to it.",
]
LATENT = ("identity", "homomorphism", "homomorphism_mean", "inverse", "unitarity", "off_whole")
LATENT_CAPTION = (
    "How far the fitted matrices are from an orthogonal representation, relative to their Frobenius norms, all "
    "components alike, however little they vary: 0 is one. Off whole: how far multiplicities of irreps are from whole."
)


def page(audit: Audit) -> Page:
    """The page of an audit."""
    rows = [row(layer) for layer in audit.layers]
    table = Table("Layers", HEADER, rows, "R² on held-out images: the least over elements; of shuffled, the greatest.")
    blocks = [table, depth_figure(audit), *turn_figures(audit), *latent_tables(audit), Text("How to read it", READING)]
    return Page(f"Audit of {audit.model}", LEAD, [*blocks, settings(audit), Settings("Machine", machine())])


def depth_figure(audit: Audit) -> Figure:
    """What the predictions miss, layer by layer."""
    scores = ("linear", "shuffled", "homomorphic", "carried", "pooled")
    curves = {score: [1 - getattr(layer, score).mean().item() for layer in audit.layers] for score in scores}
    picture = layer_curves(curves, [layer.title for layer in audit.layers], "1 − R²")
    return Figure("Through the layers", svg(picture, "1 - R² by layer"), "What is not explained, mean over elements.")


def turn_figures(audit: Audit) -> list[Block]:
    """What the linear prediction misses over the angle, where elements turn the plane, for a few layers."""
    caption = "What the linear prediction does not explain, 1 − R², at each angle of the turn."
    return over_angles(audit.elements, audit.layers, lambda layer: 1 - layer.linear, "1 - R² by angle", caption)


def latent_tables(audit: Audit) -> list[Block]:
    """The scores of the fitted matrices, where they are those of a whole group."""
    scored = [(layer.title, layer.latent) for layer in audit.layers if layer.latent]
    if not scored:
        return []
    rows = [(title, *[_figure(getattr(latent, name)) for name in LATENT]) for title, latent in scored]
    header = ("layer", *[name.replace("_", " ") for name in LATENT])
    return [Table("The fitted matrices", header, rows, LATENT_CAPTION)]


def settings(audit: Audit) -> Settings:
    """What was audited, on what."""
    skipped = {"Layers left out": ", ".join(audit.skipped)} if audit.skipped else {}
    about = {"Source": str(audit.source), "Elements": str(len(audit.elements))} | skipped
    return Settings("Settings", about | {name.capitalize(): str(value) for name, value in audit.settings.items()})


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"
