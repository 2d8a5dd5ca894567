"""One instance with every form of power: every rule of hourly contracts stands in it, its best plan is found in a few seconds.

October 2024 to March 2025 by quarters, eight typical days of the year 2022. Two training runs at one site: ``train`` may be shed and
shifted and accepts interruption, ``tune`` does neither.
"""

from __future__ import annotations

import math

from optimizer.core.hours import DAYS, Series, SeriesKind, TypicalDays
from optimizer.core.instance import Carbon, Escalation, Instance, PowerRules, Purse, Site, Workload
from optimizer.core.offers import Battery, CoincidentCharge, DemandCharge, EnergyCharge, OnsiteGas, Ppa, Rate, Tariff, Tier, Window
from tests import builders as b

ALL_YEAR = tuple(range(1, 13))
ALL_HOURS = Window(ALL_YEAR, "all", 0, 0)
SEASON_FIRST = (0, 90, 181, 273)


def instance() -> Instance:
    """Give the instance."""
    return b.instance(
        name="rich power", currency_year=2023, horizon=b.horizon(6, 3, "2024-10"), discount_rate_per_year=0.12,
        escalation=Escalation(power=0.02, gas=0.03, staff=0.0, lease=0.0), sites=(_site(),), workloads=_workloads(),
        gpus=(b.gpu(price_usd=1000.0),), purses=_purses(), has_budget=True, reserve_fraction=0.05, series=_series(),
        goals=("earliest", "max_clean", "min_carbon", "min_cost"),
        carbon=Carbon(basis="market", price_usd_per_t=30.0, cap_t_per_year=((0, 60_000.0),), clean_share_min=0.1),
        power_rules=PowerRules(price_year=2022, ppa_energy_share_max=0.9, ppa_peak_multiple_max=3.0, peak_hours_per_day=5.0),
    )


def _site() -> Site:
    return b.site(
        peak_facility_ratio=1.4, annual_pue=1.2, grid_t_per_mwh=0.4, pue_series="pue", typical_days=_days(), grid_limit_mw=8.0,
        modes=(b.mode(capex_musd_per_mw=1.0),), tariffs=_tariffs(), onsite_gas=_gas(), ppas=_ppas(), batteries=_batteries(),
    )


def _tariffs() -> tuple[Tariff, ...]:
    index = b.tariff(
        contract_id="index", kind="index", mw_max=1.2, price_series="node", adder_usd_per_mwh=4.0, transmission_usd_per_mwh=3.0,
        ancillary_usd_per_mwh=1.0, capacity_usd_per_kw_month=1.5, coincident_usd_per_kw=5.0, coincident_series="peak",
    )
    early = b.tariff(
        contract_id="early", kind="interruptible", exclusive_group="line", called_series="called", energy_usd_per_mwh=35.0,
        converts_to="late", mw_max=1.0, minimum_bill_usd_per_month=2000.0, emissions_t_per_mwh=0.3,
    )
    left = b.tariff(
        contract_id="left", kind="interruptible", exclusive_group="line", called_series="called", energy_usd_per_mwh=36.0,
        converts_to="late", mw_max=1.0, exit_musd=0.1, term_months=24,
    )
    late = b.tariff(
        contract_id="late", exclusive_group="line", energy_usd_per_mwh=42.0, ramp=((3, 2.0),), demand_usd_per_kw_month=3.0,
        min_energy_fraction=0.5, ratchet_fraction=0.5, min_take_fraction=0.3,
    )
    rated = b.tariff(contract_id="rated", mw_min=0.5, mw_max=2.0, term_months=12, min_take_fraction=0.6, rate=_rate())
    return index, early, left, late, rated


def _rate() -> Rate:
    evening = Window(ALL_YEAR, "weekday", 16, 21)
    base = EnergyCharge("base", ALL_HOURS, (Tier(300.0, 45.0), Tier(600.0, 60.0), Tier(None, 30.0)))
    peak = EnergyCharge("peak", evening, (Tier(None, 25.0),))
    by_use = tuple(Tier(None, usd, upto) for upto, usd in ((200.0, 9.0), (400.0, 6.0), (None, 4.0)))
    used = (EnergyCharge("of all", ALL_HOURS, by_use, "demand"), EnergyCharge("of evenings", ALL_HOURS, by_use, "evenings"))
    demand = DemandCharge("demand", ALL_HOURS, 4.0, 0.0, 0, ())
    peaks = CoincidentCharge("peaks", ALL_YEAR, 2.0, tuple(f"{month:02d}-15 17:00" for month in ALL_YEAR), "year")
    evenings = DemandCharge("evenings", evening, 6.0, 0.8, 11, (10, 11, 12))
    return Rate("rate", (base, peak, *used), (demand, evenings), 500.0, 20_000.0, (peaks,))


def _gas() -> tuple[OnsiteGas, ...]:
    engines = b.gas(
        contract_id="engines", unit_mw=0.5, units_max=4, spare_units=1, gas_usd_per_mmbtu=3.0, rent_usd_per_kw_month=12.0,
        derate_fraction=0.1, gas_mmbtu_per_day_max=300.0, outage_hours=3.0, emissions_t_per_mwh=0.5, min_months=3,
        run_hours_per_year_max=6000.0, nox_t_per_gwh=100.0, nox_t_per_year_max=900.0,
    )
    return (engines,)


