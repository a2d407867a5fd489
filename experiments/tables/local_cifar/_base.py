"""The recipes of the table."""

from experiments import local_published
from experiments.tables._local import Setting
from homossl.data import Digits
from homossl.encoders import CONV6

setting = Setting(
    recipes=local_published.cifar,
    encoder=CONV6("plain", width=8),
    data=Digits(16),
    epochs=10,
    what="CIFAR-100 -> CIFAR-10, linear classifier on pooled features, a single run",
)
