"""What arithmetic alone can prove: sites at which no workload can be ready by its deadline are no part of the model.

Such a site hosts nothing (a workload has one host, and is ready there by its deadline), a site that hosts nothing is not started
(``start_hosts``), and a site that is not started is all zeros. Leaving it out changes no plan and no bound. Where a site can give
something without a workload (``optimizer.model.idle``), none is left out.
"""

from __future__ import annotations

from optimizer.core.instance import Instance, Mode, Site, Workload
from optimizer.model.data_bounds import DataBounds
from optimizer.model.gas_output import unit_yield_mw, units_at_most
from optimizer.model.idle import idle_sites_give
from optimizer.model.siting import periods_to_mw
from optimizer.model.tariffs import ramp_mw


def sites_to_model(instance: Instance, needs: DataBounds) -> dict[str, Site]:
    """Sites that a plan may start, by their id: allowed, with a mode, and committed, of use when idle, or able to host in time.

    Parameters
    ----------
    instance : Instance
    needs : Needs
        Of the same instance.
    """
    allowed = {site.site_id: site for site in instance.sites if not site.is_forbidden and site.modes}
    if idle_sites_give(instance):
        return allowed
    return {name: site for name, site in allowed.items() if site.is_committed or _may_host_some(instance, needs, site)}


def _may_host_some(instance: Instance, needs: DataBounds, site: Site) -> bool:
    return any(
        workload.deadline is None or any(_may_host(instance, needs, site, (workload, family)) for family in needs.families(workload))
        for workload in instance.workloads
    )


def _may_host(instance: Instance, needs: DataBounds, site: Site, asked: tuple[Workload, str]) -> bool:
    """Whether the GPUs of a family, the capacity of a mode and the firm MW of all contracts can be there by a workload's deadline."""
    workload, family = asked
    calendar = needs.calendar
    assert workload.deadline is not None
    by = min(workload.deadline // calendar.months_per_period, needs.needed_periods(workload).stop - 1)
    if by < 0:
        return True
    need = needs.it_mw_to_target(workload, family, by)
    if need is None:
        return False
    if not any(_is_built(needs, mode, need, by) for mode in site.modes):
        return False
    firm = need * site.peak_facility_ratio * (1.0 + instance.reserve_fraction)
    return not instance.has_contracts or _firm_mw_at_most(site, calendar.first_month(by)) >= firm * (1.0 - 1e-9)


def _is_built(needs: DataBounds, mode: Mode, need: float, by: int) -> bool:
    delay = periods_to_mw(needs.calendar, mode, need)
    return delay is not None and delay <= by


def _firm_mw_at_most(site: Site, month: int) -> float:
    grid = sum(ramp_mw(tariff, month) for tariff in site.tariffs if month >= tariff.sign_lead_months)
    limited = grid if site.grid_limit_mw is None else min(grid, site.grid_limit_mw)
    return limited + sum(unit_yield_mw(gas) * units_at_most(gas) for gas in site.onsite_gas)
