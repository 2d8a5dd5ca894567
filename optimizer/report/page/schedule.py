"""The plan as bars over time: construction, contracts, deliveries, rent and work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.report.page.case import ReportCase

BUILD, GRID, HARDWARE, RENTED, WORK = "building", "power in service", "GPUs ordered to delivered", "rented", "at work"
KINDS = (BUILD, GRID, HARDWARE, RENTED, WORK)
"""In the order of the page."""

Bar = tuple[str, str, str, str]


def bars(case: ReportCase) -> pd.DataFrame:
    """Bars of the timeline.

    Returns
    -------
    pandas.DataFrame
        ``item``, ``kind`` (one of ``KINDS``), ``first`` and ``last`` month (both included), and ``end``, the month after.
    """
    rows = [*_sites(case), *_orders(case), *_rentals(case), *_work(case)]
    table = pd.DataFrame([row for row in rows if row[2]], columns=["item", "kind", "first", "last"])
    return table.assign(end=[_month_after(case, last) for last in table["last"]])


def milestones(case: ReportCase, workload: str | None = None) -> pd.DataFrame:
    """Dates of every workload, or of one: ``what``, ``month`` (wanted, ready, deadline), those that lie within the horizon."""
    rows = []
    told = [work for work in case.header["workloads"] if workload in (None, work["name"])]
    several = len(told) > 1
    for work in told:
        for what, month in (("wanted", work["wanted_from"]), ("ready", work["ready"]), ("deadline", work["deadline"])):
            if month and case.periods[0] <= month <= case.calendar.label(case.calendar.months - 1):
                rows.append((f"{what} ({work['name']})" if several else what, month))
    return pd.DataFrame(rows, columns=["what", "month"])


def _sites(case: ReportCase) -> Iterator[Bar]:
    several = len(case.header["sites"]) > 1
    for site in case.header["sites"]:
        at = f" at {site['site_id']}" if several else ""
        built = case.tables["construction"]
        added = built[(built["site_id"] == site["site_id"]) & (built["added_it_mw"] > 0)]["period"]
        start = site["construction_start"]
        if len(added):
            yield (f"construction{at}", BUILD, start, _before(case, str(added.min())))
            yield (f"halls enter service{at}", BUILD, str(added.min()), str(added.max()))
        for contract in site["contracts"]:
            yield (f"{contract['contract_id'].replace('_', ' ')}{at}", GRID, contract["from"], contract["to"])


def _before(case: ReportCase, period: str) -> str:
    """Last month before a period; the period itself where it is the first."""
    place = case.periods.index(period) * case.calendar.months_per_period
    return case.calendar.label(max(place - 1, 0))


def _orders(case: ReportCase) -> Iterator[Bar]:
    fleet = case.tables["fleet"]
    several = len(set(fleet["site_id"])) > 1
    for (site_id, gpu), rows in fleet.groupby(["site_id", "gpu"], sort=False):
        moving = rows[(rows["ordered"] > 0) | (rows["delivered"] > 0)]["period"]
        if len(moving):
            yield (f"{gpu}{f' at {site_id}' if several else ''}", HARDWARE, str(moving.min()), str(moving.max()))


def _rentals(case: ReportCase) -> Iterator[Bar]:
    for rental in case.header["rentals"]:
        yield (rental["name"].replace("_", " "), RENTED, rental["from"], rental["to"])


def _work(case: ReportCase) -> Iterator[Bar]:
    rows = case.tables["workloads"]
    for work in case.header["workloads"]:
        ready = rows[(rows["workload"] == work["name"]) & (rows["ready"] == 1)]["period"]
        if len(ready):
            yield (work["name"], WORK, str(ready.min()), str(ready.max()))


def _month_after(case: ReportCase, last: str) -> str:
    """First month after a period, or after a month that is none's first."""
    year, number = (int(part) for part in last.split("-"))
    length = case.calendar.months_per_period if last in case.periods else 1
    index = year * 12 + number - 1 + length
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
