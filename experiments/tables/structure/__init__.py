"""Which part of the structure does H-SSL need, and does A-SSL need any?

H-SSL reads both views from one feature field, A-SSL moves the inputs by the same draws; with the intact encoder, an
exact homomorphism of p4, the two are the same up to rounding. Each is trained with three objectives, and with the
structure taken away one piece at a time (`homossl.structure`). What breaks H-SSL and leaves A-SSL alone is what H-SSL
takes from the structure. Differences are to the intact encoder with the same views and objective; those of the intact
ones are to the encoder that is not trained.
"""

from experiments.tables._sizes import few_labels
from experiments.tables.structure._base import ORDER, PAPER, SMALL
from homossl.experiment import Table

table = Table(
    title="Structure, view source and objective",
    tasks={"smoke": few_labels(SMALL.data), "small": few_labels(SMALL.data), "paper": few_labels(PAPER.data)},
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
