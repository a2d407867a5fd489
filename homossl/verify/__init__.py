"""Is a model the homomorphism that it claims to be; where is it not, and why?"""

from homossl.verify.audits import Audit, LayerAudit, audit
from homossl.verify.budgets import Budget, Part, band_limited, budget, budgets_by_resolution, rates, refine
from homossl.verify.check import check
from homossl.verify.details import Details
from homossl.verify.layer import LayerResult
from homossl.verify.lie import lie_derivative, lie_rate
from homossl.verify.lie_layers import LieLayer, LieReport, lie_by_layer
from homossl.verify.result import Report, Worst
from homossl.verify.scores import LatentScores, latent_scores, multiplicities
from homossl.verify.truncation import Truncation, truncation, view_truncation

__all__ = [
    "Audit",
    "Budget",
    "Details",
    "LatentScores",
    "LayerAudit",
    "LayerResult",
    "LieLayer",
    "LieReport",
    "Part",
    "Report",
    "Truncation",
    "Worst",
    "audit",
    "band_limited",
    "budget",
    "budgets_by_resolution",
    "check",
    "latent_scores",
    "lie_by_layer",
    "lie_derivative",
    "lie_rate",
    "multiplicities",
    "rates",
    "refine",
    "truncation",
    "view_truncation",
]
