"""What flows at a site hour by hour, from the table ``dispatch``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.audit.calendar import Clock, IntArray
from optimizer.audit.comparison import FloatArray, Row, Unit
from optimizer.audit.frames import TableReader
from optimizer.audit.hours import SiteHours
from optimizer.core.instance import Instance, Site

SOURCES = ("drawn", "generated", "own_use", "discharge", "shed", "shifted_out")
"""Flows that serve the load."""

SINKS = ("charge", "shifted_in")
"""Flows that add to the load."""

PPA_FLOWS = ("own_use", "sold", "spilled")
FLOWS = ("load", *SOURCES, *SINKS, "sold", "spilled", "stored")
"""Every flow that ``dispatch`` may hold."""

LEAST_MW = 1e-9
"""Rows up to this are dust."""


@dataclass(frozen=True, slots=True)
class SitePower:
    """The hours of a site and the MW (``stored``: MWh) of each flow and subject in them.

    ``row_place`` and ``row_weight_h`` are the hour of every row of ``dispatch`` and the weight that the row states for it.
    """

    site: Site
    hours: SiteHours
    flows: Mapping[tuple[str, str], FloatArray]
    row_place: IntArray
    row_weight_h: FloatArray

    def flow(self, name: str, subject: str) -> FloatArray:
        """MW of one subject in each hour."""
        found = self.flows.get((name, subject))
        return np.zeros(self.hours.period.size) if found is None else found

    def total(self, *names: str) -> FloatArray:
        """MW of all subjects of some flows in each hour."""
        return sum((mw for (name, _), mw in self.flows.items() if name in names), np.zeros(self.hours.period.size))

    def mwh(self, name: str, subject: str) -> FloatArray:
        """MWh of one subject by period."""
        return self.hours.sums(self.flow(name, subject))

    def hourly(self, by_period: FloatArray) -> FloatArray:
        """Number of each hour's period."""
        return by_period[self.hours.period]

    def row(self, unit: Unit, what: str) -> Row:
        """Place of a comparison over all hours."""
        return Row(self.site.site_id, self.hours.period_names, unit, what, self.hours.hour_names)

    def day_row(self, unit: Unit, what: str) -> Row:
        """Place of a comparison over all typical days of all periods."""
        names = (self.hours.period_names[:: self.hours.day_length], self.hours.hour_names[:: self.hours.day_length])
        return Row(self.site.site_id, names[0], unit, what, tuple(name.split("T")[0] for name in names[1]))


def site_powers(reader: TableReader, instance: Instance, clock: Clock) -> dict[str, SitePower]:
    """Hours and flows of every site; rows of hours, flows or subjects that there are not are faults."""
    frame = reader.read("dispatch")
    rows_of = {str(site_id): rows for site_id, rows in frame.groupby("site_id", sort=False)}
    series = {each.name: each for each in instance.series}
    powers = {}
    for site in instance.sites:
        hours = SiteHours(clock, site, series, instance.power_rules.price_year)
        rows = _usable(reader, instance, hours, rows_of[site.site_id]) if site.site_id in rows_of else frame.iloc[:0].assign(place=0)
        place = rows["place"].to_numpy(dtype=np.int64)
        powers[site.site_id] = SitePower(site, hours, _flows(rows, hours), place, rows["weight_h"].to_numpy(dtype=np.float64))
    return powers


def subjects(instance: Instance, site: Site) -> dict[str, set[str]]:
    """Subjects that each flow may have at a site."""
    ppas = {ppa.contract_id for ppa in site.ppas if ppa.settlement == "physical"}
    batteries = {battery.contract_id for battery in site.batteries}
    workloads = {workload.name for workload in instance.workloads}
    return {
        "load": {""},
        "drawn": {tariff.contract_id for tariff in site.tariffs},
        "generated": {gas.contract_id for gas in site.onsite_gas},
        **dict.fromkeys(PPA_FLOWS, ppas),
        **dict.fromkeys(("charge", "discharge", "stored"), batteries),
        **dict.fromkeys(("shed", "shifted_out", "shifted_in"), workloads),
    }


def _usable(reader: TableReader, instance: Instance, hours: SiteHours, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a known hour and subject, with the hour's place."""
    site_id = hours.site.site_id
    known = subjects(instance, hours.site)
    pairs = rows[["flow", "subject"]].drop_duplicates().itertuples(index=False, name=None)
    strange = {(flow, subject) for flow, subject in pairs if subject not in known.get(flow, set())}
    for flow, subject in sorted(strange):
        reader.fault(site_id, "", f"table dispatch: the site has no {flow} of {subject!r}")
    keys = list(zip(rows["period"].tolist(), rows["hour"].tolist(), strict=True))
    place = np.array([hours.place.get(key, -1) for key in keys], dtype=np.int64)
    for period, hour in sorted({key for key, at in zip(keys, place, strict=True) if at < 0}):
        reader.fault(site_id, period, f"table dispatch: the period has no hour {hour!r}")
    is_known = np.ones(len(rows), dtype=bool)
    for flow, subject in strange:
        is_known &= ((rows["flow"] != flow) | (rows["subject"] != subject)).to_numpy(dtype=bool)
    usable: pd.DataFrame = rows.assign(place=place)[(place >= 0) & is_known]
    return usable


def _flows(rows: pd.DataFrame, hours: SiteHours) -> dict[tuple[str, str], FloatArray]:
    flows: dict[tuple[str, str], FloatArray] = {}
    if rows.empty:
        return flows
    for (flow, subject), group in rows.groupby(["flow", "subject"], sort=False):
        mw = np.zeros(hours.period.size)
        mw[group["place"].to_numpy(dtype=np.int64)] = group["mw"].to_numpy(dtype=np.float64)
        flows[str(flow), str(subject)] = mw
    return flows
