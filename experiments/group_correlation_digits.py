"""GroupCorrelation names the turns of held-out digits: `python -m experiments.group_correlation_digits`.

A digit is turned twice, by elements g1, g2 of C_8; the softmax over the group of <rho(g') f(g1 x), f(g2 x)> should be
highest at g2 g1^-1. Told apart are motions by multiples of 90 degrees, which are exact on pixels, and by odd multiples
of 45 degrees, which are interpolated and where 3 x 3 filters are far from steerable.

Setting: digits at 17 x 17 pixels; a CNN of 4, 8 and 8 regular fields of C_8, and its plain twin; AdamW, 20 epochs of
1297 images in batches of 128, seeds 0 to 4. The motions of the training views are uniform over C_8: two turned inputs,
or two turned copies of one feature field (the label is the sampled offset: no augmentation). Scored on the 500 test
images, 8 pairs of each; chance is 12.5 %.
Expected figure: none; frozen and chance stand beside.
Cost: about 6 minutes on one core. Results: `experiments/results/group_correlation_digits.md`.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from experiments.training import fit
from experiments.writing import markdown, write
from groups import Cyclic, Element
from groups.correlation import correlation
from homossl.data import Digits, Loader
from homossl.encoders import CNN, Encoder
from homossl.evaluate import frozen
from homossl.learner import Learner, build
from homossl.objectives import GroupCorrelation
from homossl.report import interval
from homossl.types import Batch
from homossl.views import FeatureFibre, InputAugmentation, ViewSource

SIZE, SEEDS, EPOCHS, DRAWS = 17, range(5), 20, 8
GROUP = Cyclic(8)
STEERABLE, PLAIN = CNN(fields=(4, 8, 8), steps=(1, 2, 2)), CNN("plain", fields=(4, 8, 8), steps=(1, 2, 2))
ARMS: dict[str, tuple[CNN, ViewSource, int]] = {
    "frozen": (STEERABLE, InputAugmentation(), 0),
    "trained on turned inputs": (STEERABLE, InputAugmentation(), EPOCHS),
    "trained on feature fibres": (STEERABLE, FeatureFibre(), EPOCHS),
    "untied filters, frozen": (PLAIN, InputAugmentation(), 0),
    "untied filters, trained on turned inputs": (PLAIN, InputAugmentation(), EPOCHS),
}
RESULTS = Path(__file__).parent / "results" / "group_correlation_digits.md"


def main() -> None:
    """Print the table, and write it with the settings and the machine."""
    header = ("encoder", "turns named, %", "multiples of 90 degrees", "odd multiples of 45 degrees")
    rows = [[name, *row(*arm)] for name, arm in ARMS.items()]
    write(RESULTS, __doc__ or "", *markdown(header, rows), "", "± is the 95 % t-interval over seeds.")


def row(encoder: CNN, views: ViewSource, epochs: int) -> list[str]:
    """Accuracy in percent over all motions, the exact ones and the interpolated ones."""
    scores = [score(trained(encoder, views, epochs, seed).encoder, seed) for seed in SEEDS]
    return [f"{interval(column):.1f}" for column in zip(*scores, strict=True)]


def trained(encoder: CNN, views: ViewSource, epochs: int, seed: int) -> Learner:
    """A learner of GroupCorrelation after so many epochs."""
    learner = build(GROUP, encoder, views, GroupCorrelation(), shape=(1, SIZE, SIZE), seed=seed)
    optimiser = torch.optim.AdamW(learner.parameters(), lr=2e-3)
    fit(learner, Loader(Digits(SIZE).load("train"), 128, seed), epochs, optimiser)
    return learner


def score(encoder: Encoder, seed: int) -> list[float]:
    """Accuracy in percent on held-out digits: all, multiples of 90 degrees, the others."""
    said, g = (torch.cat(parts) for parts in zip(*named(encoder, seed), strict=True))
    hits, exact = 100 * (said == g).double(), g % 2 == 0
    return [part.mean().item() for part in (hits, hits[exact], hits[~exact])]


def named(encoder: Encoder, seed: int) -> list[tuple[Tensor, Tensor]]:
    """The motion that is named and the true one, (n) each, of a draw of pairs of every test image."""
    rng, images = torch.Generator().manual_seed(seed), Digits(SIZE).load("test").x
    views = InputAugmentation().on(encoder.action_in)
    draws = [views.draw(Batch(images), rng) for _ in range(DRAWS)]
    with frozen(encoder):
        return [(highest(encoder, draw.x), motion(draw.g)) for draw in draws]


def highest(encoder: Encoder, x: Tensor) -> Tensor:
    """Where the correlation of the two views' poses is highest, (n)."""
    left, right = encoder(x).mean((-2, -1)).chunk(2)
    return correlation(encoder.action_out.fibre, left, right).argmax(-1)  # type: ignore[attr-defined]


def motion(g: Element) -> Tensor:
    """The number of the motion from the left view to the right one, (n)."""
    return GROUP.index(g[1] @ ~g[0])


if __name__ == "__main__":
    main()
