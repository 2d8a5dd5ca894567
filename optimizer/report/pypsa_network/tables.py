"""The network as plain tables, so that it can be made and looked at without PyPSA."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.calendar import Calendar
from optimizer.core.errors import ExportError
from optimizer.core.finance import Money
from optimizer.report.pypsa_network.site_parts import Part, SiteCase, site_parts
from optimizer.report.pypsa_network.snapshots import Hours, snapshots
from optimizer.scenario.assemble.typical_days import site_hours
from optimizer.verify import verified_instance

if TYPE_CHECKING:
    from optimizer.core.instance import Instance
    from optimizer.plan.plan import Plan

_POWER_TABLES = ("batteries", "onsite_gas", "ppas", "ramps", "tariffs")
NOTES = (
    "MW and MWh; marginal costs in nominal USD/MWh. Snapshots are local clock time of each site.",
    "Marginal costs are energy alone: no demand, capacity, coincident or fixed charge, no minimum take, no carbon price.",
    "The plant of a physical agreement costs nothing here: its strike is due for all that it yields, used or not.",
    "Of a rate the marginal cost is the mean price of the energy that the plan bills in the period.",
    "Weights: snapshot_weightings.objective and .generators are the hours that a snapshot stands for; .stores is one hour.",
    "Batteries are cyclic over all snapshots here, over each typical day in the plan; their duties for peaks and outages are not held.",
    "Load is the plan's, shifted hours included; what may be shed is a generator of the carrier shed.",
    "Financial agreements move no power and are left out, as are limits of a day's gas, run hours, NOx, carbon and clean shares.",
    "p, p0, p1 and state_of_charge hold what the plan does.",
)
"""What the network leaves out, and how it is to be read; stands in its metadata."""


@dataclass(frozen=True, slots=True)
class NetworkTables:
    """A network in tables.

    Parameters
    ----------
    name : str
    times : pandas.DatetimeIndex
        Snapshots.
    weights_h : pandas.Series
        Hours that each snapshot stands for.
    parts : tuple of Part
        Components, buses before what stands at them.
    meta : mapping
        Scenario, notes and sources; nothing but what JSON knows.
    """

    name: str
    times: pd.DatetimeIndex
    weights_h: pd.Series[float]
    parts: tuple[Part, ...]
    meta: Mapping[str, Any]


def network_tables(instance: Instance, plan: Plan, hours: Hours = "typical") -> NetworkTables:
    """Make the network of a plan: a bus per chosen site with its load, contracts, agreements and batteries.

    Parameters
    ----------
    instance : Instance
        The question as it was solved.
    plan : Plan
        Its answer, with tables.
    hours : {"typical", "all"}
        Snapshots: the plan's typical hours with the hours they stand for, or every hour of the horizon from the first load on.

    Raises
    ------
    ExportError
        The plan has no load on any contract.
    """
    dispatch = plan.tables.get("dispatch")
    if dispatch is None or dispatch.empty:
        reason = "has no load at any site" if instance.has_contracts else "leaves power out (its scenario has no [contracts])"
        raise ExportError(f"{instance.name}: the plan {reason}, and so there is no network to export.")
    instance = verified_instance(instance, plan.header)
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    loaded = set(dispatch["site_id"])
    sites = {site.site_id: (site, site_hours(instance, site, calendar)) for site in instance.sites if site.site_id in loaded}
    with_load = set(dispatch["period"])
    periods = [t for t in range(calendar.periods) if calendar.period_label(t) in with_load]
    shots = snapshots(calendar, sites, periods, hours)
    money = Money(calendar, instance.discount_rate_per_year, instance.currency_year)
    cases = [SiteCase(instance, plan, money, site, made, shots) for site, made in sites.values()]
    parts = sorted((part for case in cases for part in site_parts(case)), key=lambda part: part.component != "Bus")
    weights = pd.Series(shots.weights_h, index=shots.times)
    return NetworkTables(instance.name, shots.times, weights, tuple(parts), _meta(instance, hours, set(sites)))


def _meta(instance: Instance, hours: Hours, sites: set[str]) -> dict[str, Any]:
    """Scenario, notes, and the sources of every input of power at the sites."""
    sources = [asdict(row) for row in instance.assumptions if row.table in _POWER_TABLES and row.key.split("/")[0] in sites]
    return {
        "scenario": instance.name, "title": instance.title, "as_of": instance.as_of, "instance_sha256": instance.sha256(),
        "currency_year": instance.currency_year, "hours": hours, "notes": list(NOTES), "sources": sources,
    }
