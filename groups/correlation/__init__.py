"""How alike two vectors are when one of them is moved, for every element of a group: s(g) = <rho(g) left, right>."""

from groups.correlation.continuous import log_partition, pairwise_spectrum, spectrum
from groups.correlation.finite import Method, correlation, pairwise
from groups.correlation.spectrum import Grid, Spectrum

__all__ = [
    "Grid",
    "Method",
    "Spectrum",
    "correlation",
    "log_partition",
    "pairwise",
    "pairwise_spectrum",
    "spectrum",
]
