"""Power of a site in numbers: what may serve its load month by month, and by which right it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.report.page.charts import moment

if TYPE_CHECKING:
    from optimizer.core.calendar import Calendar
    from optimizer.core.instance import Site
    from optimizer.report.page.case import ReportCase

FIRM = "Grid, firm"
CONDITIONAL = "Grid, interruptible"
PERMITTED = "On-site gas, lasting"
TEMPORARY = "On-site gas, temporary"
RIGHTS = (FIRM, CONDITIONAL, PERMITTED, TEMPORARY)
"""By which right MW may serve: without condition, only while not called, for good, only for the months of a temporary permit."""

_LEAST_MW = 1e-6


def rights(site: Site) -> Mapping[str, str]:
    """Right of every tariff and gas offer of a site, by contract."""
    grid = {tariff.contract_id: CONDITIONAL if tariff.kind == "interruptible" else FIRM for tariff in site.tariffs}
    gas = {gas.contract_id: PERMITTED if gas.max_months is None else TEMPORARY for gas in site.onsite_gas}
    return {**grid, **gas}


def firm_by_right(case: ReportCase, site: Site) -> pd.DataFrame:
    """MW that count for the peak, by period and right, beside the peak itself.

    Returns
    -------
    pandas.DataFrame
        One row per period: ``period``, one column of MW per right that is ever used, ``load_mw`` (peak at the meter).
    """
    power = case.tables["power"]
    power = power[power["site_id"] == site.site_id]
    named = power.assign(right=power["contract_id"].map(rights(site)), firm_mw=power["firm_mw"].astype(float))
    mw = named.pivot_table(index="period", columns="right", values="firm_mw", aggfunc="sum", fill_value=0.0)
    used = [right for right in RIGHTS if right in mw.columns and mw[right].max() > _LEAST_MW]
    load = case.tables["load"]
    peak = load[load["site_id"] == site.site_id].set_index("period")["facility_peak_mw"].astype(float)
    frame = mw.reindex(index=case.periods, columns=used, fill_value=0.0)
    frame["load_mw"] = peak.reindex(case.periods, fill_value=0.0)
    return frame.rename_axis("period").reset_index()


def stacked(frame: pd.DataFrame, columns: list[str], calendar: Calendar) -> pd.DataFrame:
    """Rows to draw a stack of: ``name``, ``begin`` and ``end`` (moments), ``low`` and ``high`` in MW; nothing of 0."""
    ends = dict(zip(frame["period"], [*frame["period"].iloc[1:], calendar.label(calendar.months)], strict=True))
    rows = []
    for record in frame.to_dict("records"):
        low = 0.0
        for name in columns:
            high = low + float(record[name])
            if high > low + _LEAST_MW:
                rows.append((name, moment(record["period"]), moment(ends[record["period"]]), low, high))
            low = high
    return merged(pd.DataFrame(rows, columns=["name", "begin", "end", "low", "high"]), ["name"])


def merged(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Join rows of a stack that follow one another without a change: one rectangle in place of many.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``begin``, ``end``, ``low``, ``high`` and the columns ``by``.
    by : list of str
        Columns that a rectangle is alike in.
    """
    ordered = rows.sort_values([*by, "begin"], kind="stable").reset_index(drop=True)
    before = ordered.shift()
    is_same = (ordered["begin"] == before["end"]) & (ordered[by] == before[by]).all(axis=1)
    is_same &= (ordered[["low", "high"]] - before[["low", "high"]].astype(float)).abs().max(axis=1) <= _LEAST_MW
    run = (~is_same).cumsum()
    firsts = dict.fromkeys([*by, "begin", "low", "high"], "first")
    return ordered.groupby(run).agg({**firsts, "end": "last"}).reset_index(drop=True)


def steps(frame: pd.DataFrame, column: str, calendar: Calendar) -> pd.DataFrame:
    """Points of a line that steps from period to period: ``begin`` (moment), ``mw``; the last one at the end of the horizon."""
    begins = [moment(period) for period in [*frame["period"], calendar.label(calendar.months)]]
    values = frame[column].astype(float).tolist()
    return pd.DataFrame({"begin": begins, "mw": [*values, values[-1]]})


def conditional_at(frame: pd.DataFrame, period: str) -> tuple[float, float]:
    """MW of the peak of a period that only conditional or temporary power serves, and the peak.

    What is firm or lasting comes first; the rest of the peak hangs on a condition.
    """
    row = frame[frame["period"] == period].iloc[0]
    lasting = sum(float(row[right]) for right in (FIRM, PERMITTED) if right in frame.columns)
    peak = float(row["load_mw"])
    return max(peak - lasting, 0.0), peak
