"""Correlation over C_n by FFT and by moving vectors, time and memory: `python -m experiments.group_correlation_speed`.

Setting: noise in float32, one copy of the regular representation of C_n per channel. Times are those of one thread of
the processor, the median of a few after one to warm up. "dense" is the library's, which moves left by every element;
"products first" is the quickest way we know without a Fourier transform: the outer products of left and right, summed
over channels, then over the pairs that an element aligns. Memory is the peak of a process of its own, forward and
backward, above what it held before, where blocks of more than 1 MiB are given back at once (by itself glibc keeps
those of up to 32 MiB). For orders the batch is 256 and dense takes one element at a time.
Expected figures: at order 64, batch 512 and 128 channels FFT is at least 5 times faster than dense; its time grows as
n log n and that of dense as n^2; chunks bound the memory, and values and gradients stay the same.
Cost: about 6 minutes on one core. Results: `experiments/results/group_correlation_speed.md`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from experiments.measuring import alone, timed
from experiments.writing import markdown, write
from groups import Cyclic, Regular
from groups.correlation import Method, correlation, pairwise

ORDER, BATCH, CHANNELS = 64, 512, 128
ORDERS, SMALLER_BATCH, LARGE = (8, 16, 32, 64, 128, 256, 512), 256, 3
CHUNKS: list[tuple[Method, int | None]] = [
    *[("fft", chunk) for chunk in (None, 128, 32, 8)],
    *[("dense", chunk) for chunk in (None, 16, 4, 1)],
]
RESULTS = Path(__file__).parent / "results" / "group_correlation_speed.md"


def main() -> None:
    """Print the tables, and write them with the machine."""
    torch.set_num_threads(1)
    write(RESULTS, __doc__ or "", *at_one_order(), "", *by_order(), "", *by_chunk())


def at_one_order() -> Iterator[str]:
    """How long each way takes, for rows and for all pairs."""
    yield from compared("each left with its right", ways(ORDER, BATCH))
    yield ""
    pairs = partial(pairwise, *setting(ORDER, BATCH, CHANNELS))
    dense = partial(pairs, method="dense", chunk=8)
    yield from compared(
        "every left with every right", {"fft": partial(pairs, method="fft"), "dense, 8 elements at a time": dense}
    )


def by_order() -> Iterator[str]:
    """How the time grows."""
    times = {n: [timed(f, 3) for f in ways(n, SMALLER_BATCH, chunk=1).values()] for n in ORDERS}
    rows = [
        [n, 1e3 * fft, 1e6 * fft / (n * math.log2(n)), 1e3 * dense, 1e6 * dense / n**2, 1e3 * products]
        for n, (fft, dense, products) in times.items()
    ]
    header = ("order", "fft, ms", "µs / (n log2 n)", "dense, ms", "µs / n^2", "products first, ms")
    yield from markdown(header, [[f"{v:.3g}" for v in row] for row in rows])
    fft, dense, products = (power(ORDERS[LARGE:], column[LARGE:]) for column in zip(*times.values(), strict=True))
    powers = f"fft {fft:.2f}, dense {dense:.2f}, products first {products:.2f}"
    yield f"\nPower of the order from {ORDERS[LARGE]} on: {powers}."


def by_chunk() -> Iterator[str]:
    """What chunks do to memory and time, and to values and gradients."""
    runs = [alone(prepared, *how) for how in CHUNKS]
    whole = runs[0][2]
    rows = [
        [way, str(chunk or "all"), f"{memory:.0f}", f"{1e3 * time:.3g}", *map(difference, results, whole)]
        for (way, chunk), (memory, time, results) in zip(CHUNKS, runs, strict=True)
    ]
    header = ("way", "chunk", "peak memory, MiB", "ms, forward and backward", "values differ by", "gradients by")
    yield from markdown(header, rows)


def ways(order: int, batch: int, chunk: int | None = None) -> dict[str, Callable[[], Tensor]]:
    """Each way to correlate rows."""
    given = setting(order, batch, CHANNELS)
    fft, dense = partial(correlation, *given, method="fft"), partial(correlation, *given, method="dense", chunk=chunk)
    return {"fft": fft, "dense": dense, "products first": partial(products_first, *given)}


def setting(order: int, batch: int, channels: int) -> tuple[Any, Tensor, Tensor]:
    """The representation, and left and right vectors."""
    rho = channels * Regular(Cyclic(order))
    left, right = torch.randn(2, batch, rho.dim, generator=torch.Generator().manual_seed(0))
    return rho, left, right


def products_first(rho: Any, left: Tensor, right: Tensor) -> Tensor:
    """s(g) = sum_h C_(h, g^-1 h) with C = sum over channels of right left^T."""
    order = rho.group.order
    x, y = (v.unflatten(-1, (-1, order)) for v in (left, right))
    products = torch.einsum("bmi,bmj->bij", y, x).flatten(1)
    h = torch.arange(order)
    return products[:, h * order + (h - h[:, None]) % order].sum(-1)


def compared(title: str, tasks: Mapping[str, Callable[[], Tensor]]) -> Iterator[str]:
    """A table of times, and of how far the values are from the first."""
    times, values = [timed(f) for f in tasks.values()], [f().numpy() for f in tasks.values()]
    rows = [
        [name, f"{1e3 * time:.3g}", f"{time / times[0]:.3g}", difference(value, values[0])]
        for name, time, value in zip(tasks, times, values, strict=True)
    ]
    yield from markdown(
        (f"C_{ORDER}, batch {BATCH}, {CHANNELS} channels: {title}", "ms", "times fft", "differs by"), rows
    )


def power(orders: tuple[int, ...], times: tuple[float, ...]) -> float:
    """The power of the order that fits the times."""
    return float(np.polyfit(np.log(orders), np.log(times), 1)[0])


def prepared(method: Method, chunk: int | None) -> Callable[[], list[np.ndarray]]:
    """A way with a chunk, after a small one to warm up."""
    both_ways(*setting(ORDER, 2, 1), method, 1)
    return partial(both_ways, *setting(ORDER, BATCH, CHANNELS), method, chunk)


def both_ways(rho: Any, left: Tensor, right: Tensor, method: Method, chunk: int | None) -> list[np.ndarray]:
    """Values, and the gradient of a softmax's normalisation with respect to left."""
    left.requires_grad_()
    s = correlation(rho, left, right, method=method, chunk=chunk)
    (s / ORDER).logsumexp(-1).sum().backward()
    assert left.grad is not None
    return [s.detach().numpy(), left.grad.numpy()]


def difference(x: np.ndarray, y: np.ndarray) -> str:
    """|x - y| / |y|."""
    return f"{np.linalg.norm(x - y) / np.linalg.norm(y):.0e}"


if __name__ == "__main__":
    main()
