"""Homomorphic and equivariant self-supervised learning: every loss can be evaluated where a group acts."""

from __future__ import annotations

from importlib.metadata import version

from homossl._groups_check import check_groups

check_groups()

__version__ = version("homossl")
