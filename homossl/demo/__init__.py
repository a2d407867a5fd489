"""The main comparison on digits: H-SSL against its frozen encoder, A-SSL, and itself without structure."""

from homossl.demo.arms import make_arms
from homossl.demo.comparison import compare
from homossl.demo.options import Options, main
from homossl.demo.results import Results
from homossl.sweep.arm import Arm

__all__ = ["Arm", "Options", "Results", "compare", "main", "make_arms"]
