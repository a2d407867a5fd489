"""Structure ablations: a recipe with one piece of the structure taken away at a time, over several seeds."""

from homossl.ablate.ablation import Ablation
from homossl.ablate.run import ablate

__all__ = ["Ablation", "ablate"]
