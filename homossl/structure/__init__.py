"""The structure that H-SSL rests on, taken away one piece at a time."""

from homossl.structure.kinds import MEANING, STRUCTURES, Structure, check_applies
from homossl.structure.motion import hand_on
from homossl.structure.spoil import build_encoder

__all__ = ["MEANING", "STRUCTURES", "Structure", "build_encoder", "check_applies", "hand_on"]
