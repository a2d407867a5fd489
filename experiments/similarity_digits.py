"""H-SSL against A-SSL on digits under turns, zooms and shifts: `python -m experiments.similarity_digits`.

Every digit is turned, zoomed and shifted once and for all (`homossl.recipes.similarity`). H-SSL reads its two views
from one field over 6 turns, 3 scales and 5 x 5 cells, moved by small similarities; A-SSL moves the images by the same
draws. Where the latent is moved by parts of a step it is interpolated, and scales that leave the axis are lost; so the
two are not the same, and the residual says by how much. Untied filters are the plain twin, trained in both ways.
"Finer" has 9 x 9 cells of 2 pixels in the place of 5 x 5 of 4, and windows of 5 x 5: a second attempt, made after the
first had shown how far H-SSL stays behind.

Setting: 25 epochs of 1297 images in batches of 128, InfoNCE, AdamW, seeds 0 to 2, 500 test images; seconds are those of
the processor for a step on one thread, beside other work. Data and network were chosen after a look at untrained
networks, and at two earlier settings of seed 10 with H-SSL and its untied twin; A-SSL was not looked at before.
Expected figure: none; equal accuracies would be those of an exact homomorphism.
Cost: about 40 minutes on one core; runs are kept in `runs/similarity-digits`, and go on where they stopped.
Results: `experiments/results/similarity_digits.md`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import torch

from experiments.arms import Measures, Results, once, over, slug
from experiments.writing import markdown, write
from homossl.data import Images
from homossl.evaluate import evaluate
from homossl.learner import Learner
from homossl.recipes import similarity
from homossl.report.statistics import paired
from homossl.train import Hardware, Recipe, train
from homossl.types import Batch
from homossl.verify import view_truncation
from homossl.views import Window

SEEDS = range(3)
RUNS, RESULTS = Path("runs/similarity-digits"), Path(__file__).parent / "results" / "similarity_digits.md"
HEADER = ("", "5 labels per class, %", "1-NN, %", "linear, %", "5 labels, pooled, %", "seconds per step", "parameters")
MEASURES = ("5 labels", "1-NN", "linear", "5 labels, pooled", "seconds", "parameters")
RESIDUALS = ("residual", "residual where seen", "truncation, %")


def arms() -> Mapping[str, Recipe]:
    """Steerable, finer and untied, not trained, and trained on moved features and on moved inputs."""
    one = Hardware(device="cpu", threads=1)
    tied = {"frozen": replace(similarity.hssl, epochs=0), "H-SSL": similarity.hssl, "A-SSL": similarity.assl}
    fine = {f"finer, {name}": finer(recipe) for name, recipe in tied.items()}
    free = {f"untied, {name}": replace(recipe, structure="untied") for name, recipe in tied.items()}
    return {name: replace(recipe, name=slug(name), hardware=one) for name, recipe in (tied | fine | free).items()}


def finer(recipe: Recipe) -> Recipe:
    """The recipe with a latent of half the stride, and windows of about the same part of the image."""
    encoder: Any = recipe.encoder
    return replace(recipe, encoder=replace(encoder, steps=(1, 2, 1)), views=replace(recipe.views, window=Window(5)))


def main() -> None:
    """Train what is not there yet, print the tables, and write them with the settings and the machine."""
    results = {name: [measured(name, recipe, seed) for seed in SEEDS] for name, recipe in arms().items()}
    write(RESULTS, __doc__ or "", *table(results), "", *residuals(results), "", *differences(results))


def measured(name: str, recipe: Recipe, seed: int) -> Measures:
    """Train an arm with a seed and measure its encoder, once."""
    folder = RUNS / f"{slug(name)}-{seed}"
    return once(folder / "measures.json", lambda: measure(replace(recipe, seed=seed), folder))


def measure(recipe: Recipe, folder: Path) -> dict[str, float]:
    """Accuracies in percent, the residual of its views, and what a step costs."""
    learner = train(recipe, folder, resume=True, show=False)
    known, held = (recipe.data.load(split) for split in ("train", "test"))
    assert isinstance(known, Images)
    scores = evaluate(learner.encoder, known, held, labels_per_class=(5,), seed=recipe.seed)
    kept, pooled = scores.pose_kept, scores.pooled
    return {
        "5 labels": 100 * kept.few_labels[5].mean,
        "1-NN": 100 * kept.neighbours[1].mean,
        "linear": 100 * kept.linear.mean,
        "5 labels, pooled": 100 * pooled.few_labels[5].mean,
        **misses(learner, known.x[:128]),
        "parameters": sum(p.numel() for p in learner.encoder.parameters()),
        "seconds": seconds(recipe, known.x[:128]),
    }


def misses(learner: Learner, x: torch.Tensor) -> dict[str, float]:
    """How far the features that H-SSL would move are from those of moved inputs, the median over images."""
    views: Any = similarity.hssl.views
    parts = view_truncation(learner.encoder.eval(), views, Batch(x), torch.Generator().manual_seed(0))
    figures = parts.total, parts.seen, 100 * parts.share
    return {name: figure.median().item() for name, figure in zip(RESIDUALS, figures, strict=True)}


def seconds(recipe: Recipe, x: torch.Tensor) -> float:
    """Of the processor, for a step of a fresh learner, the median of five."""
    learner, times = recipe.learner(tuple(x.shape[1:])), []
    for i in range(6):
        start = process_time()
        learner.step(Batch(x), torch.Generator().manual_seed(i))
        times.append(process_time() - start)
    return median(times[1:])


def table(results: Results) -> Iterator[str]:
    """Accuracies and costs."""
    digits = dict(zip(MEASURES, (1, 1, 1, 1, 3, 0), strict=True))
    rows = [[name, *[f"{over(runs, m):.{digits[m]}f}" for m in MEASURES]] for name, runs in results.items()]
    return markdown(HEADER, rows)


def residuals(results: Results) -> Iterator[str]:
    """What the encoder misses by on the motions of the views."""
    digits = dict(zip(RESIDUALS, (2, 2, 0), strict=True))
    rows = [[name, *[f"{over(runs, m):.{digits[m]}f}" for m in RESIDUALS]] for name, runs in results.items()]
    return markdown(("motions of the views", *RESIDUALS), rows)


def differences(results: Results) -> Iterator[str]:
    """H-SSL less A-SSL, paired by seed."""
    for prefix in ("", "finer, ", "untied, "):
        one, other = results[f"{prefix}H-SSL"], results[f"{prefix}A-SSL"]
        said = [f"{m} {paired([r[m] for r in one], [r[m] for r in other]):+.1f}" for m in MEASURES[:3]]
        yield f"- {prefix}H-SSL less A-SSL, paired by seed, points: {', '.join(said)}"
    yield "- ± is the 95 % t-interval over seeds; accuracies with the pose kept but for the pooled ones."


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
