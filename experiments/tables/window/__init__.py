"""How large should the window of H-SSL be, and how far apart the two views?

A view is a window of so many cells of the 9 x 9 of the feature field of p4, an exact homomorphism; the two are moved
independently about the place of the image. The whole field, moved over its torus and averaged, is the same for both
views but for their turns: without them nothing is left to learn but to tell images apart; so it is where nothing moves.
Differences are to the encoder that is not trained.
"""

from experiments.tables._sizes import few_labels
from experiments.tables.window._base import ORDER, PAPER, SMALL
from homossl.experiment import Table

table = Table(
    title="Window and distance of the views",
    tasks={"smoke": few_labels(SMALL.data), "small": few_labels(SMALL.data), "paper": few_labels(PAPER.data)},
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
