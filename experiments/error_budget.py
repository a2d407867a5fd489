"""The error budget of C_8 at 45 degrees, with and without a planted fault of 1 %: `python -m experiments.error_budget`.

Setting: three steerable layers with 4 regular fields each, strides 1 or (1, 2, 1), on band-limited fields of 33 x 33
pixels (8 and 12 cycles across), in float64, weights and fields of seeds 0 to 3. The fault lies outside the equivariant
basis of one layer's filter and is 1 % of it.
Expected figure: interpolation, border and filter sampling explain at least 90 % of the residual; the fault stands out.
Cost: about 15 minutes on one core. Results: `experiments/results/error_budget.md`.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import torch

from experiments.writing import markdown, write
from groups import Cyclic, Element
from homossl.encoders import CNN, Encoder
from homossl.verify import Budget, band_limited, budget
from homossl.verify.budgets import planted

SIDE, SEEDS, BANDS, STEPS = 33, range(4), (8.0, 12.0), ((1, 1, 1), (1, 2, 1))
EIGHTH, QUARTER = (Cyclic(8).element([k]) for k in (1, 2))
RESULTS = Path(__file__).parent / "results" / "error_budget.md"
HEADER = (
    *("steps", "band", "seed", "residual", "interpolation", "border", "sampling", "left", "explained, %"),
    *("fault, layer 0", "layer 1", "layer 2", "left at 90°", "fault at 90°"),
)


def main() -> None:
    """Print the table, and write it with the settings and the machine."""
    rows = [[cell(v) for v in row(*choice)] for choice in product(STEPS, BANDS, SEEDS)]
    write(RESULTS, __doc__ or "", *markdown(HEADER, rows), "", quarter_turns())


def row(steps: tuple[int, ...], band: float, seed: int) -> list[Any]:
    """The budget of one network, how many times what is left rises by a fault in each layer, and both at 90 degrees."""
    encoder, x = network(Cyclic(8), steps, seed), fields(band, seed)
    sound = measure(encoder, x, EIGHTH)
    faulty = [planted(encoder, layer) for layer in range(len(steps))]
    rises = [measure(fault, x, EIGHTH, encoder).left.norm / sound.left.norm for fault in faulty]
    quarter = [measure(model, x, QUARTER, encoder).total for model in (encoder, faulty[0])]
    return [steps, band, seed, sound.total, *sound.norms.values(), 100 * sound.explained, *rises, *quarter]


def quarter_turns() -> str:
    """The largest residual of C_4 networks, which interpolate nothing."""
    worst = max(
        measure(network(Cyclic(4), steps, seed), fields(8.0, seed), Cyclic(4).element([1])).total
        for steps, seed in product(STEPS, SEEDS)
    )
    return f"C_4, same networks, a quarter turn: residual at most {worst:.1g}, all of it left."


def network(group: Cyclic, steps: tuple[int, ...], seed: int) -> Encoder:
    """A correct network with the initial weights of a seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return CNN(fields=(4, 4, 4), steps=steps).build(group, 1, SIDE).double()


def fields(band: float, seed: int) -> torch.Tensor:
    """Two band-limited fields."""
    action: Any = network(Cyclic(8), (1, 1, 1), 0).action_in
    return band_limited(action, 2, SIDE, band, torch.Generator().manual_seed(seed))


def measure(model: Any, x: torch.Tensor, g: Element, claims: Encoder | None = None) -> Budget:
    """The budget of a model at one element."""
    says: Any = claims or model
    return budget(model, says.action_in, says.action_out, x, g)


def cell(value: Any) -> str:
    """A figure as text."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
