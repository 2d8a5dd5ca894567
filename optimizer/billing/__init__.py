"""The exact bill of an hourly load under a rate schedule, by month and line; apart from the model, which has its own arithmetic."""

from optimizer.tariffs.billing import Bill, bill, missing_for_bill
from optimizer.tariffs.lines import BillLine
from optimizer.tariffs.load import HourlyLoad
from optimizer.tariffs.load_file import read_load

__all__ = ["Bill", "BillLine", "HourlyLoad", "bill", "missing_for_bill", "read_load"]
