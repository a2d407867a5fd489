"""Solids under random rotations, told with few labels: `python -m experiments.solids_few_labels`.

H-SSL reads two caps of the sphere from one latent; A-SSL encodes two rotated clouds and reads the same caps, by the
same draws. Both take the same steps but for rounding, as the encoder is equivariant. "A-SSL, halves" and S-TEC compare
whole latents of half of the points each, S-TEC with 0.1 GroupCorrelation. "untied" is H-SSL with a PointNet of about as
many parameters that claims to be equivariant; the control is "A-SSL, halves" of the same PointNet.

Setting: `homossl.recipes.solids`: 15 solids, 48 points, sizes, noise and rotations at random, 20 training and 20 test
clouds of each; 60 steps of 50 clouds, InfoNCE, AdamW, seeds 0 to 2, which draw weights, batches and labels. Latents are
read whole ("kept"), and as the lengths of their parts that rotations keep ("pooled"). Seconds are those of the
processor for a step on one thread. Learning rate and length were chosen after a look at seven runs of seed 10 on clouds
of 64 points (H-SSL on caps and whole, VICReg, halves, PointNet), none of which told 5 labels much better than frozen.
"longer" are 180 steps, added when these results were known, after S-TEC of seed 10 had gained from 240 steps.
Expected figure: H-SSL and A-SSL agree; no figure of a paper is claimed.
Cost: 35 minutes on one core of a busy machine; runs are kept in `runs/solids-few-labels`, and go on where they stopped.
Results: `experiments/results/solids_few_labels.md`.
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
from homossl.data import Samples
from homossl.evaluate import evaluate
from homossl.recipes import solids
from homossl.report.statistics import paired
from homossl.train import Hardware, Recipe, train
from homossl.types import Batch

SEEDS, REPEATS, LONGER = range(3), 5, 30
RUNS, RESULTS = Path("runs/solids-few-labels"), Path(__file__).parent / "results" / "solids_few_labels.md"
READOUTS = {"pooled": "pooled", "kept": "pose_kept"}
ACCURACIES = tuple(f"{name}, {readout}" for readout in READOUTS for name in ("5 labels", "1-NN", "linear"))
MEASURES = (*ACCURACIES, "seconds", "parameters")


def arms() -> Mapping[str, Recipe]:
    """Steerable and plain, not trained and trained."""
    trained = {"H-SSL": solids.hssl, "A-SSL": solids.assl, "A-SSL, halves": solids.halves, "S-TEC": solids.stec}
    still = {"frozen": solids.hssl, "PointNet, frozen": solids.pointnet}
    one = Hardware(device="cpu", threads=1)
    free = {"untied, H-SSL": solids.plain, "PointNet, A-SSL, halves": solids.pointnet}
    longer = {name: (trained | free)[name] for name in ("H-SSL", "S-TEC", *free)}
    every = {name: replace(recipe, epochs=0) for name, recipe in still.items()} | trained | free
    every |= {f"{name}, longer": replace(recipe, epochs=LONGER) for name, recipe in longer.items()}
    return {name: replace(recipe, name=slug(name), hardware=one) for name, recipe in every.items()}


def main() -> None:
    """Train what is not there yet, print the table, and write it with the settings and the machine."""
    found = [{name: measured(name, recipe, seed) for name, recipe in arms().items()} for seed in SEEDS]
    results = {name: [seed[name] for seed in found] for name in arms()}
    write(RESULTS, __doc__ or "", *table(results), "", *differences(results))


def measured(name: str, recipe: Recipe, seed: int) -> Measures:
    """Train an arm with a seed and measure its encoder, once."""
    folder = RUNS / f"{slug(name)}-{seed}"
    return once(folder / "measures.json", lambda: measure(replace(recipe, seed=seed), folder))


def measure(recipe: Recipe, folder: Path) -> dict[str, float]:
    """Accuracies in percent, and what a step costs."""
    learner = train(recipe, folder, resume=True, show=False)
    known, held = (recipe.data.load(split) for split in ("train", "test"))
    assert isinstance(known, Samples)
    scores = evaluate(learner.encoder, known, held, labels_per_class=(5,), repeats=REPEATS, seed=recipe.seed)
    read = [getattr(scores, name) for name in READOUTS.values()]
    accuracies = [a.mean for r in read for a in (r.few_labels[5], r.neighbours[1], r.linear)]
    return {
        **{name: 100 * accuracy for name, accuracy in zip(ACCURACIES, accuracies, strict=True)},
        "seconds": seconds(recipe, known.x[: recipe.batch_size]),
        "parameters": sum(p.numel() for p in learner.encoder.parameters()),
    }


def seconds(recipe: Recipe, x: torch.Tensor) -> float:
    """Of the processor, for a step of a fresh learner, the median of three."""
    learner, times = recipe.learner(tuple(x.shape[1:])), []
    for i in range(4):
        start = process_time()
        learner.step(Batch(x), torch.Generator().manual_seed(i))
        times.append(process_time() - start)
    return median(times[1:])


def table(results: Results) -> Iterator[str]:
    """Accuracies and costs."""
    digits = {"seconds": 2, "parameters": 0}
    header = ("", *[f"{name}, %" for name in ACCURACIES], "seconds per step", "parameters")
    rows = [[name, *[f"{over(runs, m):.{digits.get(m, 1)}f}" for m in MEASURES]] for name, runs in results.items()]
    return markdown(header, rows)


def differences(results: Results) -> Iterator[str]:
    """What training and structure give, paired by seed."""
    pairs = [("H-SSL", "A-SSL"), ("H-SSL", "frozen"), ("S-TEC", "frozen"), ("H-SSL", "untied, H-SSL")]
    pairs += [(f"{one}, longer", other if other == "frozen" else f"{other}, longer") for one, other in pairs[1:]]
    for one, other in pairs:
        said = [f"{m} {difference(results[one], results[other], m):+.1f}" for m in ACCURACIES]
        yield f"- {one} less {other}, paired by seed, points: {'; '.join(said)}"
    yield f"- ± is the 95 % t-interval over seeds; 5 labels: the mean of {REPEATS} draws of 5 labels per class."


def difference(one: Any, other: Any, measure: str) -> Any:
    """The interval over seeds, of each seed's difference."""
    return paired([run[measure] for run in one], [run[measure] for run in other])


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
