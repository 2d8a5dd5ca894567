"""What came of dispatching a plan over all hours: what went unserved, what the power costs, and how far the typical hours were off."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np

from optimizer.core.accounts import ACCOUNTS
from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money
from optimizer.core.hours import HOURS, day_label
from optimizer.core.instance import Instance
from optimizer.plan.header import VerificationFields
from optimizer.plan.plan import Plan
from optimizer.solve import HighsProcess
from optimizer.verify.bills import bills_of_site
from optimizer.verify.case import Year
from optimizer.verify.days import WorstDay, worst_day
from optimizer.verify.dispatch import Dispatched, Dispatcher
from optimizer.verify.plan_side import PlanSide
from optimizer.verify.site_period import standings

ERROR_MAX = 0.02
"""Largest error of the typical hours that needs no word: relative to the present cost of power."""

UNSERVED_SHARE = 1e-6
"""Share of its load that a plan may leave unserved: rounding."""

_CENT_MUSD = 1e-8

_SAID = 5e-5
"""Least error that is said as a percentage."""

_FINER = 'raise contracts.typical_days, or set contracts.hours = "all"'


@dataclass(frozen=True)
class SiteVerdict:
    """A site after its dispatch: load and what of it went unserved, MWh over the horizon; hours in which it did; its worst day."""

    load_mwh: float
    unserved_mwh: float
    unserved_hours: float
    worst: WorstDay | None

    @property
    def is_served(self) -> bool:
        """Whether all load is served that no workload gives away."""
        return self.unserved_mwh <= UNSERVED_SHARE * self.load_mwh


@dataclass(frozen=True)
class Verification:
    """A plan dispatched over the 8,760 hours of the model year in every period with load.

    Parameters
    ----------
    verified_musd : float
        Objective of the plan, million USD, with the cost of the real hours in the place of the typical ones'.
    cost_excess : float
        What the power costs more (negative: less) than by the typical hours, over the latter, both as present values.
    sites : mapping of str to SiteVerdict
    is_all_hours : bool
        Whether every day is a typical day already at every site that has some.
    """

    verified_musd: float
    cost_excess: float
    sites: Mapping[str, SiteVerdict] = field(default_factory=dict)
    is_all_hours: bool = False

    @property
    def cost_error(self) -> float:
        """Size of the typical hours' error."""
        return abs(self.cost_excess)

    @property
    def passed(self) -> bool:
        """Whether every site serves its load."""
        return all(site.is_served for site in self.sites.values())

    @property
    def unserved_mwh(self) -> float:
        """Load unserved over the horizon."""
        return 0.0 if self.passed else sum(site.unserved_mwh for site in self.sites.values())

    @property
    def is_close(self) -> bool:
        """Whether the typical hours' error is small."""
        return self.cost_error <= ERROR_MAX

    def days_to_add(self) -> dict[str, int]:
        """Day to join the typical ones, at each site where that may mend the plan."""
        return {
            site_id: site.worst.day
            for site_id, site in self.sites.items()
            if site.worst is not None and (not site.is_served if not self.passed else not self.is_close)
        }

    def header(self, rounds: int) -> VerificationFields:
        """Give the field ``verification`` of a plan; ``rounds``: solves that followed the first one."""
        hours = 0.0 if self.passed else sum(site.unserved_hours for site in self.sites.values())
        return {
            "passed": self.passed,
            "hours": HOURS,
            "unserved_mwh": round(self.unserved_mwh, 6),
            "unserved_hours": round(hours, 6),
            "verified_musd": self.verified_musd,
            "cost_error": self.cost_error,
            "worst_day": {site_id: day_label(site.worst.day) for site_id, site in self.sites.items() if site.worst is not None},
            "rounds": rounds,
            "says": self.sentence(),
        }

    def sentence(self) -> str:
        """Say what came of it, and which setting mends what is wrong."""
        if not self.passed:
            places = "; ".join(_unserved(site_id, site) for site_id, site in self.sites.items() if not site.is_served)
            return f"Not all load is served: {places}. {self._mend_unserved()}"
        if not self.sites:
            return "No site has load: there is nothing to verify."
        served = "All load is served in the 8,760 hours of the model year; "
        more = "more" if self.cost_excess > 0.0 else "less"
        told = f"power costs {self.cost_error:.2%} {more} than by the typical hours"
        if self.cost_error < _SAID:
            return f"{served}power costs what the typical hours say."
        if self.is_close:
            return f"{served}{told}."
        return f"{served}{told}, over {ERROR_MAX:.0%}: {self._mend_error()}"

    def _mend_unserved(self) -> str:
        more = "Offer the site more firm MW in those hours or raise contracts.reserve_fraction"
        return f"{more}." if self.is_all_hours else f'{_FINER[0].upper()}{_FINER[1:]}. {more} if that does not mend it.'

    def _mend_error(self) -> str:
        if self.is_all_hours:
            return 'the bills of the months differ from those of whole periods; set horizon.period = "month".'
        return f"{_FINER}."


