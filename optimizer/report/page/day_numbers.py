"""Typical days of a site, hour by hour, from the table ``dispatch``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from optimizer.report.page.case import ReportCase

FLAT = "mean"
"""Hour of a site whose prices are flat: one stands for a whole period."""

SUPPLY = ("drawn", "generated", "own_use", "discharge")
"""Flows that bring energy to the load."""

DAYS_SHOWN = 7
SOURCES_SHOWN = 5
OTHER = "other sources"


@dataclass(frozen=True)
class TypicalHours:
    """Hours to be drawn.

    Attributes
    ----------
    supply : pandas.DataFrame
        ``day`` (label), ``hour`` (0 to 23), ``source``, ``low``, ``high`` in MW: a stack; every hour and source has a row.
    load : pandas.DataFrame
        ``day``, ``hour``, ``mw``: the load before anything is shed or shifted.
    sources : list of str
        From the one that brings most.
    days : list of str
        Labels in calendar order.
    year_days : int
        Typical days that the last twelve months with load have.
    """

    supply: pd.DataFrame
    load: pd.DataFrame
    sources: list[str]
    days: list[str]
    year_days: int


def typical_hours(case: ReportCase, site_id: str) -> TypicalHours | None:
    """Choose typical days of the last twelve months with load: that with the highest hour, and those that stand for most days.

    Returns
    -------
    TypicalHours or None
        None where the site has no load or flat prices: then one hour stands for a whole period.
    """
    rows = case.tables["dispatch"]
    rows = rows[rows["site_id"] == site_id]
    if rows.empty or (rows["hour"] == FLAT).all():
        return None
    per_year = 12 // case.calendar.months_per_period
    rows = rows[rows["period"].isin(sorted(set(rows["period"]))[-per_year:]) & (rows["hour"] != FLAT)]
    rows = rows.assign(
        date=rows["hour"].str.split("T").str[0], clock=rows["hour"].str.split("T").str[1].astype(int),
        mw=rows["mw"].astype(float), weight_h=rows["weight_h"].astype(float),
    )
    chosen = _chosen(rows)
    shown = rows.merge(chosen, on=["period", "date"])
    supply = shown[shown["flow"].isin(SUPPLY)]
    ranked = supply.groupby("subject")["mw"].sum().sort_values(ascending=False).index.astype(str).tolist()
    sources = ranked if len(ranked) <= SOURCES_SHOWN + 1 else [*ranked[:SOURCES_SHOWN], OTHER]
    load = shown[shown["flow"] == "load"].groupby(["day", "clock"])[["mw"]].sum().reset_index()
    days = chosen["day"].tolist()
    year_days = len(rows[["period", "date"]].drop_duplicates())
    return TypicalHours(_stack(supply, sources), load.rename(columns={"clock": "hour"}), sources, days, year_days)


def _chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """Days to show, in calendar order: ``period``, ``date``, ``day`` (label)."""
    load = rows[rows["flow"] == "load"]
    days = load.groupby(["period", "date"], as_index=False).agg(weight=("weight_h", "mean"), peak=("mw", "max"))
    highest = days.sort_values(["peak", "weight"], ascending=False).head(1)
    others = days.drop(highest.index).sort_values(["weight", "peak"], ascending=False).head(DAYS_SHOWN - 1)
    chosen = pd.concat([highest, others]).sort_values(["period", "date"])
    return chosen.assign(day=[_label(*day) for day in zip(chosen["period"], chosen["date"], chosen["weight"], strict=True)])


def _label(period: str, date: str, weight: float) -> str:
    """``2027-12: as 12-04 (31 days)``: the period, the day of the model year, and the days that it stands for."""
    return f"{period}: as {date} ({weight:,.0f} day{'' if round(weight) == 1 else 's'})"


def _stack(supply: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Stack the sources of every hour, the largest lowest."""
    named = supply.assign(source=supply["subject"].where(supply["subject"].isin(sources), OTHER))
    mw = named.pivot_table(index=["day", "clock"], columns="source", values="mw", aggfunc="sum", fill_value=0.0)
    mw = mw.reindex(columns=sources, fill_value=0.0)
    high = mw.cumsum(axis=1)
    parts = [
        pd.DataFrame({"source": name, "low": high[name] - mw[name], "high": high[name]}).reset_index().rename(columns={"clock": "hour"})
        for name in sources
    ]
    return pd.concat(parts, ignore_index=True)
