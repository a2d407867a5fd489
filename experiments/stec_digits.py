"""S-TEC against its baselines on digits, paired by seed: `python -m experiments.stec_digits`.

Each baseline L is trained as it is, and as 2 L + lambda * InverseModel with the same seed: the same initial weights,
order of images and crops. SimCLR, BYOL and ReLIC are the paper's; SimSiam, Barlow Twins and VICReg are ours.

Source: Scherr, Guo & Moraitis, Self-Supervised Learning Through Efference Copies (NeurIPS 2022, arXiv 2210.09224): the
weights of the two losses, 2 and 1, are theirs for CIFAR. VICReg's terms weigh 25, and so does its inverse model.
Setting: digits at 17 x 17 pixels, crops of 0.3 to 1 of the area without flips (a mirrored digit is none), brightness
and contrast jittered by 0.4; a plain CNN of 16, 32 and 64 channels, AdamW, 40 epochs of 1297 images in batches of 128.
Nothing was chosen by looking at test accuracies. Classes are told from features of the images as they are, pooled over
space; R^2 is that of the relative motion of two crops of a held-out image, read by a perceptron, its mean over the
dimensions that vary.
Expected figure: none; the paper claims gains on larger data.
Cost: about 25 minutes on two cores; runs are kept in `runs/stec-digits`, and go on where they stopped.
Results: `experiments/results/stec_digits.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from experiments.arms import Measures, once, over_seeds
from experiments.stec_tables import family_table, legend, pair_table
from experiments.writing import write
from groups import Affine2, Cyclic, image_action
from homossl.credit import Backprop
from homossl.data import Digits
from homossl.encoders import CNN
from homossl.evaluate import evaluate, features
from homossl.evaluate.latent import latent_structure
from homossl.evaluate.pose import pose_scores
from homossl.evaluate.pose.scores import R2
from homossl.objectives import (
    BYOL,
    MLP,
    BarlowTwins,
    Bins,
    InfoNCE,
    InverseModel,
    Objective,
    ReLIC,
    SimSiam,
    VICReg,
)
from homossl.targets import EMA, Shared, StopGradient, Target
from homossl.train import AdamW, Cosine, Hardware, Recipe, train
from homossl.transforms import ColorJitter
from homossl.views import InputAugmentation, RandomResizedCrop

SIZE, SEEDS = 17, range(5)
RUNS, RESULTS = Path("runs/stec-digits"), Path(__file__).parent / "results" / "stec_digits.md"
SMALL, PREDICTOR = MLP(128, 32), MLP(64, 32)

BASELINES: Mapping[str, tuple[Objective, Target, float]] = {
    "SimCLR": (InfoNCE(temperature=0.5, projector=SMALL), Shared(), 1.0),
    "BYOL": (BYOL(projector=SMALL, predictor=PREDICTOR), EMA(), 1.0),
    "ReLIC": (ReLIC(temperature=0.5, projector=SMALL), Shared(), 1.0),
    "SimSiam": (SimSiam(projector=SMALL, predictor=PREDICTOR), StopGradient(), 1.0),
    "Barlow Twins": (BarlowTwins(projector=MLP(128, 128)), Shared(), 1.0),
    "VICReg": (VICReg(projector=MLP(128, 128)), Shared(), 25.0),
}

INVERSE = InverseModel(code=Bins.published(SIZE), mode="official")

simclr = Recipe(
    name="simclr-digits",
    data=Digits(SIZE),
    group=Cyclic(1),
    encoder=CNN("plain", fields=(16, 32, 64), steps=(1, 2, 2)),
    views=InputAugmentation(
        image_action(Affine2(), padding="border"),
        RandomResizedCrop(SIZE, scale=(0.3, 1.0), flip=0.0),
        transforms=(ColorJitter(0.4, 0.4, 0.0, 0.0),),
    ),
    objective=BASELINES["SimCLR"][0],
    target=Shared(),
    credit=Backprop(),
    optimiser=AdamW(lr=2e-3),
    schedule=Cosine(warmup=3),
    hardware=Hardware(device="cpu", threads=1),
    epochs=40,
    batch_size=128,
)

stec = replace(simclr, name="stec-digits", objective=2.0 * simclr.objective + 1.0 * INVERSE)


def arms() -> dict[str, Recipe]:
    """Every baseline without and with the inverse model, and the encoder that is not trained."""
    recipes = {"frozen": replace(simclr, name="frozen", epochs=0)}
    for name, (objective, target, weight) in BASELINES.items():
        base = replace(simclr, name=name, objective=objective, target=target)
        recipes |= {name: base, f"S-TEC, {name}": replace(base, objective=2.0 * objective + weight * INVERSE)}
    return recipes


def main() -> None:
    """Train what is not there yet, print the tables, and write them with the settings and the machine."""
    results = over_seeds(measured, arms(), SEEDS)
    write(RESULTS, __doc__ or "", *pair_table(results), "", *family_table(results, BASELINES), "", *legend(SEEDS))


def measured(arm: str, seed: int) -> Measures:
    """Train an arm with a seed and measure its encoder, once."""
    slug = arm.lower().replace(", ", "-").replace(" ", "-")
    folder, recipe = RUNS / f"{slug}-{seed}", replace(arms()[arm], name=slug, seed=seed)
    return once(folder / "measures.json", lambda: measure(recipe, folder))


def measure(recipe: Recipe, folder: Path) -> dict[str, float]:
    """Accuracies in percent, the structure of classes, and how well the motion is read."""
    encoder = train(recipe, folder, resume=True, show=False).encoder
    known, held = recipe.data.load("train"), recipe.data.load("test")
    accuracy = evaluate(encoder, known, held, seed=recipe.seed).pooled
    structure = latent_structure(features(encoder, held), held.y)  # type: ignore[union-attr]
    pose = pose_scores(encoder, known, held, recipe.views, seed=recipe.seed)  # type: ignore[arg-type]
    r2 = pose.measures()[R2]
    return {
        **{f"{protocol}, %": 100 * a.mean for protocol, a in accuracy.by_protocol().items()},
        **structure.measures(),
        "R^2 of the motion": r2["true"].mean,
        "R^2 of a shuffled motion": r2["shuffled"].mean,
    }


if __name__ == "__main__":
    main()
