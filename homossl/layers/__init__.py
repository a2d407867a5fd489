"""The two kinds of layers that the same network is built from: steerable ones, and plain ones without tying."""

from homossl.layers.kinds import Layers, NormKind, Plain, Steerable
from homossl.layers.layout import keep_layout, laid_out
from homossl.layers.local_norm import LocalNorm
from homossl.layers.regional import RegionalConv
from homossl.layers.scale_basis import HermiteGaussians
from homossl.layers.scale_conv import ScaleConv, ScalePool
from homossl.layers.scale_kinds import PlainScale, ScaleLayers, SteerableScale
from homossl.layers.steerable import initialise, lattice_turns, steerable_conv, symmetrised
from homossl.layers.volumes import PlainVolumes, SteerableVolumes
from homossl.layers.wrapping import Residual, Unwrapped, Wrapped

__all__ = [
    "HermiteGaussians",
    "Layers",
    "LocalNorm",
    "NormKind",
    "Plain",
    "PlainScale",
    "PlainVolumes",
    "RegionalConv",
    "Residual",
    "ScaleConv",
    "ScaleLayers",
    "ScalePool",
    "Steerable",
    "SteerableScale",
    "SteerableVolumes",
    "Unwrapped",
    "Wrapped",
    "initialise",
    "keep_layout",
    "laid_out",
    "lattice_turns",
    "steerable_conv",
    "symmetrised",
]
