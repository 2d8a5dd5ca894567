"""The exact bill of an hourly load under a rate schedule, by month and line; apart from the model, which has its own arithmetic."""

from optimizer.billing.bill import Bill, bill, missing_for_bill
from optimizer.billing.lines import BillLine
from optimizer.billing.load import HourlyLoad
from optimizer.billing.load_file import read_load

__all__ = ["Bill", "BillLine", "HourlyLoad", "bill", "missing_for_bill", "read_load"]
