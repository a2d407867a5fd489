"""Two runs side by side: accuracies, the structure of their latents, and what these tell of motions."""

from homossl.compare.comparison import Comparison
from homossl.compare.measured import Measured, measure
from homossl.compare.motions import motions_of
from homossl.compare.rows import Row
from homossl.compare.run import compare

__all__ = ["Comparison", "Measured", "Row", "compare", "measure", "motions_of"]
