"""Which rule of credit assignment learns how much, on moved inputs and in feature space?

InfoNCE under every rule, for a plain network that sees two crops of each image (A-SSL), and for its twin of C_4 whose
every stage reads two windows of its own field (H-SSL): there layer-wise rules need neither a second pass nor a message
from above. Rules that teach one stage at a time see the images once for each stage, so that every weight gets as many
updates. Differences are to the encoder of the same kind that is not trained.
"""

from experiments.tables._sizes import few_labels
from experiments.tables.credit._base import DIGITS, ORDER, PAPER
from homossl.experiment import Table

table = Table(
    title="Credit assignment",
    tasks={"smoke": few_labels(DIGITS), "small": few_labels(DIGITS), "paper": few_labels(PAPER["assl"].data)},
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
