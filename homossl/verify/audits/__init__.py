"""Models that declare no action on their features: is there one all the same, and how nearly?"""

from homossl.verify.audits.audit import Audit, audit
from homossl.verify.audits.layer import LayerAudit

__all__ = ["Audit", "LayerAudit", "audit"]
