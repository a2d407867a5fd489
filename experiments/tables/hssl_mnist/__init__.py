"""Homomorphic SSL against augmentation-based SSL on MNIST, by rotation, translation and scale.

The paper's claims are that both learn as well where the encoder is a homomorphism, and that feature-space SSL fails
without structure; its figures could not be read. Differences: of A-SSL to the encoder that is not trained, of H-SSL to
A-SSL with the same draws, of H-SSL without structure to H-SSL. On the torus of the smaller sizes translations are
exact; eighths of a turn and zooms are interpolated, and so are translations where networks stride.
"""

from experiments.tables._hssl import DIGITS, ORDER
from experiments.tables._sizes import few_labels, linear
from experiments.tables.hssl_mnist._base import setting
from homossl.experiment import Table

table = Table(
    title="H-SSL and A-SSL on MNIST",
    tasks={
        "smoke": few_labels(DIGITS),
        "small": few_labels(setting.small.data),
        "paper": linear(setting.paper.data),
    },
    seeds={"smoke": 1, "small": 3, "paper": 3},
    order=ORDER,
)
