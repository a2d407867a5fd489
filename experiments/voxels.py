"""Solids as voxels under the 24 rotations of the cube: `python -m experiments.voxels`.

The encoder is an exact homomorphism of these rotations, so H-SSL, which moves features, and A-SSL, which moves inputs,
are one training run but for rounding. The solids themselves are turned by rotations of all kinds, which no arm sees.

Setting: 15 solids of 1024 points with noise 0.02 and sizes exp(+-0.2), 40 for training and 20 for testing of each,
turned at random, on 9 x 9 x 9 voxels; steerable layers of 2, 8 and 16 regular fields (34,600 weights), of strides 2,
or untied ones of 1 field each (31,900), which claim the same; InfoNCE between the means of two moved feature fields,
AdamW at 2e-3, 15 epochs of 600 samples in batches of 100, seeds 0 to 2. The setting was chosen on seed 10, on the same
test samples, for its time; 9 voxels a side and not 17 for the same reason. Features are averaged over the cells; pooled
ones also over the fibre, which leaves 16 numbers of the steerable encoder and 1 of the untied one.
Expected figure: none.
Cost: about 3 minutes for each seed of H-SSL on a busy core, twice that for A-SSL.
Results: `experiments/results/voxels.md`.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from experiments.training import fit
from experiments.writing import markdown, write
from homossl.data import Loader, Solids, Voxels
from homossl.evaluate import evaluate
from homossl.learner import Learner, build
from homossl.recipes import voxels as recipes
from homossl.report import interval
from homossl.train import Recipe

SEEDS, EPOCHS, LR = range(3), 15, 2e-3
DATA = Voxels(Solids(points=1024, train=40), size=9)
ARMS: dict[str, tuple[Recipe, int]] = {
    "frozen": (recipes.hssl, 0),
    "H-SSL": (recipes.hssl, EPOCHS),
    "A-SSL": (recipes.assl, EPOCHS),
    "random rotations of the fibres, H-SSL": (replace(recipes.hssl, structure="random_orthogonal"), EPOCHS),
    "untied filters, frozen": (replace(recipes.hssl, structure="untied"), 0),
    "untied filters, H-SSL": (replace(recipes.hssl, structure="untied"), EPOCHS),
    "untied filters, A-SSL": (replace(recipes.assl, structure="untied"), EPOCHS),
}
PROTOCOLS = ("5 labels per class", "linear", "1-NN")
RESULTS = Path(__file__).parent / "results" / "voxels.md"


def main() -> None:
    """Print the table, and write it with the settings and the machine."""
    torch.set_num_threads(1)
    columns = [f"{protocol}, {readout}" for protocol in PROTOCOLS for readout in ("pose kept", "pooled")]
    rows = [[name, *row(name)] for name in ARMS]
    legend = "Test accuracy, %; ± is the 95 % t-interval over seeds."
    write(RESULTS, __doc__ or "", *markdown(("", *columns), rows), "", legend)


def row(arm: str) -> list[str]:
    """Each accuracy of an arm with its interval, in percent."""
    scores = [score(trained(*ARMS[arm], seed), seed) for seed in SEEDS]
    cells = [f"{interval(column):.1f}" for column in zip(*scores, strict=True)]
    print(arm, *cells, sep="  ", flush=True)
    return cells


def trained(recipe: Recipe, epochs: int, seed: int) -> Learner:
    """A learner of a recipe after so many epochs."""
    samples = DATA.load("train")
    made_of = recipe.views, recipe.objective, recipe.target, recipe.credit
    shape = {"shape": samples.shape, "structure": recipe.structure, "seed": seed}
    learner = build(recipe.group, recipe.encoder, *made_of, **shape)  # type: ignore[arg-type]
    batches = Loader(samples, recipe.batch_size, seed)
    optimiser = torch.optim.AdamW(learner.parameters(), lr=LR)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LR, total_steps=max(1, epochs * len(batches)))
    fit(learner, batches, epochs, optimiser, schedule)
    return learner


def score(learner: Learner, seed: int) -> list[float]:
    """Accuracies in percent by protocol, with the pose kept and pooled."""
    scores = evaluate(learner.encoder, DATA.load("train"), DATA.load("test"), labels_per_class=(5,), seed=seed)
    kept, pooled = scores.pose_kept.by_protocol(), scores.pooled.by_protocol()
    return [100 * by[protocol].mean for protocol in PROTOCOLS for by in (kept, pooled)]


if __name__ == "__main__":
    main()
