"""From the solved model to the plan's tidy tables. Values were rounded (integers) and loaded before; nothing is decided here."""

from optimizer.model.extract.tables import extract_tables

__all__ = ["extract_tables"]
