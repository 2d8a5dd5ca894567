"""What money is used for, in the words of a committee: the lines of the ledger in a few uses, by quarter, beside what purses bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.core.accounts import ACCOUNTS, DRAW_LINE, USES
from optimizer.plan.plan import BEYOND

if TYPE_CHECKING:
    from optimizer.report.page.case import ReportCase

def use_of(group: str, line: str) -> str:
    """Use of a line of the ledger; empty for what is no cash (value of time, residual value).

    Raises
    ------
    KeyError
        Where there is no such account: what nobody has named a use for is not told as another's.
    """
    return ACCOUNTS[group, line].use


def with_use(ledger: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of the ledger that are cash, with their use."""
    uses = [use_of(group, line) for group, line in zip(ledger["group"], ledger["line"], strict=True)]
    named = ledger.assign(use=uses)
    return named[named["use"] != ""]


def paid_by_purses(ledger: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of the ledger but what is drawn from a lender: that is received, not paid."""
    return ledger[(ledger["group"] != "finance") | (ledger["line"] != DRAW_LINE)]


def quarter(period: str) -> str:
    """Calendar quarter of a period: ``2024-06`` lies in ``2024 Q2``."""
    return f"{period[:4]} Q{(int(period[5:7]) + 2) // 3}"


def uses_by_quarter(case: ReportCase) -> pd.DataFrame:
    """Nominal million USD by quarter (rows, named; all that the horizon touches) and use (columns, those that occur)."""
    ledger = with_use(case.tables["ledger"])
    within = paid_by_purses(ledger[ledger["period"] != BEYOND])
    quarters = list(dict.fromkeys(quarter(period) for period in case.periods))
    table = within.assign(quarter=within["period"].map(quarter)).pivot_table(
        index="quarter", columns="use", values="nominal_musd", aggfunc="sum", fill_value=0.0)
    return table.reindex(index=quarters, columns=[use for use in USES if use in table.columns], fill_value=0.0)


def sources_by_quarter(case: ReportCase) -> pd.DataFrame:
    """What all purses receive and hold: by quarter ``received_musd`` and ``balance_musd`` at its end; empty without a budget."""
    cash = case.tables["cash"]
    if cash.empty:
        return pd.DataFrame(columns=["received_musd", "balance_musd"])
    by_period = cash.groupby("period")[["in_musd", "balance_musd"]].sum()
    by_quarter = by_period.groupby(quarter)
    return pd.DataFrame({"received_musd": by_quarter["in_musd"].sum(), "balance_musd": by_quarter["balance_musd"].last()})
