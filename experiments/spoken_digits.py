"""Spoken digits of known and of new speakers: `python -m experiments.spoken_digits <folder of FSDD's recordings>`.

H-SSL, which moves features by shifts in pitch and time; A-SSL with the same shifts, and masks and noise on its inputs,
as without them it is H-SSL up to rounding (`tests/homossl/recipes/test_sound.py`); S-TEC, that A-SSL which also reads
the shift from both views; the encoder that is not trained; and H-SSL without structure, weights of their own in each of
4 x 4 regions. The usual split tests recordings 0 to 4 of each speaker and digit (2700 for training, 300 for testing).
The other one holds two speakers out for each seed, all six of them once, so that its intervals are over seeds and
speakers (2000 for training, 1000 for testing).

Setting: `homossl.recipes.sound`; constant-Q spectrograms of 24 x 16 cells (4 bins to the octave from 82.4 Hz and two
silent rows, frames of 64 ms, 1.024 s about the centre of each recording, 60 dB) on a torus; a CNN of 16, 32 and 32
channels without strides; views are windows of 12 x 12 cells, shifts of up to 2 bins and 3 frames; AdamW, 6 epochs in
batches of 128. InfoNCE at 0.2; S-TEC weighs the two losses 2 and 1, as its paper does for CIFAR. Resolution, window and
depth were looked at with seeds 10 and 11 on the test set of the usual split, so its accuracies are a little too good;
new speakers were not looked at. "pooled" is the mean of the features over pitch and time, which no shift changes;
"place kept" their means over the four quarters of the spectrogram. Accuracies with 5 labels per class are means of 5
draws of labels.
Expected figure: none; S-TEC claims gains on sound, in settings of its own (arXiv 2210.09224, abstract).
Cost: half an hour on one thread of a busy machine; runs are kept in `runs/spoken-digits`, and go on where they stopped.
Results: `experiments/results/spoken_digits.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from experiments.arms import Measures, Results, once
from experiments.writing import markdown, write
from homossl.data import AnySamples
from homossl.data.sound import FSDD
from homossl.evaluate import Encoder, evaluate, few_labels, frozen, knn, linear_probe
from homossl.recipes import sound
from homossl.report import interval, paired
from homossl.train import Hardware, Recipe, train

SEEDS, EPOCHS, PARTS = range(3), 6, 2
SPEAKERS = (("george", "jackson"), ("lucas", "nicolas"), ("theo", "yweweler"))
RUNS, RESULTS = Path("runs/spoken-digits"), Path(__file__).parent / "results" / "spoken_digits.md"
ARMS = ("frozen", "H-SSL", "A-SSL", "S-TEC", "H-SSL, structure removed")
SPLITS = ("usual", "new speakers")


def arms() -> dict[str, Recipe]:
    """What is trained, by the name of the arm."""
    hssl, others = sound.spoken_digits, (sound.assl_spoken_digits, sound.stec_spoken_digits)
    trained = dict(zip(ARMS, (replace(hssl, epochs=0), hssl, *others, replace(hssl, structure="untied")), strict=True))
    return {arm: replace(recipe, epochs=min(recipe.epochs, EPOCHS)) for arm, recipe in trained.items()}


def main(root: str) -> None:
    """Train what is not there yet, print the tables, and write them with the settings and the machine."""
    for seed, split, arm in product(SEEDS, SPLITS, ARMS):
        measured(root, split, arm, seed)
    tables = {split: {arm: [measured(root, split, arm, seed) for seed in SEEDS] for arm in ARMS} for split in SPLITS}
    write(RESULTS, __doc__ or "", *(line for split in SPLITS for line in table(split, tables[split])), *legend())


def measured(root: str, split: str, arm: str, seed: int) -> Measures:
    """Train an arm with a seed on a split and measure its encoder, once."""
    slug = "-".join(f"{split} {arm} {seed}".lower().replace(",", "").split())
    held_out = SPEAKERS[seed] if split == "new speakers" else ()
    data = FSDD(root, sound.spoken_digits.data.spectrogram, held_out)  # type: ignore[attr-defined]
    recipe = replace(arms()[arm], name=slug, data=data, seed=seed, hardware=Hardware(device="cpu", threads=1))
    return once(RUNS / slug / "measures.json", lambda: measure(recipe, RUNS / slug))


def measure(recipe: Recipe, folder: Path) -> dict[str, float]:
    """Accuracies in percent, of features pooled and with their place kept."""
    encoder = train(recipe, folder, resume=True, show=False).encoder
    known, held = recipe.data.load("train"), recipe.data.load("test")
    pooled = evaluate(encoder, known, held, labels_per_class=(5,), seed=recipe.seed).pooled.by_protocol()
    place = placed_scores(encoder, known, held, recipe.seed)
    scores = {f"pooled: {name}": score.mean for name, score in pooled.items()} | place
    return {name: 100 * score for name, score in scores.items()}


def placed_scores(encoder: Encoder, known: AnySamples, held: AnySamples, seed: int) -> dict[str, float]:
    """Accuracies from the means of features over parts of the spectrogram."""
    split = *placed(encoder, known), *placed(encoder, held)
    few = few_labels(*split, 5, seed=seed).mean
    return {
        "place kept: linear": linear_probe(*split),
        "place kept: 5 labels per class": few,
        "place kept: 1-NN": knn(*split),
    }


def placed(encoder: Encoder, samples: AnySamples) -> tuple[Tensor, Tensor]:
    """Features (n (c 2 2)) and labels (n)."""
    with frozen(encoder):
        batches = list(samples.batches(torch.arange(len(samples)).split(512)))
        features = [F.adaptive_avg_pool2d(encoder(batch.still), PARTS).flatten(1) for batch in batches]
    return torch.cat(features), torch.cat([batch.y for batch in batches if batch.y is not None])


def table(split: str, results: Results) -> Iterator[str]:
    """One row for each protocol, one column for each arm."""
    yield f"Test accuracy in percent, {split} split:"
    yield ""
    protocols = next(iter(results.values()))[0]
    rows = [[name, *(str(interval(column(seeds, name))) for seeds in results.values())] for name in protocols]
    yield from markdown(["", *results], rows)
    yield ""
    yield from differences(results)


def differences(results: Results) -> Iterator[str]:
    """What S-TEC adds to A-SSL, how far H-SSL is from it, and what H-SSL learns."""
    for one, other in (("S-TEC", "A-SSL"), ("H-SSL", "A-SSL"), ("H-SSL", "frozen")):
        for name in ("pooled: linear", "pooled: 5 labels per class", "pooled: 1-NN"):
            difference = paired(column(results[one], name), column(results[other], name))
            yield f"- {one} minus {other}, {name}: {difference:+}"
    yield ""


def column(seeds: Sequence[Measures], name: str) -> list[float]:
    """What each seed measured."""
    return [measures[name] for measures in seeds]


def legend() -> Iterator[str]:
    """What the intervals are."""
    held = "; ".join(f"seed {seed}: {' and '.join(SPEAKERS[seed])}" for seed in SEEDS)
    yield f"± is the 95 % t-interval over seeds 0 to 2, differences are paired by seed. New speakers, {held}."


if __name__ == "__main__":
    main(sys.argv[1])
