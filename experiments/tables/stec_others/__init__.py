"""S-TEC as published for CIFAR-10, STL-10 and ImageNet, beside SimCLR and the encoder that is not trained.

No figure of these could be read. In the paper's size every encoder is measured on all three data sets: on its own, as
in the paper, and on the two others, which is transfer. In the small size all learn from the same CIFAR-10 images, each
with the augmentation, temperature and weights that were published for its data. Differences: of S-TEC to SimCLR, of
SimCLR to the encoder that is not trained.
"""

from experiments.tables._sizes import linear
from experiments.tables.stec_others._base import DIGITS, IMAGES, MEASURED, ORDER
from homossl.experiment import Table
from homossl.transfer import Probe

table = Table(
    title="S-TEC on CIFAR-10, STL-10 and ImageNet",
    tasks={
        "smoke": linear(DIGITS),
        "small": linear(IMAGES),
        "paper": tuple(Probe(data=data, readout="pooled") for data in MEASURED),
    },
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
