"""Flexible load: shed at the price of lost compute, shifted within a day."""

from __future__ import annotations

from typing import Any

from optimizer.core.instance import Instance
from optimizer.model import build
from tests import builders as b
from tests.model.hand import HURRY, but, line, musd, objective, solve, with_tariff
from tests.model.hourly import NEVER_IN_A_MONTH, TWO_DAYS, hourly, index, pattern, series

NODE = series("node", pattern(10.0, h17=1000.0))
"""31 h of January at 1,000 USD/MWh, 713 h at 10."""


def flexible(instance: Instance, fraction: float, usd_per_mwh: float, **changes: Any) -> Instance:
    workload = but(HURRY, flexible_fraction=fraction, lost_compute_usd_per_mwh=usd_per_mwh, **changes)
    return but(instance, workloads=(workload,))


def test_load_is_shed_where_energy_is_dearer_than_compute():
    base = hourly((index(),), NODE)
    assert objective(base) == musd(0.031 + 0.00713)
    # 0.2 MW are shed in 31 h at 300; 0.8 MW are drawn at 1,000.
    plan = solve(flexible(base, 0.2, 300.0))
    assert line(plan, "operations", "energy") == musd(0.0248 + 0.00713)
    assert line(plan, "delay", "lost_compute") == musd(0.00186)
    # Compute worth 2,000 USD/MWh is not lost.
    assert objective(flexible(base, 0.2, 2000.0)) == musd(0.031 + 0.00713)


def test_the_share_is_of_the_facility_load():
    # PUE 1.5: 1.5 MW, of which 0.3 MW are shed in 31 h.
    base = hourly((index(),), NODE, annual_pue=1.5, peak_facility_ratio=1.5)
    assert objective(flexible(base, 0.2, 300.0)) == musd(31 * (1.2 * 1000 + 0.3 * 300) / 1e6 + 713 * 1.5 * 10 / 1e6)


def test_lost_compute_is_no_cash_and_does_not_escalate():
    base = flexible(hourly((index(),), NODE), 0.2, 300.0)
    purse = b.purse(amounts=((0, 0.03194),))
    # 31,930 USD of energy is paid; the 1,860 USD of lost compute is not.
    assert objective(but(base, has_budget=True, purses=(purse,))) == musd(0.03193 + 0.00186)
    # Short of 30 USD: 3 MWh more are shed, at 10 USD/MWh of energy that is not bought and 300 of compute that is lost.
    poor = b.purse(amounts=((0, 0.0319),))
    assert objective(but(base, has_budget=True, purses=(poor,))) == musd(0.0319 + 0.00186 + 0.0009)
    grown = but(base, currency_year=2022, escalation=but(base.escalation, power=0.1))
    assert objective(grown) == musd(0.03193 * 1.1 + 0.00186)


def test_load_is_shifted_within_the_day():
    # Utilisation 0.8: a load of 0.8 MW, 0.16 MW of it moved from hour 17 to another one; never lost.
    base = hourly((index(),), NODE)
    moved = 31 * (0.64 * 1000 + (23 * 0.8 + 0.16) * 10) / 1e6
    assert objective(flexible(base, 0.2, 1e6, utilisation=0.8)) == musd(moved)
    assert objective(flexible(base, 0.0, 1e6, utilisation=0.8)) == musd(31 * 0.8 * (1000 + 230) / 1e6)


def test_what_is_shifted_needs_idle_gpus():
    # Two dear hours, one cheap: 0.2 · 0.9 MW could leave each dear hour, but the cheap one takes 0.1 MW only (idle: 1 - 0.9).
    year = series("node", pattern(1000.0, h3=10.0))
    base = hourly((index(),), year)
    assert objective(flexible(base, 0.2, 1e6, utilisation=0.9)) == musd(31 * ((23 * 0.9 - 0.1) * 1000 + (0.9 + 0.1) * 10) / 1e6)
    # GPUs that work all the time make up for nothing.
    assert objective(flexible(base, 0.2, 1e6, utilisation=1.0)) == musd(31 * (23 * 1000 + 10) / 1e6)


def test_nothing_is_shifted_from_day_to_day():
    # Even days cost 10, odd days 100, all hours alike: 16 · 24 h and 15 · 24 h of 0.8 MW.
    base = hourly((index(),), series("node", [10.0] * 24, [100.0] * 24), days=TWO_DAYS)
    assert objective(flexible(base, 0.2, 1e6, utilisation=0.8)) == musd(0.8 * 24 * (160 + 1500) / 1e6)


def test_shifted_load_fits_what_is_contracted():
    # The hour that takes 0.16 MW more stands beside a peak that lies 0.2 MW above the mean: 1.16 MW; 1.1 MW leave 0.1 MW an hour.
    year = series("node", pattern(1000.0, h3=10.0))
    shifting = flexible(hourly((index(mw_max=1.1),), year), 0.2, 1e6, utilisation=0.8)
    assert objective(shifting) == musd(31 * ((23 * 0.8 - 0.1) * 1000 + (0.8 + 0.1) * 10) / 1e6)


def test_a_flat_site_sheds_and_does_not_shift():
    # 8,784 h of 2024 at 500: 0.1 MW shed at 300.
    base = flexible(with_tariff(energy_usd_per_mwh=500.0), 0.1, 300.0)
    assert objective(base) == musd(8784 * (0.9 * 500 + 0.1 * 300) / 1e6)
    block = build(flexible(with_tariff(), 0.1, 300.0, utilisation=0.8)).sites["a"]
    assert len(block.shed_mw) == 12
    assert len(block.shifted_in_mw) == len(block.shifted_out_mw) == 0


def test_shedding_asks_for_no_less_firm_power():
    # All load may be shed, and 1 MW must be contracted all the same.
    base = hourly((index(mw_max=0.9),), NODE)
    assert objective(flexible(base, 1.0, 0.0)) == musd(NEVER_IN_A_MONTH)
    assert objective(flexible(hourly((index(mw_max=1.0),), NODE), 1.0, 0.0)) == musd(0.0)
