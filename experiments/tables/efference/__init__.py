"""What does an efference copy add to discrimination, and in which form?

Two views of each image, both turned by up to one step of C_8, shifted by up to 2 pixels and changed in brightness. Rows
learn to tell images apart (InfoNCE), and besides which motion made one view of the other: by an inverse model of the
published bins, in the official or in the body's coordinates, by the correlation of latents over C_8, or in one softmax
over images and motions. Shuffled ones are told the motion of another pair: what they lose is what the copy gives; what
they keep is due to the form of the loss. Differences are to the row without a copy, of shuffled ones to the right copy,
and of the joint softmax to itself without motions.
"""

from experiments.tables._sizes import few_labels
from experiments.tables.efference._base import ORDER, PAPER, SMALL
from homossl.experiment import Table

table = Table(
    title="Efference copy",
    tasks={"smoke": few_labels(SMALL.data), "small": few_labels(SMALL.data), "paper": few_labels(PAPER.data)},
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
