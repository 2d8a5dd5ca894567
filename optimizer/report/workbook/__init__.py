"""``plan.xlsx``: the plan as a workbook whose totals, present values and balances are live formulas (docs/workbook.md)."""

from optimizer.report.workbook.workbook import workbook

__all__ = ["workbook"]
