"""Homomorphic SSL against augmentation-based SSL on MNIST."""

from experiments.tables._hssl import make_table
from experiments.tables.hssl_mnist._base import setting

table = make_table("MNIST", setting)