def _ppas() -> tuple[Ppa, ...]:
    wind = Ppa(
        contract_id="wind", exclusive_group="plant", technology="wind", form="as_produced", settlement="physical",
        strike_usd_per_mwh=25.0, profile_series="wind", hub_series="hub", mw_min=0.5, mw_max=3.0, available_from=0, term_months=60,
        sell_back_fee_usd_per_mwh=2.0, wires_usd_per_mwh=5.0,
    )
    solar = Ppa(
        contract_id="solar", exclusive_group="plant", technology="solar", form="as_produced", settlement="financial",
        strike_usd_per_mwh=28.0, profile_series="sun", hub_series="hub", mw_min=0.0, mw_max=2.0, available_from=3, term_months=None,
        sell_back_fee_usd_per_mwh=0.0, wires_usd_per_mwh=0.0,
    )
    round_the_clock = Ppa(
        contract_id="block", exclusive_group=None, technology="gas", form="baseload", settlement="physical", strike_usd_per_mwh=40.0,
        profile_series=None, hub_series="hub", mw_min=0.0, mw_max=0.5, available_from=0, term_months=3, sell_back_fee_usd_per_mwh=1.0,
        wires_usd_per_mwh=2.0,
    )
    firm = Ppa(
        contract_id="atom", exclusive_group=None, technology="nuclear", form="baseload", settlement="financial", strike_usd_per_mwh=60.0,
        profile_series=None, hub_series="hub", mw_min=0.0, mw_max=0.5, available_from=0, term_months=12, sell_back_fee_usd_per_mwh=0.0,
        wires_usd_per_mwh=0.0, begin_by=2,
    )
    return wind, solar, round_the_clock, firm


def _batteries() -> tuple[Battery, ...]:
    sized = Battery(
        contract_id="sized", exclusive_group=None, mw_max=2.0, duration_h=None, mwh_max=8.0, usd_per_kw=20.0, usd_per_kwh=10.0,
        round_trip_efficiency=0.85, degradation_usd_per_mwh=1.0, sign_lead_months=0, lifetime_months=180, resale_fraction=0.5,
    )
    blocks = Battery(
        contract_id="blocks", exclusive_group="yard", mw_max=1.0, duration_h=4.0, mwh_max=None, usd_per_kw=30.0, usd_per_kwh=12.0,
        round_trip_efficiency=0.9, degradation_usd_per_mwh=0.0, sign_lead_months=3, lifetime_months=120, resale_fraction=0.3,
    )
    return sized, blocks


def _workloads() -> tuple[Workload, ...]:
    train = b.workload(
        gpus_h100e=1500.0, delay_cost_musd_per_month=40.0, utilisation=0.9, flexible_fraction=0.6, lost_compute_usd_per_mwh=90.0,
    )
    tune = b.workload(name="tune", gpus_h100e=500.0, delay_cost_musd_per_month=30.0, utilisation=0.8, accepts_interruptible=False)
    return train, tune


def _purses() -> tuple[Purse, ...]:
    return (
        b.purse(name="series", amounts=((0, 30.0),), pays_for=("capital", "deposits")),
        b.purse(name="monthly", amounts=((0, 1.0),), every_month=True, pays_for=("operations", "lease", "rent")),
    )


def _days() -> TypicalDays:
    """First and second day of each season; the odd days of a season follow its second one."""
    season = [max(first for first in SEASON_FIRST if first <= day) for day in range(DAYS)]
    days = tuple(sorted(first + parity for first in SEASON_FIRST for parity in (0, 1)))
    return TypicalDays(days, tuple(first + (day - first) % 2 for day, first in enumerate(season)))


def _series() -> tuple[Series, ...]:
    def wave(hour: int, turn: int) -> float:
        return math.sin(2 * math.pi * (hour - turn) / 24)

    year = [(day, hour) for day in range(DAYS) for hour in range(24)]
    node = [30.0 + 40.0 * wave(hour, 10) + 6.0 * (day % 2) for day, hour in year]
    return (
        _named("node", "price", node),
        _named("hub", "price", [price - 2.0 + 3.0 * wave(hour, 0) for (_, hour), price in zip(year, node, strict=True)]),
        _named("wind", "share", [0.45 + 0.3 * wave(hour, 18) - 0.1 * (day % 2) for day, hour in year]),
        _named("sun", "share", [max(0.0, 0.8 * wave(hour, 6)) for _, hour in year]),
        _named("pue", "pue", [1.2 + 0.08 * wave(hour, 9) for _, hour in year]),
        _named("called", "flag", [float(day % 2 == 1 and hour in (17, 18)) for day, hour in year]),
        _named("peak", "flag", [float(day in (300, 340, 20) and hour == 18) for day, hour in year]),
    )


def _named(name: str, kind: SeriesKind, values: list[float]) -> Series:
    return Series(name, kind, "USD/MWh" if kind == "price" else "1", tuple(round(value, 6) for value in values))
