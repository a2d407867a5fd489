"""Encoders of clouds of points."""

from homossl.encoders.points.network import TensorFieldNetwork

__all__ = ["TensorFieldNetwork"]