def _unserved(site_id: str, site: SiteVerdict) -> str:
    day = f", most of it on {day_label(site.worst.day)}" if site.worst is not None and site.worst.unserved_mwh > 0.0 else ""
    return f"{site_id} lacks {site.unserved_mwh:,.4g} MWh in {site.unserved_hours:,.4g} hours{day}"


def verify(instance: Instance, plan: Plan, highs: HighsProcess | None = None) -> Verification:
    """Dispatch the chosen sites over all hours of the model year, investments fixed, and compare the cost.

    Parameters
    ----------
    instance : Instance
        With the typical days that the plan was solved with.
    plan : Plan
        An audited plan.
    highs : HighsProcess, optional
        A process that runs already; without one it is started where it is needed, and ended.

    Returns
    -------
    Verification

    Raises
    ------
    SolverError
        HiGHS could not dispatch the hours.
    """
    if not instance.has_contracts:
        return Verification(float(plan.header["objective_musd"]), 0.0)
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    money = Money(calendar, instance.discount_rate_per_year, instance.currency_year)
    year = Year(instance, calendar, money)
    plan_side = PlanSide(year, plan)
    done: dict[str, list[Dispatched]] = {}
    with ExitStack() as stack:
        dispatcher = Dispatcher(year, plan, plan_side.bills, lambda: highs or stack.enter_context(HighsProcess()))
        for site_id, standing in standings(instance, plan, calendar).items():
            done[site_id] = dispatcher.site([plan_side.case(each) for each in standing])
    modelled = _modelled_musd(year, plan, done)
    verified = sum(_present_musd(year, each) for each in done.values())
    sites = {site_id: _verdict(each, plan_side) for site_id, each in done.items()}
    excess = (verified - modelled) / max(abs(modelled), 1e-9) if abs(verified - modelled) > _CENT_MUSD else 0.0
    objective = float(plan.header["objective_musd"]) - modelled + verified
    carried = [site.typical_days for site in instance.sites if site.site_id in done and site.typical_days is not None]
    return Verification(objective, excess, sites, all(days.is_chronological for days in carried))


def _verdict(done: list[Dispatched], plan_side: PlanSide) -> SiteVerdict:
    load = unserved = hours = 0.0
    for dispatched in done:
        weights, short = dispatched.case.weights, dispatched.mw("unserved", "")
        demand = dispatched.case.load_mw()
        load += float(weights @ demand)
        unserved += float(weights @ short)
        hours += float(weights[short > UNSERVED_SHARE * np.maximum(demand, 1e-9)].sum())
    return SiteVerdict(load, unserved, hours, worst_day(done, plan_side))


def _present_musd(year: Year, done: list[Dispatched]) -> float:
    """Present value of the hour-dependent lines of a site as dispatched."""
    return sum(year.money.period_discount(billed.t) * sum(billed.musd.values()) for billed in bills_of_site(done))


def _modelled_musd(year: Year, plan: Plan, done: Mapping[str, list[Dispatched]]) -> float:
    """Present value of the same lines in the ledger of the plan: those of contracts that stand in a period with load."""
    standing = {
        (site_id, year.calendar.period_label(each.case.standing.t)): each.case.standing.contract_ids
        for site_id, cases in done.items() for each in cases
    }
    ledger = plan.tables["ledger"]
    columns = (ledger[name] for name in ("site_id", "period", "group", "line", "subject", "present_musd"))
    rows = ((site_id, period, ACCOUNTS[group, line].by_hour, subject, musd)
            for site_id, period, group, line, subject, musd in zip(*columns, strict=True))
    return float(sum(
        musd for site_id, period, by_hour, subject, musd in rows
        if (site_id, period) in standing and (by_hour == "site" or (by_hour == "contract" and subject in standing[site_id, period]))
    ))
