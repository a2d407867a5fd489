"""Homomorphic SSL against augmentation-based SSL on Tiny ImageNet."""

from experiments.tables._hssl import make_table
from experiments.tables.hssl_tiny_imagenet._base import setting

table = make_table("Tiny ImageNet", setting)
