"""The inverse model on held-out digits, against a constant and a frozen encoder: `python -m experiments.inverse_model`.

Setting: digits at 32 x 32 pixels, the published crops and flips and no other transform, bins of 6 classes; a plain CNN
of 16, 32 and 64 channels, AdamW and half a cosine, 40 epochs of 1297 images in batches of 128, seeds 0 to 2. The
constant is the best predictor that ignores its input, the frequency of each class among the training crops; the frozen
encoder keeps its random filters, and only the inverse model learns. Held out are the 500 test images, 8 pairs of each.
Expected figure: the constant reaches 1.027 nats; learning must beat it.
Cost: about 12 minutes on one core. Results: `experiments/results/inverse_model.md`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from experiments.training import fit
from experiments.writing import markdown, write
from groups import Affine2, Cyclic, image_action, relative
from homossl.data import Digits, Loader
from homossl.encoders import CNN
from homossl.learner import Learner, build
from homossl.objectives import Bins, InverseModel
from homossl.report import interval
from homossl.types import Batch, Loss
from homossl.views import InputAugmentation, RandomResizedCrop

SIZE, SEEDS, EPOCHS, DRAWS = 32, range(3), 40, 8
BINS = Bins.published(SIZE)
VIEWS = InputAugmentation(image_action(Affine2(), padding="border"), RandomResizedCrop(SIZE))
OBJECTIVE = InverseModel(code=BINS, mode="official")
RESULTS = Path(__file__).parent / "results" / "inverse_model.md"


def main() -> None:
    """Print the table, and write it with the settings and the machine."""
    scores = {name: [score(name, seed) for seed in SEEDS] for name in ("constant", "frozen encoder", "trained encoder")}
    rows = [[name, *[f"{interval(column):.3f}" for column in zip(*runs, strict=True)]] for name, runs in scores.items()]
    header = ("held-out pairs", "cross-entropy, nats", "accuracy")
    write(RESULTS, __doc__ or "", *markdown(header, rows), "", "± is the 95 % t-interval over seeds.")


def score(name: str, seed: int) -> tuple[float, float]:
    """Cross-entropy and accuracy of one predictor on held-out pairs."""
    if name == "constant":
        return constant(labels("train", seed), labels("test", seed + 1))
    return held_out(trained(seed, frozen=name.startswith("frozen")), seed)


def constant(known: Tensor, unknown: Tensor) -> tuple[float, float]:
    """The class frequencies of known labels as the prediction of unknown ones, both (n 6)."""
    log_p = torch.stack([F.one_hot(y, BINS.count).double().mean(0) for y in known.unbind(1)]).clamp_min(1e-9).log()
    logits = log_p.expand(len(unknown), *log_p.shape)
    loss = F.cross_entropy(logits.flatten(0, 1), unknown.flatten())
    return loss.item(), (logits.argmax(-1) == unknown).double().mean().item()


def labels(split: Any, seed: int) -> Tensor:
    """The bins of the actions of 64 pairs of crops of each image, (n 6)."""
    rng, images = torch.Generator().manual_seed(seed), Digits(SIZE).load(split)
    left, right = ~VIEWS.motion.draw(Affine2(), 64 * len(images), rng)
    return BINS.labels(relative(left, right, "official"))


def trained(seed: int, frozen: bool) -> Learner:
    """An encoder and an inverse model, or the inverse model alone."""
    encoder = CNN("plain", fields=(16, 32, 64), steps=(1, 2, 2))
    learner = build(Cyclic(1), encoder, VIEWS, OBJECTIVE, shape=(1, SIZE, SIZE), seed=seed)
    learner.encoder.requires_grad_(not frozen)
    optimiser = torch.optim.AdamW([p for p in learner.parameters() if p.requires_grad], lr=2e-3)
    batches = Loader(Digits(SIZE).load("train"), 128, seed)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(batches))
    fit(learner, batches, EPOCHS, optimiser, schedule)
    return learner


@torch.no_grad()
def held_out(learner: Learner, seed: int) -> tuple[float, float]:
    """Cross-entropy and accuracy on fresh pairs of the test images."""
    images, rng = Digits(SIZE).load("test").x, torch.Generator().manual_seed(seed)
    learner.eval()
    losses = [learner.step(Batch(images), rng, backward=lambda value: None) for _ in range(DRAWS)]
    nats, hits = (torch.stack(values).mean().item() for values in zip(*map(both, losses), strict=True))
    return nats, hits


def both(loss: Loss) -> tuple[Tensor, Tensor]:
    """The cross-entropy and the accuracy."""
    return loss.value, loss.terms["accuracy"]


if __name__ == "__main__":
    main()
