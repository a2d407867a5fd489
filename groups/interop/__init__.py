"""Field types of escnn and irreps of e3nn as actions and representations of ours, and back."""

from groups.interop.e3nn import from_e3nn, to_e3nn
from groups.interop.reading import from_escnn, from_escnn_element
from groups.interop.writing import gspace, to_escnn

__all__ = ["from_e3nn", "from_escnn", "from_escnn_element", "gspace", "to_e3nn", "to_escnn"]
