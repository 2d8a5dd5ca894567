"""The recipe of the model: what is declared, in which order. Everything else is in the modules it calls."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pyomo.environ as pyo

from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money
from optimizer.core.gc_pause import collection_paused
from optimizer.core.instance import Instance, Site
from optimizer.model.batteries import add_batteries
from optimizer.model.bills import add_bills
from optimizer.model.budget import add_budget
from optimizer.model.carbon import add_carbon
from optimizer.model.data_bounds import DataBounds
from optimizer.model.debt import add_debt
from optimizer.model.fleet import add_fleet, add_supply
from optimizer.model.flexible import add_flexible
from optimizer.model.goals import add_goals
from optimizer.model.groups import add_groups
from optimizer.model.interruptible import add_interruptible
from optimizer.model.ledger import Ledger
from optimizer.model.loads import add_loads
from optimizer.model.minimum_bill import add_minimum_bills
from optimizer.model.onsite_gas import add_onsite_gas
from optimizer.model.power import add_power
from optimizer.model.ppas import add_ppas
from optimizer.model.rates import add_rates
from optimizer.model.rentals import add_rentals
from optimizer.model.reuse import Part, PartKey, Parts
from optimizer.model.screening import sites_to_model
from optimizer.model.siting import add_sites_at_most, add_siting
from optimizer.model.tariff_terms import add_tariff_terms
from optimizer.model.tariffs import add_tariffs
from optimizer.model.taxes import add_taxes
from optimizer.model.valid_inequalities import add_valid_inequalities
from optimizer.model.workloads import add_hosting, add_workloads


def build(instance: Instance, before: Mapping[PartKey, Part] | None = None) -> pyo.ConcreteModel:
    """Build the model of an instance.

    Parameters
    ----------
    instance : Instance
    before : mapping of PartKey to Part, optional
        Parts taken out of an earlier model; those of them that this one would make again as they are become parts of it.

    Returns
    -------
    pyomo.environ.ConcreteModel
        With one block ``sites[site_id]`` per site that may be chosen, the ledger's named expressions ``line[group, line]``,
        one objective per goal of which ``min_cost`` is active, and as plain attributes ``instance``, ``calendar``, ``money``, ``ledger``.
    """
    logger = logging.getLogger("pyomo")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # Pyomo prints to standard output when a build is interrupted; what fails is raised anyway
    try:
        with collection_paused():
            return _build(instance, Parts(before or {}))
    finally:
        logger.setLevel(level)


def release(m: pyo.ConcreteModel) -> None:
    """Take a model apart when nobody needs it any more: it refers to itself, and would live on until the next garbage collection.

    Parameters
    ----------
    m : pyomo.environ.ConcreteModel
        Built by ``build``; of no use afterwards.
    """
    for component in list(m.component_objects(descend_into=False)):
        m.del_component(component)
    del m.ledger, m.parts


def _build(instance: Instance, parts: Parts) -> pyo.ConcreteModel:
    m = pyo.ConcreteModel(name=instance.name)
    m.instance = instance
    m.parts = parts
    m.calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    m.money = Money(m.calendar, instance.discount_rate_per_year, instance.currency_year)
    m.ledger = Ledger(m.money)
    m.needs = DataBounds(instance, m.calendar)
    m.workloads_by_name = {workload.name: workload for workload in instance.workloads}
    m.nothing = pyo.Var(bounds=(0.0, 0.0), doc="keeps a row a row where data leave it no other variable")
    m.PERIODS = pyo.RangeSet(0, m.calendar.periods - 1)
    sites = sites_to_model(instance, m.needs)
    m.SITES = pyo.Set(initialize=list(sites), ordered=True)
    m.sites = pyo.Block(m.SITES)
    for site_id, site in sites.items():
        _add_site(m.sites[site_id], site)
    add_carbon(m)
    add_sites_at_most(m)
    add_supply(m)
    add_rentals(m)
    add_workloads(m)
    add_groups(m)
    add_valid_inequalities(m)
    add_debt(m)
    add_budget(m)
    add_goals(m)
    return m


def _add_site(block: pyo.Block, site: Site) -> None:
    block.site = site
    add_siting(block)
    add_fleet(block)
    add_hosting(block)
    if block.model().instance.has_contracts:
        _add_power(block)
    add_taxes(block)


def _add_power(block: pyo.Block) -> None:
    """Declare the power of a site: its hours and load, what each kind of offer gives, what it bills, and the balance of all."""
    add_loads(block)
    add_tariffs(block)
    add_tariff_terms(block)
    add_onsite_gas(block)
    add_ppas(block)
    add_batteries(block)
    add_flexible(block)
    add_bills(block)
    add_rates(block)
    add_minimum_bills(block)
    add_interruptible(block)
    add_power(block)
