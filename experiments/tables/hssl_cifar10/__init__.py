"""Homomorphic SSL against augmentation-based SSL on CIFAR-10."""

from experiments.tables._hssl import make_table
from experiments.tables.hssl_cifar10._base import setting

table = make_table("CIFAR-10", setting)
