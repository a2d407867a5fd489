"""escnn networks as plain torch modules: the same parameters, the same function, no bookkeeping of fields."""

from homossl.lowering.conv import LoweredConv
from homossl.lowering.field_norm import FieldNorm
from homossl.lowering.lower import lower
from homossl.lowering.network import LoweredNetwork
from homossl.lowering.raising import raised
from homossl.lowering.sharing import Lowered, share

__all__ = ["FieldNorm", "Lowered", "LoweredConv", "LoweredNetwork", "lower", "raised", "share"]
