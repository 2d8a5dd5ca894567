"""Minimum bill: what energy, demand and fixed charge of a month fall short of it is paid on top."""

from __future__ import annotations

from tests import builders as b
from tests.model.hand import HURRY, but, line, musd, objective, solve
from tests.model.hourly import demand, energy, halves, hourly, index, rate, series


def flat(months=1, **changes):
    """A flat tariff with a minimum bill of 10,000 USD a month."""
    return hourly((b.tariff(**{"minimum_bill_usd_per_month": 10_000.0, **changes}),), months=months)


def test_a_small_bill_is_topped_up():
    # 744 MWh at 10: 7,440 USD, 2,560 USD on top. At 20: 14,880 USD, nothing on top.
    small = solve(flat(energy_usd_per_mwh=10.0))
    assert line(small, "operations", "energy") == musd(0.00744)
    assert line(small, "operations", "minimum_bill") == musd(0.00256)
    assert objective(flat(energy_usd_per_mwh=20.0)) == musd(0.01488)
    assert objective(flat(energy_usd_per_mwh=10.0, minimum_bill_usd_per_month=0.0)) == musd(0.00744)


def test_demand_and_fixed_charge_count():
    # 7,440 of energy, 1,000 of demand (1 USD per kW), 1,000 fixed: 560 on top.
    plan = solve(flat(energy_usd_per_mwh=10.0, demand_usd_per_kw_month=1.0, fixed_usd_per_month=1000.0))
    assert line(plan, "operations", "minimum_bill") == musd(0.00056)


def test_charges_beside_the_bill_do_not_count():
    # 1 USD/MWh of transmission (744 USD) comes on top of the minimum bill.
    assert objective(flat(energy_usd_per_mwh=10.0, transmission_usd_per_mwh=1.0)) == musd(0.01 + 0.000744)


def test_a_credit_does_not_count():
    # 372 h at -20 and 372 h at 20: energy 7,440, credit 7,440, 2,560 on top. More GPUs, free here, would bring the bill to the minimum.
    year = series("node", halves(-20.0, 20.0))
    assert objective(hourly((index(minimum_bill_usd_per_month=10_000.0),), year, max_gpus=1000)) == musd(0.00744 - 0.00744 + 0.00256)


def test_it_is_owed_while_in_service():
    # Load in January (7,440 USD) only; the contract serves to the end of March: 10,000 USD each month.
    ended = but(flat(months=3, energy_usd_per_mwh=10.0), workloads=(but(HURRY, until=0),))
    assert objective(ended) == musd(0.03)
    # A term of two months: January and February.
    assert objective(but(flat(months=3, energy_usd_per_mwh=10.0, term_months=2), workloads=(but(HURRY, until=0),))) == musd(0.02)


def test_it_escalates():
    base = flat(energy_usd_per_mwh=10.0)
    grown = but(base, currency_year=2022, escalation=but(base.escalation, power=0.1))
    assert objective(grown) == musd(0.011)


def test_beyond_the_horizon_it_takes_the_place_of_fixed_charge_and_takes():
    # Eleven months of the term are left: 11 · 10,000 USD, not 11 · 3,000 fixed nor the minimum take of 90 % of 1 MW at 10 USD per kW.
    owing = {"term_months": 12, "fixed_usd_per_month": 3000.0, "min_take_fraction": 0.9, "demand_usd_per_kw_month": 10.0}
    # In January 3,000 fixed and 10,000 demand are above the minimum.
    assert objective(flat(**owing)) == musd(0.013 + 0.11)
    assert objective(flat(**{**owing, "minimum_bill_usd_per_month": 0.0})) == musd(0.013 + 11 * (0.003 + 0.009))


def test_the_fee_for_leaving_may_be_less():
    # 50,000 USD at the end of the horizon instead of eleven months.
    assert objective(flat(energy_usd_per_mwh=10.0, term_months=12, exit_musd=0.05)) == musd(0.01 + 0.05)
    assert objective(flat(energy_usd_per_mwh=10.0, term_months=12, exit_musd=0.5)) == musd(0.01 + 0.11)


def test_minimum_bill_of_a_rate():
    # 7,440 of energy and 1,000 of demand: 1,560 on top; the tariff's own minimum is replaced.
    schedule = rate([energy((None, 10.0))], [demand(1.0)], minimum_bill_usd_per_month=10_000.0)
    assert objective(hourly((b.tariff(rate=schedule, minimum_bill_usd_per_month=50_000.0),))) == musd(0.01)
