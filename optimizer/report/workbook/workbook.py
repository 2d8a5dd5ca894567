"""The workbook as bytes: which sheets it has, in which order."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from optimizer.plan.plan_text import PLAN_MARK, plan_sha256
from optimizer.report.workbook.book import Book
from optimizer.report.workbook.cash_sheet import cash_sheet, payments_sheet
from optimizer.report.workbook.ledger_sheets import ledger_sheet, periods_sheet, totals_sheet
from optimizer.report.workbook.summary_sheet import summary_sheet
from optimizer.report.workbook.table_sheets import table_sheets

if TYPE_CHECKING:
    from optimizer.core.instance import Instance
    from optimizer.plan.plan import Plan


def workbook(instance: Instance, plan: Plan) -> bytes:
    """Make ``plan.xlsx``; the same plan gives the same bytes.

    Parameters
    ----------
    instance : Instance
        The question as it was solved.
    plan : Plan
        Its answer, with tables.

    Returns
    -------
    bytes
        An Office Open XML workbook. Every formula also carries the value it comes to.

    Raises
    ------
    ValueError
        The answer has no tables: there is no plan.
    """
    if not plan.tables:
        raise ValueError(f"{instance.name} has no plan ({plan.status}), and so no workbook")
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(target, options) as file:
        made = datetime.datetime.fromisoformat(instance.as_of[:10]) if instance.as_of else datetime.datetime(2024, 1, 1)
        file.set_properties({"title": instance.title or instance.name, "subject": "Plan", "created": made})
        file.set_custom_property(PLAN_MARK, plan_sha256(plan), "text")
        book = Book(file, instance.title or instance.name)
        summary_sheet(book, instance, plan)
        ledger_sheet(book, instance, plan)
        totals_sheet(book, instance, plan)
        cash_sheet(book, instance, plan)
        periods_sheet(book, instance)
        payments_sheet(book, plan)
        table_sheets(book, plan)
    return target.getvalue()
