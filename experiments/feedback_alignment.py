"""Whether forward weights align with fixed random feedback, given time: `python -m experiments.feedback_alignment`.

The setting of `experiments/feedback_angles.py`, with fixed random feedback only and five times as many steps: each
layer's gradient is held against backpropagation's, of the same batch at the same weights, averaged over 20 steps.

Source: Lillicrap et al., Random synaptic feedback weights support error backpropagation for deep learning (Nature
Communications 7:13276, 2016): the angle falls from 90 degrees to below it as forward weights align with the feedback.
Setting: H-SSL on turned digits, encoders of 4, 8 and 8 regular fields and their plain twins; 40 epochs of 20 steps,
AdamW. No seed was chosen; the length is what ten minutes allow.
Expected figure: below 90 degrees in every layer; 0 in the last layer, whose error has passed no feedback weights.
Cost: about 10 minutes on one core.
Results: `experiments/results/feedback_alignment.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from experiments.feedback_angles import ENCODERS, OBJECTIVES, RANDOM, SEEDS, angled, legend, measured, section
from experiments.writing import write

RESULTS = Path(__file__).parent / "results" / "feedback_alignment.md"
AVERAGED = 20

aligned = replace(angled, name="feedback-alignment", epochs=40)


def main() -> None:
    """Train, print the tables, and write them with the machine."""
    write(RESULTS, __doc__ or "", *sections(), *legend(AVERAGED))


def sections() -> Iterator[str]:
    """A table for each objective and encoder."""
    for objective in OBJECTIVES:
        for encoder in ENCODERS:
            recipe = replace(aligned, objective=OBJECTIVES[objective], encoder=ENCODERS[encoder])
            runs = [measured(replace(recipe, seed=seed), AVERAGED) for seed in SEEDS]
            yield from section(f"{objective}, {encoder}", {RANDOM: runs})


if __name__ == "__main__":
    main()
