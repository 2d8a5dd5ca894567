"""What holds for all hourly offers together: exclusive groups, and valid inequalities that cut no plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.offers import Battery, Ppa
from tests import builders as b
from tests.model.hand import HURRY, but, musd, objective
from tests.model.hourly import demand, energy, halves, hourly, index, optimum, pattern, rate, series
from tests.oracle.test_dropped_rules import STRENGTHENING

NODE = series("node", halves(20.0, 60.0))

WIND = Ppa(
    contract_id="wind", exclusive_group=None, technology="wind", form="baseload", settlement="physical", strike_usd_per_mwh=10.0,
    profile_series=None, hub_series="node", mw_min=0.0, mw_max=1.0, available_from=0, term_months=None, sell_back_fee_usd_per_mwh=1000.0,
    wires_usd_per_mwh=0.0,
)
BATTERY = Battery(
    contract_id="battery", exclusive_group=None, mw_max=10.0, duration_h=None, mwh_max=12.0, usd_per_kw=0.0, usd_per_kwh=0.0,
    round_trip_efficiency=1.0, degradation_usd_per_mwh=0.01, sign_lead_months=0, lifetime_months=120, resale_fraction=0.0,
)


def with_both(ppa_group: str | None, battery_group: str | None):
    """Index power at 20 and 60, a purchase agreement for the whole load at 10, a free battery of 12 MWh; a demand charge on the tariff."""
    offers = {"ppas": (replace(WIND, exclusive_group=ppa_group),), "batteries": (replace(BATTERY, exclusive_group=battery_group),)}
    return hourly((index(),), NODE, **offers)


def test_a_group_of_an_agreement_and_a_battery():
    # The agreement alone: 744 MWh at 10. The battery alone: 12 MWh a day are bought at 20 and used at 60, with 0.01 of wear.
    agreement, battery = 744 * 10e-6, 744 * 20e-6 + 372 * 0.01e-6
    assert objective(with_both("yard", "yard")) == musd(agreement)
    no_agreement = with_both("yard", None)
    (site,) = no_agreement.sites
    assert objective(but(no_agreement, sites=(but(site, ppas=()),))) == musd(battery)
    # A tariff of the group that must serve leaves neither of them.
    alone = but(site, tariffs=(index(exclusive_group="yard"),), batteries=(replace(BATTERY, exclusive_group="yard"),))
    assert objective(but(no_agreement, sites=(alone,))) == musd(744 * 40e-6)


def test_different_groups_exclude_nothing():
    # 0.5 MW of the agreement at 10; the battery moves the other 0.5 MW to hours of 20.
    half = with_both("one", "other")
    (site,) = half.sites
    small = but(site, ppas=(replace(WIND, mw_max=0.5, exclusive_group="one"),))
    assert objective(but(half, sites=(small,))) == musd(372 * 10e-6 + 372 * 20e-6 + 186 * 0.01e-6)


def _interruptible():
    called = series("called", pattern(0.0, h17=1.0), kind="flag")
    cheap = b.tariff(
        contract_id="called", kind="interruptible", called_series="called", energy_usd_per_mwh=10.0, mw_max=0.8, ramp=((1, 1.0),)
    )
    base = hourly((cheap, b.tariff(energy_usd_per_mwh=50.0, mw_max=0.6)), called, months=4)
    return but(base, workloads=(but(HURRY, flexible_fraction=0.5, lost_compute_usd_per_mwh=100.0),))


def _rated():
    schedule = rate([energy((300.0, 50.0), (None, 20.0))], [demand(4.0, ratchet_fraction=0.8, ratchet_lookback_months=11)])
    return hourly((b.tariff(rate=schedule, mw_max=0.7), index()), NODE, months=3)


def _spared():
    gas = b.gas(unit_mw=0.5, units_max=2, spare_units=1, gas_usd_per_mmbtu=3.0, rent_usd_per_kw_month=1.0)
    return hourly((index(mw_max=0.3, ramp=((1, 0.3),)),), NODE, months=3, onsite_gas=(gas,), batteries=(replace(BATTERY, usd_per_kw=1.0),))


@pytest.mark.parametrize("make", [_interruptible, _rated, _spared, lambda: with_both(None, None)])
def test_strengthening_rows_cut_no_plan(make):
    assert optimum(make()) == musd(optimum(make(), STRENGTHENING))
