"""The dispatch of a plan over all hours of the model year: by site and period, and by calendar year where a limit couples it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.plan.plan import Plan
from optimizer.solve import HighsProcess, SolveSettings
from optimizer.verify.case import Case, Year
from optimizer.verify.columns import DispatchColumns, Key
from optimizer.verify.dispatch_site import add_site_dispatch, is_burning_paid
from optimizer.verify.dispatch_tariff import PlanBills
from optimizer.verify.hours import Floats
from optimizer.verify.limits import add_clean, add_year, has_limits, year_limits
from optimizer.verify.program import Program

_BURNT_MW = 1e-6
_SETTINGS = SolveSettings(gap=1e-5, time_limit_s=120.0)

Whole = Callable[[Case], frozenset[int]]
BillsOf = Callable[[Case], PlanBills]


@dataclass(frozen=True, eq=False)
class Dispatched:
    """A case and the MW (stored: MWh) of its flows in the hours dispatched, shape (m,)."""

    case: Case
    flows: dict[Key, Floats]

    def mw(self, flow: str, subject: str) -> Floats:
        """Flow of a subject, 0 where there is none."""
        return self.flows.get((flow, subject), np.zeros(self.case.count))


class Dispatcher:
    """Dispatches the sites of a plan, in one HiGHS process.

    Parameters
    ----------
    year : Year
    plan : Plan
    bills : callable
        What the plan pays for at the rates of a case.
    start : callable
        Starts the HiGHS process, when the first program needs it.
    """

    def __init__(self, year: Year, plan: Plan, bills: BillsOf, start: Callable[[], HighsProcess]) -> None:
        self._year, self._plan, self._bills, self._start = year, plan, bills, start

    @cached_property
    def _highs(self) -> HighsProcess:
        return self._start()

    def site(self, cases: Sequence[Case]) -> list[Dispatched]:
        """Dispatch the periods of one site; the years are taken one by one."""
        calendar = self._year.calendar
        done: list[Dispatched] = []
        for periods in calendar.years().values():
            in_year = [case for case in cases if case.standing.t in periods]
            if in_year:
                done += self._calendar_year(in_year)
        return done

    def _calendar_year(self, cases: Sequence[Case]) -> list[Dispatched]:
        """Period by period where no limit of the year binds, else all its hours at once."""
        if self._requires_clean():
            return self._solve(cases, by_year=True)
        done = [_of_one_source(case) or self._solve([case], by_year=False)[0] for case in cases]
        return done if self._keeps_limits(done) else self._solve(cases, by_year=True)

    def _keeps_limits(self, done: Sequence[Dispatched]) -> bool:
        """Whether periods dispatched one by one keep the limits of their year together."""
        if not has_limits(self._year, [dispatched.case.standing for dispatched in done]):
            return True
        program, values = Program(), []
        layouts = []
        for dispatched in done:
            layout = add_site_dispatch(program, dispatched.case, self._bills(dispatched.case))
            layouts.append(layout)
            values += [(layout.flows[key], mw) for key, mw in dispatched.flows.items()]
        limits = year_limits(self._year, self._plan, layouts)
        flat = np.zeros(program.width)
        for columns, mw in values:
            flat[columns] = mw
        return all(limit.is_kept(flat) for limit in limits)

    def _solve(self, cases: Sequence[Case], by_year: bool) -> list[Dispatched]:
        done = self._solve_once(cases, by_year, lambda case: frozenset())
        burnt = {id(each.case): _burnt(each) for each in done}
        if not any(burnt.values()):
            return done
        return self._solve_once(cases, by_year, lambda case: burnt[id(case)] | frozenset(np.flatnonzero(is_burning_paid(case)).tolist()))

    def _solve_once(self, cases: Sequence[Case], by_year: bool, whole: Whole) -> list[Dispatched]:
        program = Program()
        layouts = [add_site_dispatch(program, case, self._bills(case), whole(case)) for case in cases]
        if by_year:
            add_year(program, year_limits(self._year, self._plan, layouts))
            self._add_clean(program, layouts)
        values = program.solve(self._highs, _SETTINGS)
        return [Dispatched(layout.case, {key: values[columns] for key, columns in layout.flows.items()}) for layout in layouts]

    def _requires_clean(self) -> bool:
        instance = self._year.instance
        return instance.carbon.clean_share_min > 0.0 or "max_clean" in instance.goals

    def _add_clean(self, program: Program, layouts: Sequence[DispatchColumns]) -> None:
        """Ask for the clean energy that the plan has: all of it where it was a goal, else what the least share asks of it."""
        if not self._requires_clean():
            return
        emissions = self._plan.tables["emissions"]
        calendar = self._year.calendar
        labels = [calendar.period_label(layout.case.standing.t) for layout in layouts]
        in_year = emissions[emissions["period"].isin(labels)]
        here = in_year[in_year["site_id"] == layouts[0].case.site.site_id]
        matched = float(here["matched_mwh"].sum())
        if "max_clean" not in self._year.instance.goals:
            needed = self._year.instance.carbon.clean_share_min * float(in_year["load_mwh"].sum())
            matched *= min(1.0, needed / max(float(in_year["matched_mwh"].sum()), 1e-9))
        add_clean(program, layouts, matched)


def _of_one_source(case: Case) -> Dispatched | None:
    """Dispatch of a site with one source and nothing to decide: what the load asks of it, up to what it gives; else ``None``."""
    standing = case.standing
    is_more = any(work.workload.flexible_fraction for work in standing.work) or standing.stores or standing.agreements
    if is_more or len(standing.grids) + len(standing.units) != 1:
        return None
    layout = add_site_dispatch(Program(), case, PlanBills({}, {}, {}, {}))
    (source,) = (key for key in layout.flows if key[0] != "unserved")
    load = case.load_mw()
    served = np.minimum(load, layout.program.upper(layout.flows[source]))
    return Dispatched(case, {source: served, ("unserved", ""): load - served})


def _burnt(dispatched: Dispatched) -> frozenset[int]:
    """Hours in which a battery charges and discharges at once."""
    found: set[int] = set()
    for flow, name in dispatched.flows:
        if flow == "charge":
            both = np.minimum(dispatched.mw("charge", name), dispatched.mw("discharge", name))
            found.update(np.flatnonzero(both > _BURNT_MW).tolist())
    return frozenset(found)
