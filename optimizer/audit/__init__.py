"""The independent audit: a plan re-checked from its quantities by code that knows neither the model nor its arithmetic."""

from optimizer.audit.check import audit, table_faults
from optimizer.audit.report import AuditReport, Violation

__all__ = ["AuditReport", "Violation", "audit", "table_faults"]
