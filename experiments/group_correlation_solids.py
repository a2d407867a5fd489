"""GroupCorrelation finds the rotation between two views of a solid: `python -m experiments.group_correlation_solids`.

Two clouds of points, R1 x and R2 x' of one solid, R1 and R2 at random. R2 R1^-1 should be where <rho(g) f(R1 x),
f(R2 x')> is highest over SO(3): found from the best elements of a grid, by Newton's method on the Lie algebra. Its
error is the angle to the nearest of R2 h R1^-1, h a rotation that keeps the solid. The views are of the same points,
x' = x, of the same points blurred by noise of their own (standard deviation per coordinate; solids have radius 1), or
of points drawn anew from the surface. All maxima of <rho(g) f(x), f(x)> are the rotations that keep x.

Setting: the eleven solids of homossl.data that a finite group of rotations keeps (left out: sphere, cylinder, cone,
torus); 256 points; a tensor field network without exchange between points, whose latent is 8 functions on the sphere of
degree 6, with initial weights ("frozen") or after 100 steps of AdamW (learning rate 0.003) of GroupCorrelation at
temperature 0.25 on batches of 22 pairs drawn anew with noise 0.02; and a PointNet of about as many parameters, trained
the same way. Seeds 0 to 2, which draw weights, clouds and rotations; 20 pairs of each solid.
Expected: a median below 2 degrees on clean points, which is the aim; 12, 24, 24, 60 and 60 rotations of the platonic
solids, from the degree where an invariant of each group first tells it (textbook: 3, 4, 4, 6, 6). For unrelated
rotations the mean is 126 degrees without symmetries, and far less with 60.
Cost: about 8 minutes of one core. Results: `experiments/results/group_correlation_solids.md` and two pictures there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from experiments.solids import ORDERS, PLATONIC, POINTS, angles, mesh, pairs, told, told_by
from experiments.writing import markdown, write
from groups import SO3
from groups.correlation import spectrum, symmetries
from homossl.encoders import Encoder
from homossl.encoders.points import TensorFieldNetwork
from homossl.evaluate import frozen
from homossl.learner import build
from homossl.objectives import GroupCorrelation
from homossl.report import SphereOrbit, correlation_picture, interval, sphere_orbit_picture
from homossl.report.drawing import pixels
from homossl.train import write_atomic
from homossl.types import Batch
from homossl.views import EfferencePair

SEEDS, STEPS, EACH, DEGREE = range(3), 100, 20, 6
STEERABLE = TensorFieldNetwork(copies=8, latent=8, degree=DEGREE, layers=0)
PLAIN = TensorFieldNetwork("plain", copies=8, latent=8, degree=DEGREE, layers=0)
ARMS = {"frozen": (STEERABLE, 0), "trained": (STEERABLE, STEPS), "PointNet, trained": (PLAIN, STEPS)}
VIEWS = {
    "the same points": (False, 0.0),
    "noise 0.02": (False, 0.02),
    "noise 0.05": (False, 0.05),
    "drawn anew": (True, 0.0),
    "drawn anew, noise 0.02": (True, 0.02),
}
BY_SOLID = [(arm, views) for views in ("the same points", "noise 0.02", "drawn anew") for arm in ("frozen", "trained")]
CLOUDS, MANY, TOLERANCE = 10, 1024, 0.6
"""Random clouds whose symmetries are looked for, their points, and how much of the height may be missed."""
FOLDER = Path(__file__).parent / "results"


def main() -> None:
    """Print the tables, and write them with the settings, the machine and two pictures."""
    torch.set_num_threads(1)
    encoders = {name: [trained(*arm, seed) for seed in SEEDS] for name, arm in ARMS.items()}
    errors = {(arm, views): measured(encoders[arm], *VIEWS[views]) for arm in ARMS for views in VIEWS}
    write(
        FOLDER / "group_correlation_solids.md",
        __doc__ or "",
        "Degrees between the rotation that is found and the true one: the median / what 90 % stay below, of all pairs "
        "of all solids; ± is the 95 % t-interval over seeds.",
        "",
        *markdown(("encoder", *VIEWS), [[arm, *(over_seeds(errors[arm, views]) for views in VIEWS)] for arm in ARMS]),
        "",
        "The same for each solid, all seeds together.",
        "",
        *markdown(("solid", *map(", ".join, BY_SOLID)), [of_solid(i, errors) for i in range(len(ORDERS))]),
        "",
        "Rotations that keep each platonic solid: how many there are; how many keep its corners as a function up to "
        "some degree (-: no finite group); how many keep the frozen latent of its corners, for each seed; and for how "
        f"many of {CLOUDS} clouds of {MANY} random points the frozen latent of seed 0 shows so many, if maxima may "
        f"miss {TOLERANCE:.0%} of the height (chosen on other clouds).",
        "",
        *markdown(
            ("solid", "rotations", *[f"degree {l}" for l in range(1, DEGREE + 1)], "latents", "random clouds"),
            [[name, str(order), *shown(name, order, encoders["frozen"])] for name, order in PLATONIC.items()],
        ),
    )
    draw({name: group[0] for name, group in encoders.items()})


def trained(architecture: TensorFieldNetwork, steps: int, seed: int) -> Encoder:
    """An encoder after so many steps of GroupCorrelation."""
    objective = GroupCorrelation(temperature=0.25)
    learner = build(SO3(), architecture, EfferencePair(), objective, shape=(POINTS, 3), seed=seed)
    optimiser, rng = torch.optim.AdamW(learner.parameters(), lr=3e-3), torch.Generator().manual_seed(seed)
    for _ in range(steps):
        views, poses = pairs(2, True, 0.02, rng)
        optimiser.zero_grad()
        motion = (poses[1] @ ~poses[0]).reshape(-1)
        learner.step(Batch(views.flatten(1, 2).transpose(0, 1), motion=motion), rng)
        optimiser.step()
    return learner.encoder


def measured(encoders: Sequence[Encoder], anew: bool, noise: float) -> Tensor:
    """Errors in degrees, (seeds solids EACH)."""
    runs = zip(SEEDS, encoders, strict=True)
    return torch.stack([angles(encoder, EACH, anew, noise, seed) for seed, encoder in runs])


def over_seeds(errors: Tensor) -> str:
    """The median and the quantile of each seed, with intervals."""
    return " / ".join(f"{interval(errors.flatten(1).quantile(q, 1).tolist()):.2f}" for q in (0.5, 0.9))


def of_solid(i: int, errors: dict[tuple[str, str], Tensor]) -> list[str]:
    """The row of one solid."""
    cells = [" / ".join(f"{errors[key][:, i].quantile(q):.2f}" for q in (0.5, 0.9)) for key in BY_SOLID]
    return [list(ORDERS)[i], *cells]


def shown(name: str, order: int, encoders: Sequence[Encoder]) -> list[str]:
    """How many rotations are told by degrees, by latents, and in how many random clouds they all are."""
    counts = [told(name, degree) for degree in range(1, DEGREE + 1)]
    latents = [told_by(encoder.double(), mesh(name).vertices, 1e-6) for encoder in encoders]
    clouds = mesh(name).sample(CLOUDS, MANY, generator=torch.Generator().manual_seed(0))
    right = sum(told_by(encoders[0].double(), cloud, TOLERANCE) == order for cloud in clouds)
    return [*(str(n or "-") for n in counts), ", ".join(str(n or "-") for n in latents), f"{right} of {CLOUDS}"]


def draw(encoders: dict[str, Encoder]) -> None:
    """A cube as it turns, and what becomes of it; the correlations of three solids with themselves."""
    turns = SO3().exp(torch.linspace(0, 1.2, 5)[:, None] * torch.tensor([0.4, 0.2, 1.0]))
    cube = mesh("cube").sample(POINTS, generator=torch.Generator().manual_seed(0)).float()
    orbits = {name: SphereOrbit.of(encoder.float(), cube, turns) for name, encoder in encoders.items()}
    write_atomic(FOLDER / "sphere_orbit.png", pixels(sphere_orbit_picture(orbits), 72))
    encoder = encoders["frozen"].double()
    rho: Any = encoder.action_out
    latents = {name: latent(encoder, name) for name in ("tetrahedron", "cube", "icosahedron")}
    maps = {name: (spectrum(rho, z, z), symmetries(rho, z)) for name, z in latents.items()}
    write_atomic(FOLDER / "rotation_correlations.png", pixels(correlation_picture(maps), 72))


def latent(encoder: Encoder, name: str) -> Tensor:
    """The latent of the corners of a solid, turned by some rotation."""
    turn = SO3().exp(torch.tensor([0.3, 0.4, -0.2], dtype=torch.float64))
    with frozen(encoder):  # type: ignore[arg-type]
        return encoder(encoder.action_in(turn, mesh(name).vertices)[None])[0]


if __name__ == "__main__":
    main()
