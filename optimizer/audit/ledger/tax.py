"""Ledger line of property tax: assessed value of hardware and buildings, each vintage free in its first months."""

from __future__ import annotations

import numpy as np

from optimizer.audit.comparison import FloatArray
from optimizer.audit.ledger.fleet import hardware_usd
from optimizer.audit.ledger.site import Booked, started
from optimizer.audit.paths import Case, SitePath


def property_tax(case: Case) -> Booked:
    """Tax of each month on hardware at what is left of its price, and on land and buildings at cost."""
    for path in started(case):
        assessed = _hardware(case, path) + _buildings(case, path)
        per_month = path.site.property_tax_fraction_per_year / 12.0 * assessed
        yield path.site.site_id, case.purser.by_period(per_month * case.clock.step)


def _hardware(case: Case, path: SitePath) -> FloatArray:
    """Assessed value of GPUs with spares and network, million USD."""
    age = _age(case)
    assessed = np.zeros(case.clock.count)
    for stock in case.fleet_at(path.site.site_id):
        left = np.maximum(1.0 - age / stock.gpu.lifetime_months, 0.0) * _taxable(path, age)
        assessed = assessed + left @ (hardware_usd(stock) / 1e6 * stock.columns["delivered"])
    return assessed


def _buildings(case: Case, path: SitePath) -> FloatArray:
    """Assessed value of construction, liquid cooling, land and fixed cost, million USD."""
    mode = path.mode
    once = np.zeros(case.clock.count)
    once[path.start] = mode.land_musd + mode.fixed_cost_musd
    liquid = (mode.liquid_adder_musd_per_mw or 0.0) * path.newly_equipped
    assessed: FloatArray = _taxable(path, _age(case)) @ (once + mode.capex_musd_per_mw * path.added + liquid)
    return assessed


def _age(case: Case) -> FloatArray:
    """Age in months; rows are periods, columns vintages."""
    return (case.clock.first[:, None] - case.clock.first[None, :]).astype(np.float64)


def _taxable(path: SitePath, age: FloatArray) -> FloatArray:
    """1 where a vintage is there and no longer free of tax, else 0."""
    return ((age >= 0) & (age >= path.site.abatement_months)).astype(np.float64)
