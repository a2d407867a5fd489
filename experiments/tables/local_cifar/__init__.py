"""Biologically plausible SSL, first table: CIFAR-100 for pretraining, CIFAR-10 for the linear classifier.

Rows are named by objective, way of teaching and way back of the error; `few` is the paper's second column, the gradient
block and 5 negatives. Figures and settings are those of `experiments.local_published`, which says what is ours.
Differences are to the random encoder. A linear probe tells digits well whatever the encoder, trained or not, so that
the small size is to be judged by few labels, and says nothing of the paper's order.
"""

from experiments.tables._sizes import linear
from experiments.tables.local_cifar._base import setting
from homossl.data import CIFAR10
from homossl.experiment import Table

table = Table(
    title="Biologically plausible SSL, CIFAR-100 to CIFAR-10",
    tasks={"smoke": linear(setting.data), "small": linear(setting.data), "paper": linear(CIFAR10(size=32))},
    seeds={"smoke": 1, "small": 3, "paper": 1},
    order=setting.order,
)
