"""One instance with typical hours that uses every form of power contract: its best plan has money on every line of power.

November 2024 to January 2025 by months, two typical days a season of the year 2022. Two training runs at one site with 14 MW of peak:
``train`` may be shed and shifted and accepts interruption, ``tune`` does neither. No contract is large enough alone.
"""

from __future__ import annotations

import math
from dataclasses import replace

from optimizer.core.hours import DAYS, MONTH_OF_DAY, Series, SeriesKind, TypicalDays
from optimizer.core.instance import Carbon, Escalation, Instance, PowerRules, Purse, Site
from optimizer.core.offers import Battery, DemandCharge, EnergyCharge, OnsiteGas, Ppa, Rate, Tariff, Tier, Window
from tests import builders as b

ALL_YEAR = tuple(range(1, 13))


def instance() -> Instance:
    """Give the instance; its best plan is found in about two seconds."""
    train = b.workload(
        gpus_h100e=8000.0, utilisation=0.985, deadline=0, delay_cost_musd_per_month=40.0, flexible_fraction=0.1,
        lost_compute_usd_per_mwh=60.0,
    )
    tune = b.workload(name="tune", gpus_h100e=2000.0, utilisation=0.8, deadline=0, accepts_interruptible=False)
    return b.instance(
        name="rich hours", currency_year=2023, horizon=b.horizon(3, 1, "2024-11"), discount_rate_per_year=0.12,
        escalation=Escalation(power=0.02, gas=0.03, staff=0.0, lease=0.0), sites=(_site(),), workloads=(train, tune),
        gpus=(b.gpu(initial_gpus=(("a", 10_000),)),), purses=_purses(), has_budget=True, reserve_fraction=0.02, series=_series(),
        carbon=Carbon(basis="market", price_usd_per_t=60.0, cap_t_per_year=((0, 27_500.0),), clean_share_min=0.2),
        power_rules=PowerRules(price_year=2022, ppa_energy_share_max=0.9, ppa_peak_multiple_max=3.0, peak_hours_per_day=5.0),
    )


def burning() -> Instance:
    """Give a small instance in which burning energy pays at night: a MWh drawn then earns 60 USD."""
    index = b.tariff(contract_id="index", kind="index", mw_max=20.0, price_series="night")
    night = [-60.0 if hour < 6 else 40.0 for _ in range(DAYS) for hour in range(24)]
    site = replace(_site(), tariffs=(index,), onsite_gas=(), ppas=(), modes=(b.mode(initial_it_mw=1.0),))
    return replace(
        instance(), sites=(site,), workloads=(b.workload(deadline=0),), gpus=(b.gpu(initial_gpus=(("a", 1_000),)),),
        series=(*_series(), _named("night", "price", night)), carbon=Carbon(),
    )


def shifting() -> Instance:
    """Give a small instance in which load is worth shifting into the cheap hours of its day, and too dear to shed."""
    index = b.tariff(contract_id="index", kind="index", mw_max=20.0, price_series="node")
    site = replace(_site(), tariffs=(index,), onsite_gas=(), ppas=(), batteries=(), modes=(b.mode(initial_it_mw=1.0),))
    train = b.workload(deadline=0, utilisation=0.95, flexible_fraction=0.1)
    return replace(instance(), sites=(site,), workloads=(train,), gpus=(b.gpu(initial_gpus=(("a", 1_000),)),), carbon=Carbon())


def _site() -> Site:
    return b.site(
        peak_facility_ratio=1.4, annual_pue=1.2, grid_t_per_mwh=0.4, pue_series="pue", typical_days=_days(), is_committed=True,
        modes=(b.mode(initial_it_mw=10.0),), tariffs=_tariffs(), onsite_gas=(_engines(),), ppas=_ppas(), batteries=(_battery(),),
    )


def _tariffs() -> tuple[Tariff, ...]:
    index = b.tariff(
        contract_id="index", kind="index", mw_max=4.0, price_series="node", adder_usd_per_mwh=4.0, transmission_usd_per_mwh=3.0,
        ancillary_usd_per_mwh=1.0, capacity_usd_per_kw_month=1.5, coincident_usd_per_kw=0.01, coincident_series="system_peak",
    )
    calls = b.tariff(
        contract_id="calls", kind="interruptible", exclusive_group="line", called_series="called", energy_usd_per_mwh=50.0,
        converts_to="firm", mw_max=2.0, emissions_t_per_mwh=0.3,
    )
    firm = b.tariff(contract_id="firm", exclusive_group="line", energy_usd_per_mwh=30.0, ramp=((2, 4.0),), mw_max=4.0)
    least = b.tariff(
        contract_id="least", energy_usd_per_mwh=40.0, mw_min=1.0, mw_max=1.0, minimum_bill_usd_per_month=60_000.0, term_months=6,
    )
    rated = b.tariff(contract_id="rated", mw_min=3.0, mw_max=5.0, term_months=12, min_take_fraction=0.5, rate=_rate())
    return index, calls, firm, least, rated


