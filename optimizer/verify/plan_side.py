"""What the plan itself says of the hours: peaks and energy at its rates, the excess of its peaks, the cost of its typical days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import numpy as np
import pandas as pd

from optimizer.hours import HOURS_PER_DAY
from optimizer.instance import Instance, Site
from optimizer.plan import Plan
from optimizer.typical import SiteHours, site_hours
from optimizer.verify.case import Case, Year, make_case
from optimizer.verify.hours import Floats, Ints, day_of
from optimizer.verify.lay_grid import PlanBills
from optimizer.verify.standing import Grid, Standing


class PlanSide:
    """Reads the tables of a plan by site and period.

    Parameters
    ----------
    year : Year
    plan : Plan
    """

    def __init__(self, year: Year, plan: Plan) -> None:
        self._year = year
        self._hours: dict[str, SiteHours] = {}
        self._dispatch = _by_place(plan.tables["dispatch"])
        self._bills = _by_place(plan.tables["bills"])

    def case(self, standing: Standing) -> Case:
        """Lay out the hours of a site and period."""
        largest = float(self._site_hours(standing.site).pue(standing.t).max())
        return make_case(self._year, standing, standing.excess_mw(largest))

    def bills(self, case: Case) -> PlanBills:
        """What the plan has of the rates at a site and period."""
        site, t = case.site, case.standing.t
        rates = [grid for grid in case.standing.grids if grid.offer.rate is not None]
        if not rates:
            return PlanBills({}, {})
        rows = self._bills.get((site.site_id, self._year.calendar.period_label(t)), pd.DataFrame())
        mwh: dict[tuple[str, str], float] = {}
        for row in rows.to_dict("records"):
            if str(row["unit"]).lower() == "mwh":
                key = (str(row["contract_id"]), str(row["charge"]))
                mwh[key] = mwh.get(key, 0.0) + float(row["billed"])
        peaks = dict(peak for grid in rates for peak in self._window_peaks(case, grid))
        return PlanBills(peaks, mwh)

    def flow(self, case: Case, flow: str, subject: str) -> Floats:
        """MW of a flow in the plan's typical hours of a period."""
        hours, t = self._site_hours(case.site), case.standing.t
        places = {label: place for place, label in enumerate(hours.labels(t))}
        mw = np.zeros(len(places))
        rows = self._rows(case)
        if not rows.empty:
            of_flow = rows[(rows["flow"] == flow) & (rows["subject"] == subject)]
            mw[[places[hour] for hour in of_flow["hour"]]] = of_flow["mw"].to_numpy()
        return mw

    def flows(self, case: Case) -> list[tuple[str, str]]:
        """Flows and subjects that the plan has in a period."""
        rows = self._rows(case)
        return [] if rows.empty else [(str(flow), str(subject)) for flow, subject in set(zip(rows["flow"], rows["subject"], strict=True))]

    def typical_positions(self, case: Case) -> Ints:
        """Hour of the model year of every typical hour of a period (an hourly site)."""
        return np.array([_position(label) for label in self._site_hours(case.site).labels(case.standing.t)], dtype=np.int64)

    def _window_peaks(self, case: Case, grid: Grid) -> Iterator[tuple[tuple[str, int], float]]:
        """Highest MW, with what is laid on the contract for the peak, in the typical hours of each demand charge."""
        assert grid.offer.rate is not None
        hours, t, name = self._site_hours(case.site), case.standing.t, grid.offer.contract_id
        drawn = self.flow(case, "drawn", name)
        for place, charge in enumerate(grid.offer.rate.demand):
            inside = drawn[hours.window_share(charge.window, t) > 0.0]
            yield (name, place), (float(inside.max()) + grid.extra_mw if len(inside) else 0.0)

    def _rows(self, case: Case) -> pd.DataFrame:
        return self._dispatch.get((case.site.site_id, self._year.calendar.period_label(case.standing.t)), pd.DataFrame())

    def _site_hours(self, site: Site) -> SiteHours:
        if site.site_id not in self._hours:
            instance: Instance = self._year.instance
            self._hours[site.site_id] = site_hours(instance, site, self._year.calendar)
        return self._hours[site.site_id]


def _by_place(table: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    groups = cast("Iterable[tuple[tuple[str, str], pd.DataFrame]]", table.groupby(["site_id", "period"], sort=False))
    return {(str(site_id), str(period)): rows for (site_id, period), rows in groups}


def _position(label: str) -> int:
    """Hour of the model year that ``08-14T17`` names."""
    day, hour = label.split("T")
    return day_of(day) * HOURS_PER_DAY + int(hour)
