"""S-TEC on CIFAR-100: what an inverse model adds to SimCLR, BYOL and ReLIC.

Of the paper's table the figures of SimCLR and S-TEC could be read; that the efference copy extends BYOL and ReLIC too
is its claim. The paper reads an online linear classifier, we fit a logistic regression to the same pooled features.
Differences are to the baseline without an efference copy, and of baselines to the encoder that is not trained. A linear
probe tells digits well whatever the encoder, trained or not, so that the small size is to be judged by few labels, and
says nothing of the paper's order.
"""

from experiments.tables._sizes import linear
from experiments.tables.stec_cifar100._base import ORDER, PAPER, SMALL
from homossl.experiment import Table

table = Table(
    title="S-TEC on CIFAR-100",
    tasks={"smoke": linear(SMALL.data), "small": linear(SMALL.data), "paper": linear(PAPER.data)},
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