def _rate() -> Rate:
    morning = Window(ALL_YEAR, "all", 8, 12)
    base = EnergyCharge("base", Window(ALL_YEAR, "all", 0, 0), (Tier(300.0, 45.0), Tier(600.0, 60.0), Tier(None, 30.0)))
    peak = EnergyCharge("peak", Window(ALL_YEAR, "weekday", 16, 21), (Tier(None, 25.0),))
    demand = DemandCharge("demand", Window(ALL_YEAR, "all", 0, 0), 4.0, 0.0, 0, ())
    mornings = DemandCharge("mornings", morning, 6.0, 0.9, 11, (10, 11, 12))
    return Rate("rate", (base, peak), (demand, mornings), 500.0, 0.0)


def _engines() -> OnsiteGas:
    return b.gas(
        contract_id="engines", unit_mw=1.0, units_max=3, spare_units=1, gas_usd_per_mmbtu=6.0, rent_usd_per_kw_month=12.0,
        derate_fraction=0.1, gas_mmbtu_per_day_max=800.0, outage_hours=3.0, emissions_t_per_mwh=0.5, min_months=3,
    )


def _ppas() -> tuple[Ppa, ...]:
    wind = Ppa("wind", None, "wind", "as_produced", "physical", 25.0, "wind", "hub", 0.5, 3.0, 0, 60, 2.0, 5.0)
    block = Ppa("block", None, "hydro", "baseload", "physical", 58.0, None, "hub", 0.0, 0.5, 0, 4, 1.0, 2.0)
    sun = Ppa("sun", None, "solar", "as_produced", "financial", 20.0, "sun", "hub", 0.0, 2.0, 0, 1, 0.0, 0.0)
    atom = Ppa("atom", None, "nuclear", "baseload", "financial", 60.0, None, "hub", 0.0, 1.0, 0, 12, 0.0, 0.0)
    return wind, block, sun, atom


def _battery() -> Battery:
    return Battery("cell", None, 4.0, None, 20.0, 5.0, 10.0, 0.7, 1.0, 0, 180, 0.5)


def _purses() -> tuple[Purse, ...]:
    return (b.purse(amounts=((0, 100.0),)),)


def _days() -> TypicalDays:
    """First and second day of each block of three months; the others follow them by turns."""
    season = [(int(month) - 11) % 12 // 3 for month in MONTH_OF_DAY]
    first = [season.index(number) for number in range(4)]
    stands_for = tuple(first[season[day]] + day % 2 for day in range(DAYS))
    return TypicalDays(tuple(sorted(set(stands_for))), stands_for)


def _node(day: int, hour: int) -> float:
    """Negative at night of even days, dear in the evening."""
    level = [-20.0, 5.0][day % 2] if hour < 6 else 35.0 if hour < 16 else [150.0, 90.0][day % 2] if hour < 21 else 40.0
    return level + day % 7


def _series() -> tuple[Series, ...]:
    def wave(hour: int, turn: int) -> float:
        return math.sin(2 * math.pi * (hour - turn) / 24)

    year = [(day, hour) for day in range(DAYS) for hour in range(24)]
    return (
        _named("node", "price", [_node(day, hour) for day, hour in year]),
        _named("hub", "price", [_node(day, hour) + (30.0 if 6 <= hour < 10 else -5.0) for day, hour in year]),
        _named("wind", "share", [0.5 + 0.4 * wave(hour, 18) - 0.1 * (day % 2) + 0.01 * (day % 5) for day, hour in year]),
        _named("sun", "share", [max(0.0, 0.8 * wave(hour, 6)) for _, hour in year]),
        _named("pue", "pue", [1.2 + 0.08 * wave(hour, 9) + 0.001 * (day % 9) for day, hour in year]),
        _named("called", "flag", [float(day % 2 == 1 and hour in (17, 18, 19)) for day, hour in year]),
        _named("system_peak", "flag", [float(hour == 8 and day % 3 == 0) for day, hour in year]),
    )


def _named(name: str, kind: SeriesKind, values: list[float]) -> Series:
    return Series(name, kind, "USD/MWh" if kind == "price" else "1", tuple(round(value, 6) for value in values))
