"""How alike two vectors are when one of them is moved, for every element of a group: s(g) = <rho(g) left, right>."""

from groups.correlation.continuous import log_partition, pairwise_spectrum, spectrum
from groups.correlation.finite import Method, correlation, pairwise
from groups.correlation.peaks import best, coset_distance, peak, peaks, symmetries
from groups.correlation.spectrum import Grid, Jet, Spectrum

__all__ = [
    "Grid",
    "Jet",
    "Method",
    "Spectrum",
    "best",
    "correlation",
    "coset_distance",
    "log_partition",
    "pairwise",
    "pairwise_spectrum",
    "peak",
    "peaks",
    "spectrum",
    "symmetries",
]
