"""The page of a comparison."""

from __future__ import annotations

from homossl.compare.comparison import Comparison
from homossl.compare.pictures import distances_picture, motions_picture, similarity_picture, spectra_picture
from homossl.compare.rows import Row
from homossl.evaluate.pose.scores import EXACT, MRR, R2
from homossl.report import Figure, Page, Settings, Table, Text, Tiles, machine, svg
from homossl.report.page import Block

LEAD = (
    "Two trained encoders, frozen, on the same images, labels and motions: what a probe makes of their features, how "
    "the classes lie to each other, and how much of a motion can be read from a pair of latents."
)
ACCURACY = "Test accuracy; with few labels the mean over the same draws of labels."
LATENTS = (
    "Latents of test images, pose kept. Cosine distances: 1 - cosine, means over all pairs. Fisher ratio: tr S_b / tr "
    "S_w. Alignment: mean squared distance of the unit latents of two views of an image. Uniformity: log mean exp(-2 "
    "|u - v|²) over all pairs. Effective rank: exp of the entropy of the normalised singular values, latents centred."
)
READ = (
    "Geodesic error and R²: the motion between two views, read from both latents by a regression on other images; "
    "latents are averaged over space, so that of shifts they keep what borders and strides let through."
)
RANKED = (
    "MRR and H@k: the rank of the right one of several views by its distance from where the latent of the first view "
    "is moved."
)
INTERVALS = (
    "± is the 95 % t-interval over test images, differences are paired by image. Legacy: as some published figures are "
    "computed, with one mean over all dimensions of the target, and with the pair of the source and itself."
)
CONTROLS = {
    "shuffled": "The reading held against the motion of another pair, and ranks by the latent after another motion.",
    "identity": "The reading that always says that nothing moved, and ranks by the latent of the first view.",
    "chance": "What depends on no latent: the mean of the training motions as the reading, and ranks at random.",
}
READING = [
    "One run of each: differences hold for these two sets of weights. Whether they hold for the recipes, runs with "
    "other seeds have to tell.",
    "A reading or a following that is not well apart from its controls says nothing of the motion.",
]
DISTANCES = "Lines are means over all pairs of test images; areas show pairs of at most 2000 of them."
SIMILARITY = "Mean cosine of two latents, of one class on the diagonal and of different ones beside it."
SPECTRA = "Singular values of the centred latents. A line that falls at once is a latent that uses few dimensions."
FOLLOWED = "True: the motion of the pair. The others are controls, as the tables below tell."


def page(comparison: Comparison) -> Page:
    """The whole page."""
    sections = zip(("Accuracy", "Structure of the latents", "Motions"), comparison.sections().values(), strict=True)
    motion = f"{READ} {comparison.left_out or RANKED} {INTERVALS}"
    tables = [
        table(comparison, title, rows, caption)
        for (title, rows), caption in zip(sections, (ACCURACY, LATENTS, motion), strict=True)
    ]
    controls = [
        table(comparison, f"Motions, {name}", rows, CONTROLS[name]) for name, rows in comparison.controls().items()
    ]
    title = " and ".join(comparison.names)
    blocks = [tiles(comparison), *tables, *figures(comparison), *controls, Text("How to read it", READING)]
    return Page(f"Comparison of {title}", LEAD, [*blocks, *about(comparison)])


def tiles(comparison: Comparison) -> Tiles:
    """The differences that matter most."""
    chosen = ("linear, pose kept", "Fisher ratio", EXACT, R2, MRR)
    rows = [row for section in comparison.sections().values() for row in section if row.measure in chosen]
    first, second = comparison.names
    return Tiles({f"{row.measure}, {second} minus {first}": f"{row.difference:+.3f}" for row in rows})


def table(comparison: Comparison, title: str, rows: list[Row], caption: str) -> Table:
    """One part of the table."""
    return Table(title, comparison.header, [row.cells() for row in rows], caption)


def figures(comparison: Comparison) -> list[Block]:
    """Every picture."""
    latents = {name: run.latents for name, run in comparison.runs.items()}
    poses = {name: run.pose for name, run in comparison.runs.items()}
    drawn = [
        ("Cosine distances", distances_picture(latents), DISTANCES),
        ("Pairs of classes", similarity_picture(latents, comparison.classes), SIMILARITY),
        ("Singular values", spectra_picture(latents), SPECTRA),
        ("Reading and following the motion", motions_picture(poses), FOLLOWED),
    ]
    return [Figure(title, svg(picture, title), caption) for title, picture, caption in drawn]


def about(comparison: Comparison) -> list[Block]:
    """What was compared, on what."""
    predicted = {name: run.pose.predictor for name, run in comparison.runs.items() if run.pose.predictor}
    predictors = {f"Views of {name} predicted by": predictor for name, predictor in predicted.items()}
    group = {"Motions of": str(next(iter(comparison.runs.values())).pose.group)}
    told = {name: str(value) for name, value in comparison.settings.items()}
    return [Settings("Settings", group | predictors | told), Settings("Machine", machine())]
