"""The recipes of the table."""

from experiments import local_published
from experiments.tables._local import Setting
from homossl.data import Digits
from homossl.encoders import VGG6

setting = Setting(
    recipes=local_published.stl,
    encoder=VGG6("plain", width=8),
    data=Digits(32),
    epochs=5,
    what="STL-10, unlabelled -> labelled, linear classifier on pooled features, a single run",
    prefix="stl-",
)
