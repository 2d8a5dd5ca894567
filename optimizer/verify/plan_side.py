"""What the plan itself says of the hours: peaks and energy at its rates, the excess of its peaks, the cost of its typical days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from optimizer.core.hours import HOURS_PER_DAY
from optimizer.core.instance import Instance, Site
from optimizer.plan.plan import Plan
from optimizer.scenario.assemble.typical_days import SiteHours, site_hours
from optimizer.verify.case import Case, Year, coincident_of, make_case
from optimizer.verify.columns import Key
from optimizer.verify.dispatch_tariff import PlanBills
from optimizer.verify.hours import Floats, Ints, day_of
from optimizer.verify.site_period import Grid, SitePeriod

Place = tuple[str, str]
"""A site and the label of a period."""


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
        self._labels: dict[Place, tuple[str, ...]] = {}
        self._flows = _flows_by_place(plan.tables["dispatch"])
        self._mwh, self._mw = (_billed_by_place(plan.tables["bills"], unit) for unit in ("mwh", "mw"))
        self._bills: dict[Place, PlanBills] = {}

    def case(self, standing: SitePeriod) -> Case:
        """Lay out the hours of a site and period."""
        largest = float(self._site_hours(standing.site).pue(standing.t).max())
        return make_case(self._year, standing, standing.excess_mw(largest))

    def bills(self, case: Case) -> PlanBills:
        """What the plan has of the rates at a site and period."""
        place = self._place(case)
        if place not in self._bills:
            rates = [grid for grid in case.standing.grids if grid.offer.rate is not None]
            peaks = dict(peak for grid in rates for peak in self._window_peaks(case, grid))
            highest = dict(drawn for grid in rates for drawn in self._highest_drawn(case, grid))
            self._bills[place] = PlanBills(peaks, self._mwh.get(place, {}), self._mw.get(place, {}), highest)
        return self._bills[place]

    def flow(self, case: Case, flow: str, subject: str) -> Floats:
        """MW of a flow in the plan's typical hours of a period."""
        labels = self._hour_labels(case)
        by_hour = self._of_place(case).get((flow, subject), {})
        places = {label: place for place, label in enumerate(labels)}
        mw = np.zeros(len(labels))
        mw[[places[hour] for hour in by_hour]] = list(by_hour.values())
        return mw

    def flows(self, case: Case) -> list[Key]:
        """Flows and subjects that the plan has in a period."""
        return list(self._of_place(case))

    def typical_positions(self, case: Case) -> Ints:
        """Hour of the model year of every typical hour of a period (an hourly site)."""
        return np.array([_position(label) for label in self._hour_labels(case)], dtype=np.int64)

    def _window_peaks(self, case: Case, grid: Grid) -> Iterator[tuple[tuple[str, int], float]]:
        """Highest MW, with what is laid on the contract for the peak, in the typical hours of each demand charge."""
        assert grid.offer.rate is not None
        hours, t, name = self._site_hours(case.site), case.standing.t, grid.offer.contract_id
        drawn = self.flow(case, "drawn", name)
        for place, charge in enumerate(grid.offer.rate.demand):
            inside = drawn[hours.window_share(charge.window, t) > 0.0]
            yield (name, place), (float(inside.max()) + grid.extra_mw if len(inside) else 0.0)

    def _highest_drawn(self, case: Case, grid: Grid) -> Iterator[tuple[tuple[str, str], float]]:
        """Highest MW drawn in the typical hours that stand for those of each coincident charge."""
        hours, name = self._site_hours(case.site), grid.offer.contract_id
        drawn = self.flow(case, "drawn", name)
        for charge in coincident_of(grid.offer):
            inside = drawn[hours.marked_share(charge.hours, case.standing.t) > 0.0]
            yield (name, charge.name), float(inside.max(initial=0.0))

    def _place(self, case: Case) -> Place:
        return case.site.site_id, self._year.calendar.period_label(case.standing.t)

    def _of_place(self, case: Case) -> Mapping[Key, Mapping[str, float]]:
        return self._flows.get(self._place(case), {})

    def _hour_labels(self, case: Case) -> tuple[str, ...]:
        place = self._place(case)
        if place not in self._labels:
            self._labels[place] = self._site_hours(case.site).labels(case.standing.t)
        return self._labels[place]

    def _site_hours(self, site: Site) -> SiteHours:
        if site.site_id not in self._hours:
            instance: Instance = self._year.instance
            self._hours[site.site_id] = site_hours(instance, site, self._year.calendar)
        return self._hours[site.site_id]


def _flows_by_place(dispatch: pd.DataFrame) -> dict[Place, dict[Key, dict[str, float]]]:
    """MW by hour of every flow and subject, by site and period."""
    columns = (dispatch[name].tolist() for name in ("site_id", "period", "flow", "subject", "hour", "mw"))
    found: dict[Place, dict[Key, dict[str, float]]] = {}
    for site_id, period, flow, subject, hour, mw in zip(*columns, strict=True):
        found.setdefault((site_id, period), {}).setdefault((flow, subject), {})[hour] = mw
    return found


def _billed_by_place(bills: pd.DataFrame, unit: str) -> dict[Place, dict[tuple[str, str], float]]:
    """What is billed in a unit by contract and charge, by site and period."""
    found: dict[Place, dict[tuple[str, str], float]] = {}
    for row in bills.to_dict("records"):
        if str(row["unit"]).lower() == unit:
            of_place = found.setdefault((str(row["site_id"]), str(row["period"])), {})
            charge = str(row["contract_id"]), str(row["charge"])
            of_place[charge] = of_place.get(charge, 0.0) + float(row["billed"])
    return found


def _position(label: str) -> int:
    """Hour of the model year that ``08-14T17`` names."""
    day, hour = label.split("T")
    return day_of(day) * HOURS_PER_DAY + int(hour)
