"""Ledger lines of on-site gas: fuel, rent or purchase of the units, and what is left of bought ones at the end."""

from __future__ import annotations

import numpy as np

from optimizer.audit.ledger.site import Booked
from optimizer.audit.money import total
from optimizer.audit.paths import Case, GasPath


def gas_fuel(case: Case) -> Booked:
    """Fuel of the energy generated."""
    growth = case.growth(case.instance.escalation.gas)
    for path in case.gas:
        usd_per_mwh = path.gas.heat_rate_mmbtu_per_mwh * path.gas.gas_usd_per_mmbtu
        yield path.site.site_id, case.purser.by_period(usd_per_mwh / 1e6 * path.columns["energy_mwh"] * growth)


def generator_rent(case: Case) -> Booked:
    """Rent of the units that stand, and beyond the horizon of those whose least months are not over."""
    for path in case.gas:
        musd = (path.gas.rent_usd_per_kw_month or 0.0) * path.gas.unit_mw * 1000.0 / 1e6
        standing = case.purser.by_period(musd * path.columns["units"] * case.clock.step)
        late = [
            case.purser.dated(np.arange(case.clock.months, came * case.clock.step + path.gas.min_months), musd * units)
            for came, units in enumerate(path.additions)
            if units > 0
        ]
        yield path.site.site_id, standing + total(case.purser, late)


def generators(case: Case) -> Booked:
    """Purchase of units, over the signing lead before they stand."""
    for path in case.gas:
        lead = path.gas.sign_lead_months
        yield path.site.site_id, case.purser.s_curve(case.clock.first - lead, lead, _price_musd(path) * path.additions)


def residual_generators(case: Case) -> Booked:
    """Resale value of bought units at the end, falling evenly over their lifetime."""
    age = case.clock.months - case.clock.first
    for path in case.gas:
        left = np.maximum(1.0 - age / path.gas.lifetime_months, 0.0)
        value = _price_musd(path) * path.gas.resale_fraction * float(np.sum(path.additions * left))
        yield path.site.site_id, case.purser.at_end(-value)


def _price_musd(path: GasPath) -> float:
    """Price of one unit; 0 of rented ones."""
    return (path.gas.buy_usd_per_kw or 0.0) * path.gas.unit_mw * 1000.0 / 1e6
