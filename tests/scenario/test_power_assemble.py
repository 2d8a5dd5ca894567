"""Assembling offers of power: series made once and by the local clock, flags, typical days, permits, carbon, and JSON back and forth."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from optimizer.core.bundled import dataset_path
from optimizer.core.hours import DAYS, HOURS, MONTH_DAYS
from optimizer.core.instance import Instance, Site
from optimizer.core.instance_json import instance_from_json, instance_to_json
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from tests.scenario.hourly import write_hourly

PRICE = "ercot_rt_west 2022 (America/Chicago)"


@pytest.fixture
def hourly(folder: Path) -> Path:
    """Folder of a scenario with every form of power."""
    return write_hourly(folder)


def read(folder: Path, *overrides: str) -> Instance:
    return assemble(read_scenario(folder, overrides, fill_sites))


def values(instance: Instance, name: str | None) -> np.ndarray:
    return np.array({series.name: series for series in instance.series}[str(name)].values)


def site(instance: Instance, site_id: str) -> Site:
    return next(one for one in instance.sites if one.site_id == site_id)


def test_only_series_in_use_stand_in_the_instance_each_once(hourly: Path) -> None:
    instance = read(hourly)
    names = [series.name for series in instance.series]
    assert len(set(names)) == len(names)
    assert sorted(names) == sorted([
        "200 highest hours of heat 47157",
        f"{PRICE} @ 61.5",
        f"highest hour of {PRICE} in months 6, 7, 8, 9",
        f"100 highest hours of {PRICE}",
        "ERCOT/wind (America/Chicago)",
        PRICE,
        "own_shape",
        "own_price",
    ])
    assert all(len(series.values) == HOURS for series in instance.series)
    less = read(hourly, "ppas.*.mw_max=0")
    assert {"own_shape", "own_price", PRICE, "ERCOT/wind (America/Chicago)"} & {series.name for series in less.series} == set()
    assert [row.key for row in less.assumptions if row.table == "series" and row.key.startswith("own")] == []


def test_an_index_keeps_its_shape_at_another_level(hourly: Path) -> None:
    instance = read(hourly)
    index = site(instance, "abilene").tariffs[0]
    assert (index.price_series, index.energy_usd_per_mwh, index.adder_usd_per_mwh) == (f"{PRICE} @ 61.5", 0.0, 3.0)
    level, own = values(instance, f"{PRICE} @ 61.5"), values(instance, PRICE)
    assert level.mean() == pytest.approx(61.5, abs=1e-6)
    assert np.ptp(level - own) < 1e-5  # shifted by one constant
    # The hour that begins at 17:00 on 13 July 2022 in Texas is 22:00 UTC (daylight saving time).
    prices = pd.read_parquet(dataset_path("wholesale_price_hourly") / "wholesale_price_hourly.parquet")
    told = datetime(2022, 7, 13, 17, tzinfo=ZoneInfo("America/Chicago"))
    raw = prices[(prices["series_id"] == "ercot_rt_west") & (prices["hour_utc"] == pd.Timestamp(told.astimezone(UTC)))]
    hour = (datetime(2022, 7, 13, 17) - datetime(2022, 1, 1)) // timedelta(hours=1)
    assert own[hour] == pytest.approx(float(raw["price_usd_per_mwh"].iloc[0]), abs=1e-6)


def test_a_conversion_goes_with_the_offer_it_leads_to(hourly: Path) -> None:
    (early,) = site(read(hourly, "tariffs.memphis/grid.mw_max=0"), "memphis").tariffs
    assert (early.contract_id, early.converts_to) == ("early", None)


def test_two_time_zones_have_two_series(hourly: Path) -> None:
    names = {series.name for series in read(hourly, "ppas.abilene/shape.mw_max=0", "sites.abilene.time_zone=America/Denver").series}
    assert "ercot_rt_west 2022 (America/Denver)" in names
    assert PRICE not in names


def test_called_hours_are_the_dearest_and_system_peaks_the_dearest_of_their_months(hourly: Path) -> None:
    instance = read(hourly)
    price = values(instance, PRICE)
    called = values(instance, site(instance, "abilene").tariffs[1].called_series)
    assert called.sum() == 100
    assert price[called == 1].min() >= price[called == 0].max()
    peaks = np.flatnonzero(values(instance, site(instance, "abilene").tariffs[0].coincident_series))
    first = np.cumsum([0, *MONTH_DAYS]) * 24
    months = [slice(first[month - 1], first[month]) for month in (6, 7, 8, 9)]
    assert peaks.tolist() == [month.start + int(np.argmax(price[month])) for month in months]


def test_called_by_heat_falls_on_summer_afternoons(hourly: Path) -> None:
    instance = read(hourly)
    early = site(instance, "memphis").tariffs[1]
    assert (early.converts_to, early.minimum_bill_usd_per_month, early.emissions_t_per_mwh) == ("grid", 5000, 0.4)
    hours = np.flatnonzero(values(instance, early.called_series))
    assert len(hours) == 200
    assert set(hours % 24) <= set(range(11, 21))
    days = hours // 24
    assert days.min() >= 150
    assert days.max() <= 250  # June to early September


def test_typical_days_are_of_hourly_sites_alone(hourly: Path) -> None:
    instance = read(hourly)
    assert all(one.typical_days is not None for one in instance.sites)
    flat = read(hourly, "tariffs.memphis/early.mw_max=0")
    assert [one.typical_days is None for one in flat.sites] == [True, False, False]


def test_typical_days_hold_the_extreme_day_of_each_season_and_the_days_of_system_peaks(hourly: Path) -> None:
    instance = read(hourly)
    days = site(instance, "abilene").typical_days
    assert days is not None
    daily = values(instance, PRICE).reshape(DAYS, 24).mean(axis=1)
    season = np.repeat([(month - 5) % 12 // 3 for month in range(12)], MONTH_DAYS)  # seasons counted from June
    extreme = [int(np.flatnonzero(season == one)[np.argmax(daily[season == one])]) for one in range(4)]
    peaks = np.flatnonzero(values(instance, site(instance, "abilene").tariffs[0].coincident_series)) // 24
    for day in (*extreme, *peaks):
        assert day in days.days
        assert [other for other in range(DAYS) if days.stands_for[other] == day] == [day]


@pytest.mark.parametrize(("count", "least"), [("4", 4), ("24", 24)])
def test_typical_days_may_be_fewer_or_more(hourly: Path, count: str, least: int) -> None:
    days = site(read(hourly, f"contracts.typical_days={count}"), "lordstown").typical_days
    assert days is not None
    assert least <= len(days.days) <= least + 4


def test_all_hours_is_every_day_standing_for_itself(hourly: Path) -> None:
    days = site(read(hourly, "contracts.hours='all'"), "abilene").typical_days
    assert days is not None
    assert days.is_chronological


def test_ppas_and_batteries_come_to_their_site(hourly: Path) -> None:
    instance = read(hourly)
    wind, shape = site(instance, "abilene").ppas
    assert (wind.profile_series, wind.hub_series, wind.available_from, wind.term_months) == ("ERCOT/wind (America/Chicago)", PRICE, 12, 120)
    assert (shape.profile_series, shape.hub_series, shape.available_from, shape.term_months) == ("own_shape", "own_price", 0, None)
    store, deep = site(instance, "abilene").batteries
    assert (store.duration_h, store.degradation_usd_per_mwh, store.lifetime_months) == (4, 1, 180)
    assert (deep.duration_h, deep.mwh_max) == (None, 800)
    assert site(instance, "memphis").ppas == ()


def test_the_hub_of_a_ppa_may_have_the_level_of_the_index(hourly: Path) -> None:
    replace_hub = ["ppas.abilene/wind.hub_level_usd_per_mwh=61.5"]
    instance = read(hourly, *replace_hub)
    assert site(instance, "abilene").ppas[0].hub_series == site(instance, "abilene").tariffs[0].price_series


def test_days_of_a_rate_s_coincident_peaks_stand_for_themselves(hourly: Path) -> None:
    before = site(read(hourly), "lordstown").typical_days
    path = hourly / "rates" / "day_and_night.toml"
    peaks = '[[coincident]]\nusd_per_kw = 20\nhours = ["06-23 17:00", "07-28 17:00"]\nhighest_of = "year"\n'
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{peaks}", encoding="utf-8")
    after = site(read(hourly), "lordstown").typical_days
    assert before is not None
    assert after is not None
    for day in (173, 208):  # 23 June and 28 July, counted from 1 January as 0
        assert [stood for stood, by in enumerate(after.stands_for) if by == day] == [day]
    assert not {173, 208} <= set(before.days)


def test_a_rate_stands_in_its_tariff(hourly: Path) -> None:
    rate = site(read(hourly), "lordstown").tariffs[0].rate
    assert rate is not None
    assert [charge.tiers[0].usd_per_mwh for charge in rate.energy] == [70, 35]
    assert rate.demand[0].usd_per_kw_month == 9


def test_pue_by_hour_keeps_the_years_mean(hourly: Path) -> None:
    instance = read(hourly, "sites.*.hourly_pue=true")
    for one in instance.sites:
        pue = values(instance, one.pue_series)
        assert pue.mean() == pytest.approx(one.annual_pue, abs=1e-6)
        assert 1 <= pue.min() < pue.max() <= one.peak_facility_ratio
    assert [one.pue_series for one in read(hourly).sites] == [None, None, None]


def test_a_permit_by_potential_follows_from_the_nox_of_a_year(folder: Path) -> None:
    # 0.05 t/GWh: a MW at full load 4,000 h emits 0.2 t, so 5 t permit 25 MW; at 8,760 h 0.438 t: 11.415525 MW. 35 MW are stated.
    engines = "onsite_gas.memphis/engines."
    potential = [f"{engines}permit_basis=potential", f"{engines}nox_t_per_year_max=5"]
    some_hours = read(folder, *potential, f"{engines}run_hours_per_year_max=4000")
    assert site(some_hours, "memphis").onsite_gas[0].permit_mw == pytest.approx(25)
    assert site(read(folder, *potential), "memphis").onsite_gas[0].permit_mw == pytest.approx(11.415525, abs=1e-6)
    assert site(read(folder, *potential, f"{engines}nox_t_per_year_max=50"), "memphis").onsite_gas[0].permit_mw == 35
    assert site(read(folder, *potential, f"{engines}permit_basis=actual"), "memphis").onsite_gas[0].permit_mw == 35
    derived = [row.value for row in some_hours.assumptions if row.column == "permit_mw" and row.source.startswith("derived")]
    assert derived == ["25"]


def test_a_delivered_price_of_gas_is_its_parts(folder: Path) -> None:
    engines = "onsite_gas.memphis/engines."
    parts = [f"{engines}gas_{name}_usd_per_mmbtu={value}" for name, value in (("hub", 2.57), ("basis", -0.3), ("transport", 0.45))]
    instance = read(folder, f"{engines}gas_usd_per_mmbtu=none", *parts)
    assert site(instance, "memphis").onsite_gas[0].gas_usd_per_mmbtu == pytest.approx(2.72)
    told = [row.value for row in instance.assumptions if row.column == "gas_usd_per_mmbtu"]
    assert told == ["2.72"]


@pytest.mark.parametrize(("cap", "expected"), [("50000", ((0, 50000.0),)), ('{ "2025-01" = 9e4, "2026-01" = 6e4 }', ((7, 9e4), (19, 6e4)))])
def test_carbon(folder: Path, cap: str, expected: tuple[tuple[int, float], ...]) -> None:
    asked = ["objective.carbon_price_usd_per_t=40", "objective.carbon_basis=location", "objective.clean_share_min=0.7"]
    instance = read(folder, *asked, f"objective.carbon_cap_t_per_year={cap}", 'objective.goals=["max_clean", "min_carbon"]')
    carbon = instance.carbon
    assert (carbon.basis, carbon.price_usd_per_t, carbon.clean_share_min, carbon.cap_t_per_year) == ("location", 40, 0.7, expected)
    assert instance.goals == ("max_clean", "min_carbon", "min_cost")
    assert [one.grid_t_per_mwh for one in instance.sites] == [0.4063, 0.3348, 0.4134]


def test_rules_of_power_and_flexible_work(folder: Path) -> None:
    instance = read(folder, "contracts.ppa_energy_share_max=0.8", "contracts.peak_hours_per_day=4", "workloads.train.flexible_fraction=0.2",
                    "workloads.train.accepts_interruptible=false")
    rules = instance.power_rules
    assert (rules.price_year, rules.ppa_energy_share_max, rules.ppa_peak_multiple_max, rules.peak_hours_per_day) == (2022, 0.8, 5, 4)
    (workload,) = instance.workloads
    assert (workload.flexible_fraction, workload.lost_compute_usd_per_mwh, workload.accepts_interruptible) == (0.2, 2400, False)


def test_every_series_says_where_it_comes_from(hourly: Path) -> None:
    instance = read(hourly)
    rows = {row.key: row for row in instance.assumptions if row.table == "series"}
    assert set(rows) == {series.name for series in instance.series}
    price, wind, called = rows[PRICE], rows["ERCOT/wind (America/Chicago)"], rows[f"100 highest hours of {PRICE}"]
    assert (price.column, price.unit, price.kind, price.as_of) == ("mean", "USD/MWh", "fact", "2023-01-01")
    assert float(price.value) == pytest.approx(values(instance, PRICE).mean(), abs=1e-3)
    assert wind.kind == "later_measure"
    assert "profile of 2024 laid on price year 2022 by the calendar: its coincidence with prices is an assumption" in wind.source
    assert "laid on" not in {row.key: row for row in read(hourly, "contracts.price_year=2024").assumptions}[wind.key].source
    assert (called.column, called.value, called.kind) == ("hours", "100", "assumption")
    assert (rows["own_price"].value, rows["own_price"].unit) == ("21.5", "USD/MWh")


def test_an_instance_with_every_form_of_power_comes_back_from_json(hourly: Path) -> None:
    instance = read(hourly, "sites.memphis.hourly_pue=true", 'objective.carbon_cap_t_per_year={ "2025-01" = 9e4 }')
    again = instance_from_json(instance_to_json(instance))
    assert again == instance
    assert again.sha256() == instance.sha256()
    assert instance.sha256() != changed(instance, series=instance.series[:-1]).sha256()
