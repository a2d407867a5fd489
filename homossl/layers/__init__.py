"""The two kinds of layers that the same network is built from: steerable ones, and plain ones without tying."""

from homossl.layers.kinds import Layers, Plain, Residual, Steerable, Unwrapped
from homossl.layers.steerable import initialise, lattice_turns, steerable_conv, symmetrised

__all__ = [
    "Layers",
    "Plain",
    "Residual",
    "Steerable",
    "Unwrapped",
    "initialise",
    "lattice_turns",
    "steerable_conv",
    "symmetrised",
]
