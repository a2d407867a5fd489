"""What a scale-equivariant network misses by, by zoom and by resolution: `python -m experiments.scale_residual`.

|f(g x) - g f(x)| / |g f(x)| for zooms by so many steps of the axis of scales: in total, over all places; seen, over
those whose source is on the axis and on the grid; and middle, over those of them in the middle third of each side,
where few filters see the zeros beyond the border. Truncation is the share of the squared residual at places not seen.
The same digits are drawn on grids of 33, 65 and 129 pixels, in the middle half of each side, every one of their 8 x 8
pixels a Gaussian spot, as bilinear ones would have kinks that no grid resolves.

Setting: ScaleCNN of 4, 4 and 4 fields over 4 scales a third of an octave apart, filters of 7 x 7 pixels, strides 1 or
(1, 2, 2), reach 1 or 2 scales, one with 8 turns too; 4 test digits, bilinear zooms, float64, fresh weights of seeds 0
to 2 with the statistics of these digits. Untied: the plain twin. The spots, and the middle as a figure of its own, came
after a first look, which showed what kinks and the border do; networks, zooms and seeds were not changed.
Expected figure: none; what is seen in the middle should fall with the resolution, the total should not.
Cost: about 5 minutes on one core. Results: `experiments/results/scale_residual.md` and `.png`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import torch
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from experiments.writing import markdown, write
from groups import Element, Scale, Similarity2
from homossl.data import Digits
from homossl.encoders import Encoder, ScaleCNN
from homossl.report import Curve, interval
from homossl.report.curves import draw_curve
from homossl.report.drawing import pixels, styled, tiled
from homossl.report.layers import COLOURS
from homossl.verify import truncation

SIDES, STEPS, SEEDS, IMAGES = (33, 65, 129), (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0), range(3), 4
SPOT = 0.8
"""Standard deviation of a spot, in pixels of the digit."""
SMALL = ScaleCNN(fields=(4, 4, 4), steps=(1, 1, 1))
NETWORKS: Mapping[str, ScaleCNN] = {
    "strides 1": SMALL,
    "strides 1, 2, 2": replace(SMALL, steps=(1, 2, 2)),
    "strides 1, reach 2": replace(SMALL, reach=2),
    "untied, strides 1": replace(SMALL, structure="plain"),
}
MOTIONS = {"turn 22.5°": (math.pi / 8, 0.0), "turn 45°": (math.pi / 4, 0.0), "turn 22.5°, 1 step": (math.pi / 8, 1.0)}
RESULTS = Path(__file__).parent / "results" / "scale_residual.md"
Residuals = dict[str, Tensor]
"""total, seen, middle and share, (seeds motions) each: medians over images."""
COLUMNS = {
    "total": ("total", 1, 3),
    "seen": ("seen", 1, 3),
    "middle": ("middle", 1, 3),
    "truncation, %": ("share", 100, 0),
}


def main() -> None:
    """Print the tables, and write them with the settings, the machine and the picture."""
    zooms = Scale().element(SMALL.step * torch.tensor(STEPS, dtype=torch.float64)[:, None])
    found = {name: {side: measured(network, zooms, side) for side in SIDES} for name, network in NETWORKS.items()}
    RESULTS.with_suffix(".png").write_bytes(pixels(picture(found)))
    write(RESULTS, __doc__ or "", *sections(found), "", *turned(), "", "± is the 95 % t-interval over seeds.")


def measured(network: ScaleCNN, g: Element, side: int) -> Residuals:
    """Every seed's residuals at elements g: (n), on a grid of a side."""
    x = pictures(side)
    rows = [residuals(settled(network, g, x, seed), g[:, None], x) for seed in SEEDS]
    return {name: torch.stack([row[name].median(1).values for row in rows]) for name in rows[0]}


def residuals(encoder: Encoder, g: Element, x: Tensor) -> Residuals:
    """Of every motion and image, (motions images)."""
    whole = truncation(encoder, g, x)
    third = x.shape[-1] // encoder.action_out.stride // 6 * 2 + 1  # type: ignore[attr-defined]
    middle = truncation(encoder, g, x, cells=third).seen
    return {"total": whole.total, "seen": whole.seen, "middle": middle, "share": whole.share}


def pictures(side: int) -> Tensor:
    """Digits whose 8 x 8 pixels are Gaussian spots in the middle half of a grid, (n 1 h w) float64."""
    digits = Digits(8).load("test").x[:IMAGES].double()
    u = torch.linspace(-8, 8, side, dtype=torch.float64)  # in pixels of the digit
    spots = (-(u[:, None] - torch.arange(8) + 3.5).square() / (2 * SPOT**2)).exp()
    return torch.einsum("yi, bcij, xj -> bcyx", spots, digits, spots)


def settled(network: ScaleCNN, g: Element, x: Tensor, seed: int) -> Encoder:
    """The network of a seed in evaluation mode, with the statistics of x."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        encoder = network.build(g.group, 1, x.shape[-1]).double()
    for norm in (part for part in encoder.modules() if isinstance(part, _BatchNorm)):
        norm.momentum = 1.0
    with torch.no_grad():
        encoder(x)
    return encoder.eval()


def sections(found: Mapping[str, Mapping[int, Residuals]]) -> Iterator[str]:
    """A table for each network."""
    header = ("zoom, steps", *[f"{what}, {side}" for side in SIDES for what in COLUMNS])
    for name, by_side in found.items():
        rows = [[f"{step:+g}", *cells(by_side, i)] for i, step in enumerate(STEPS)]
        yield from (f"### {name}", "", *markdown(header, rows), "")


def cells(by_side: Mapping[int, Residuals], i: int) -> list[str]:
    """The figures of one motion on every grid."""
    return [
        f"{interval((scale * by_side[side][what][:, i]).tolist()):.{digits}f}"
        for side in by_side
        for what, scale, digits in COLUMNS.values()
    ]


def turned() -> Iterator[str]:
    """A table for a network with turns as well, without a picture of its own."""
    network = replace(SMALL, turns=8)
    motions = [[a, s * SMALL.step, 0.0, 0.0] for a, s in MOTIONS.values()]
    g = Similarity2().element(torch.tensor(motions, dtype=torch.float64))
    by_side = {side: measured(network, g, side) for side in SIDES[:2]}
    header = ("motion", *[f"{what}, {side}" for side in by_side for what in COLUMNS])
    yield "### strides 1, 8 turns"
    yield ""
    yield from markdown(header, [[name, *cells(by_side, i)] for i, name in enumerate(MOTIONS)])


@styled()
def picture(found: Mapping[str, Mapping[int, Residuals]]) -> Figure:
    """Residuals over the zoom, one panel a network, one colour a grid: total dashed, middle solid."""
    figure, axes = tiled(len(found), 2.6, columns=2, sharex=True, sharey=True)
    x = torch.tensor(STEPS, dtype=torch.float64)
    for axis, (name, by_side) in zip(axes, found.items(), strict=True):
        for colour, (side, residuals) in zip(COLOURS, by_side.items(), strict=False):
            axis.plot(x, residuals["total"].mean(0), color=colour, linewidth=0.8, linestyle="--")
            draw_curve(axis, Curve(f"{side} x {side}", colour, x, residuals["middle"]), marker="o")
        axis.set(yscale="log", title=name)
    axes[0].legend()
    figure.supxlabel("zoom, steps of the axis of scales (dashed: total; solid: middle)", fontsize=9)
    figure.supylabel("|f(g x) - g f(x)| / |g f(x)|", fontsize=9)
    return figure


if __name__ == "__main__":
    main()
