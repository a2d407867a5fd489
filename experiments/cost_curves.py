"""What a larger group costs, |G| = 2 ... 64, beside the theory: `python -m experiments.cost_curves [--quick]`.

Setting: G = C_n, float32, one thread of the processor, whose own time is taken; forward and backward of everything.
Every curve is measured at every order in every round, one after the other. An exponent is the slope of log time over
log |G|, fitted to each round, with its 95 % interval over rounds; once for all orders and once for those from 16 on,
where less of the time is spent on calling. Building the network is timed apart: once for each order, in a process
where escnn has built none of that group. The theory counts products and sums:
- at fixed channels, k |G|, convolutions do not depend on |G|, and they are nearly all of a step;
- at fixed fields k there are k |G| channels: pointwise work grows as |G|, convolutions as |G|^2;
- between two fields there are 6 |G| equivariant kernels of 3 x 3, each of |G|^2 channels: at fixed channels, with k^2
  pairs of fields, the products of their expansion grow as |G|, and reading this basis of 54 |G|^3 numbers as |G|^3;
- an orbit has |G| views and |G| (|G| - 1) / 2 pairs;
- the correlation over the group of vectors of fixed length is a Fourier transform of c / |G| copies, log |G|.
Expected figures: these exponents. `--quick` measures smaller sizes, for a look.
Cost: about 8 minutes on one core, with `--quick` about 3. Results: `experiments/results/cost_curves.md`, the same with
all times as JSON, and a picture.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from experiments.cost_picture import picture
from experiments.cost_pieces import CURVES, FULL, QUICK, Curve, Size, network
from experiments.measuring import run
from experiments.writing import markdown, write
from homossl.report import Interval, interval, machine
from homossl.report.drawing import pixels
from homossl.train import write_atomic

ORDERS = (2, 4, 8, 16, 32, 64)
LARGE = ORDERS.index(16)
RESULTS = Path(__file__).parent / "results" / "cost_curves.md"

Seconds = Mapping[str, Sequence[Sequence[float]]]
"""curve -> round -> order -> seconds."""


def main(args: Sequence[str] = ()) -> None:
    """Print the tables, and write them, all times and the picture with the machine."""
    if list(args) not in ([], ["--quick"]):
        raise SystemExit(f"python -m experiments.cost_curves takes --quick or nothing, got {' '.join(args)}")
    size = QUICK if args else FULL
    torch.set_num_threads(1)
    building = [run(lambda order=order: network(order, size.channels // order, size))[0] for order in ORDERS]
    seconds = measured(size)
    write(RESULTS, __doc__ or "", f"Sizes: {size}.", "", *table(seconds), "", *built(building))
    write_atomic(RESULTS.with_suffix(".json"), json.dumps(kept(size, seconds, building), indent=2) + "\n")
    write_atomic(RESULTS.with_suffix(".png"), pixels(picture(ORDERS, seconds)))


def measured(size: Size) -> Seconds:
    """All times, round after round."""
    tasks = {(curve.name, order): curve.prepare(order, size) for order in ORDERS for curve in CURVES}
    for task in tasks.values():
        task()
    rounds = [{key: run(task)[0] for key, task in tasks.items()} for _ in range(size.rounds)]
    return {curve.name: [[times[curve.name, order] for order in ORDERS] for times in rounds] for curve in CURVES}


def table(seconds: Seconds) -> Iterator[str]:
    """The median time at every order, and the exponents beside the theory."""
    header = ("order", "theory", "exponent", f"from {ORDERS[LARGE]} on", *[f"{order}, ms" for order in ORDERS])
    yield from markdown(header, [row(curve, seconds[curve.name]) for curve in CURVES])


def row(curve: Curve, rounds: Sequence[Sequence[float]]) -> list[str]:
    """One curve."""
    fits = [format(exponent(rounds, first), ".2f") for first in (0, LARGE)]
    return [curve.name, curve.theory, *fits, *[f"{1e3 * median(times):.3g}" for times in zip(*rounds, strict=True)]]


def exponent(rounds: Sequence[Sequence[float]], first: int = 0) -> Interval:
    """The slope of log time over log |G|, over rounds, from one of the orders on."""
    orders = np.log(ORDERS[first:])
    return interval([float(np.polyfit(orders, np.log(times[first:]), 1)[0]) for times in rounds])


def built(building: Sequence[float]) -> Iterator[str]:
    """How long the network at fixed channels takes to build."""
    yield from markdown(("order", *map(str, ORDERS)), [["building once, s", *[f"{time:.2g}" for time in building]]])
    yield f"\nBuilding grows with the exponent {exponent([building], LARGE):.2f} from {ORDERS[LARGE]} on, one run."


def kept(size: Size, seconds: Seconds, building: Sequence[float]) -> dict[str, Any]:
    """Everything that was measured."""
    exponents = {
        name: {"all": asdict(exponent(rounds)), f"from {ORDERS[LARGE]} on": asdict(exponent(rounds, LARGE))}
        for name, rounds in seconds.items()
    }
    theory = {curve.name: curve.theory for curve in CURVES}
    facts = {"machine": machine(), "size": asdict(size), "orders": ORDERS, "theory": theory, "exponents": exponents}
    return facts | {"seconds": seconds, "building": building}


if __name__ == "__main__":
    main(sys.argv[1:])
