"""Tables and header of plans with power hour by hour, each worked out by hand: a load of 1 MW through January 2023, 744 hours.

One typical day stands for all: hours 0 to 11 are cheap (20 USD/MWh), hours 12 to 23 dear (100).
"""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
from pyomo.environ import Var

from optimizer.core.hours import DAYS, HOURS_PER_DAY, Series, TypicalDays
from optimizer.core.offers import Battery, DemandCharge, EnergyCharge, Ppa, Rate, Tier, Window
from optimizer.explain.at_limit import fully_used
from optimizer.model import build
from optimizer.model.extract import extract_tables
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from optimizer.solve import SolveSettings, compile_model
from optimizer.solve.search.goals import solve_goals
from optimizer.workflow.header import plan_header
from tests import builders as b

ONE_DAY = TypicalDays((0,), (0,) * DAYS)
ALWAYS = Window(tuple(range(1, 13)), "all", 0, 0)
WIND = Ppa(
    contract_id="wind", exclusive_group=None, technology="wind", form="as_produced", settlement="physical", strike_usd_per_mwh=17.0,
    profile_series="morning", hub_series="node", mw_min=0.0, mw_max=1.0, available_from=0, term_months=None,
    sell_back_fee_usd_per_mwh=5.0, wires_usd_per_mwh=0.0,
)
SOLAR = Ppa(
    contract_id="solar", exclusive_group="sun", technology="solar", form="baseload", settlement="financial", strike_usd_per_mwh=10.0,
    profile_series=None, hub_series="hub", mw_min=0.0, mw_max=0.1, available_from=0, term_months=None,
    sell_back_fee_usd_per_mwh=0.0, wires_usd_per_mwh=0.0,
)
STORE = Battery(
    contract_id="store", exclusive_group=None, mw_max=0.5, duration_h=2.0, mwh_max=None, usd_per_kw=0.0, usd_per_kwh=0.0,
    round_trip_efficiency=1.0, degradation_usd_per_mwh=1.0, sign_lead_months=0, lifetime_months=240, resale_fraction=0.0,
)
RATE = Rate(
    name="blocks", energy=(EnergyCharge("energy", ALWAYS, (Tier(300.0, 50.0), Tier(None, 60.0))),),
    demand=(DemandCharge("facility", ALWAYS, 10.0, 0.0, 0, ()),), fixed_usd_per_month=0.0, minimum_bill_usd_per_month=100_000.0,
)


def _series(name, kind, cheap, dear):
    return Series(name, kind, "1", tuple([cheap] * 12 + [dear] * 12) * DAYS)


def _called():
    return Series("called", "flag", "1", tuple([1.0] * 2 + [0.0] * 22) * DAYS)


def _instance(workload=None, horizon=None, **site):
    series = (_series("node", "price", 20.0, 100.0), _series("hub", "price", 25.0, 105.0), _series("morning", "share", 1.0, 0.0), _called())
    return b.instance(
        sites=(b.site(**{"typical_days": ONE_DAY, "grid_t_per_mwh": 0.4, **site}),), series=series, currency_year=2023,
        workloads=(workload or b.workload(deadline=0),), horizon=horizon or b.horizon(1, 1, "2023-01"),
    )


def _solved(instance):
    model = build(instance)
    compiled = compile_model(model)
    solved = solve_goals(model, compiled, SolveSettings(gap=0.0))
    assert solved.status == "optimal"
    compiled.load(solved.values)
    tables = extract_tables(model)
    return Plan(plan_header(instance, tables, solved.goals), tables)


@functools.cache
def _portfolio():
    """Index, wind that blows while power is cheap, a financial agreement round the clock, and a battery of one MWh."""
    node = b.tariff(contract_id="node", kind="index", price_series="node")
    instance = _instance(tariffs=(node,), ppas=(WIND, SOLAR), batteries=(STORE,), max_gpus=1000)
    return instance, _solved(instance)


def _hours(plan, flow):
    rows = plan.tables["dispatch"]
    rows = rows[rows["flow"] == flow]
    return dict(zip(rows["hour"].str[-2:].astype(int), rows["mw"], strict=True))


def test_dispatch_has_every_hour_with_what_it_stands_for_and_no_rows_of_nothing():
    _, plan = _portfolio()
    rows = plan.tables["dispatch"]
    assert tuple(rows.columns) == TABLE_COLUMNS["dispatch"]
    assert set(rows["weight_h"]) == {31.0}
    assert (rows["mw"] != 0).all()
    assert list(rows.loc[rows["flow"] == "load", "hour"]) == [f"01-01T{hour:02d}" for hour in range(24)]
    assert _hours(plan, "own_use") == pytest.approx(dict.fromkeys(range(12), 1.0))
    # the battery takes 1 MWh while power costs 20 and gives it back while it costs 100
    assert sum(_hours(plan, "charge").values()) == pytest.approx(1.0)
    assert max(_hours(plan, "charge")) < 12 <= min(_hours(plan, "discharge"))
    assert max(_hours(plan, "stored").values()) == pytest.approx(1.0)


def test_agreements_and_batteries_stand_in_tables_of_their_own():
    _, plan = _portfolio()
    wind, solar = plan.tables["ppas"].to_dict("records")
    # wind: half of 744 hours at 1 MW; solar: all of them at 0.1
    assert wind == {"period": "2023-01", "site_id": "a", "contract_id": "wind", "begins": 1, "mw": pytest.approx(1.0),
                    "volume_mwh": pytest.approx(372.0)}
    assert (solar["mw"], solar["volume_mwh"]) == (pytest.approx(0.1), pytest.approx(74.4))
    (store,) = plan.tables["batteries"].to_dict("records")
    assert [store[key] for key in ("added_mw", "added_mwh", "mw", "mwh")] == pytest.approx([0.5, 1.0, 0.5, 1.0])
    assert [store[key] for key in ("shave_mw", "spare_mw", "cover_mw")] == [0.0, 0.0, 0.0]


def test_energy_by_source_and_its_price_all_in():
    _, plan = _portfolio()
    power = plan.header["sites"][0]["power"]
    # a day: 1 MWh into the battery at 20 and 11 of 12 dear ones at 100, on 31 days
    assert power["energy_mwh"] == pytest.approx({"node": 372.0, "wind": 372.0}, abs=1e-3)
    assert power["load_mwh"] == pytest.approx(744.0)
    # a day: energy 20 + 11 * 100, wind 12 * 17, solar 2.4 * (10 - 65), wear 1: 1,193 USD for 24 MWh
    assert power["usd_per_mwh"] == pytest.approx(1193.0 / 24.0, abs=1e-4)
    assert power["basis_usd_per_mwh"] == {"solar": pytest.approx(5.0)}
    assert (power["battery_loss_mwh"], power["sold_mwh"], power["spilled_mwh"], power["shed_mwh"]) == (0.0, 0.0, 0.0, 0.0)


def test_emissions_by_location_and_market_and_what_is_clean_in_the_hour():
    _, plan = _portfolio()
    (row,) = plan.tables["emissions"].to_dict("records")
    assert row["location_t"] == pytest.approx(0.4 * (372.0 + 372.0))  # drawn and own use
    assert row["market_t"] == pytest.approx(0.4 * 372.0 - 0.4 * 74.4)  # drawn, less certificates of the financial agreement
    assert row["matched_mwh"] == pytest.approx(31 * (12 * 1.0 + 12 * 0.1))  # wind and solar, at most the load; then solar alone
    assert plan.header["sites"][0]["power"]["clean_matched_share"] == pytest.approx(13.2 / 24.0)


def test_the_header_lists_agreements_and_batteries_with_their_form():
    _, plan = _portfolio()
    node, wind, solar, store = plan.header["sites"][0]["contracts"]
    assert (node["contract_id"], node["kind"]) == ("node", "index")
    assert wind == {"contract_id": "wind", "kind": "ppa", "group": "", "mw": 1.0, "mw_first": 1.0, "mw_last": 1.0, "from": "2023-01",
                    "to": "2023-01", "term_months": 0, "technology": "wind", "form": "as_produced", "settlement": "physical"}
    assert (solar["settlement"], solar["group"]) == ("financial", "sun")
    assert (store["kind"], store["mw"], store["mwh"]) == ("battery", 0.5, 1.0)


def test_what_an_agreement_loses_when_all_its_energy_is_sold():
    _, plan = _portfolio()
    signed = plan.tables["commitments"].set_index("subject")
    # strike 17 for 372 MWh; sold in the same hours at 20 less a fee of 5
    assert signed.loc["wind", "committed_musd"] == pytest.approx(17.0 * 372.0 / 1e6)
    assert signed.loc["wind", "nonrefundable_musd"] == pytest.approx(2.0 * 372.0 / 1e6)
    assert signed.loc["solar", "nonrefundable_musd"] == 0.0  # settled at a gain


def test_agreements_and_batteries_at_their_most_bind():
    instance, plan = _portfolio()
    assert fully_used(instance, plan.tables) == [
        "ppa_mw: wind at a has no more than 1 MW; all taken in 2023-01", "ppa_mw: solar at a has no more than 0.1 MW; all taken in 2023-01",
        "battery_mw: store at a has no more than 0.5 MW; all bought in 2023-01", "deadline: train is ready in its last period, 2023-01",
    ]


def test_what_a_rate_bills_by_charge_and_tier_and_its_top_up():
    plan = _solved(_instance(tariffs=(b.tariff(rate=RATE),)))
    billed = {(row.charge, row.tier, row.unit): row.billed for row in plan.tables["bills"].itertuples()}
    # 744 MWh: 300 at 50 and 444 at 60; 1,000 kW at 10: 15,000 + 26,640 + 10,000, which is 48,360 USD short of 100,000
    assert billed == {
        ("energy", 1, "MWh"): pytest.approx(300.0), ("energy", 2, "MWh"): pytest.approx(444.0), ("facility", 0, "MW"): pytest.approx(1.0),
        ("minimum_bill", 0, "musd"): pytest.approx(0.04836),
    }
    # the second block is cheaper than the first, the third dearer: under a minimum bill all the same to the plan, not to the bill
    mixed = (EnergyCharge("energy", ALWAYS, (Tier(100.0, 50.0), Tier(300.0, 40.0), Tier(None, 60.0))),)
    bills = _solved(_instance(tariffs=(b.tariff(rate=replace(RATE, energy=mixed)),))).tables["bills"]
    assert list(bills["tier"]) == [1, 2, 3, 0, 0]
    # 5,000 + 8,000 + 26,640 + 10,000 is 50,360 USD short of 100,000
    assert list(bills["billed"]) == pytest.approx([100.0, 200.0, 444.0, 1.0, 0.05036])
    # one block for all energy has no tiers to fill: what lies in its window
    half = EnergyCharge("mornings", Window(tuple(range(1, 13)), "all", 0, 12), (Tier(None, 50.0),))
    flat = Rate("flat", (half,), (), 0.0, 0.0)
    (row,) = _solved(_instance(tariffs=(b.tariff(rate=flat),))).tables["bills"].itertuples()
    assert (row.charge, row.tier, row.billed, row.unit) == ("mornings", 1, pytest.approx(372.0), "MWh")


def test_load_that_gives_way_in_called_hours():
    """Two hours of each day the grid is called, and nothing else is there: all the load is shed, and that is just enough."""
    workload = b.workload(deadline=0, flexible_fraction=1.0, lost_compute_usd_per_mwh=50.0)
    instance = _instance(workload, tariffs=(b.tariff(kind="interruptible", called_series="called", energy_usd_per_mwh=10.0),))
    plan = _solved(instance)
    assert _hours(plan, "shed") == pytest.approx({0: 1.0, 1: 1.0})
    power = plan.header["sites"][0]["power"]
    assert (power["shed_mwh"], power["curtailed_hours_share"]) == (pytest.approx(62.0), pytest.approx(2 / 24, abs=1e-6))
    assert power["usd_per_mwh"] == pytest.approx(10.0)  # for what is delivered; lost compute is no price of power
    assert "called_adequacy: a has no MW to spare in the hours in which grid may be called; in 2023-01" in fully_used(instance, plan.tables)


def test_contracted_mw_and_peaks_are_no_more_than_the_load_needs():
    """Nothing but energy costs anything, and 1,000 MW are offered: the plan contracts the 1 MW of the peak."""
    plan = _solved(_instance(tariffs=(b.tariff(kind="index", price_series="node"),)))
    (row,) = plan.tables["power"].to_dict("records")
    assert [row[key] for key in ("contracted_mw", "firm_mw", "peak_mw", "extra_mw")] == pytest.approx([1.0, 1.0, 1.0, 0.0])


def test_signatures_for_batteries_and_rates():
    # 500 kW at 0.1 USD and 1,000 kWh at 0.02: 70 USD, which a day's 79 USD of savings pay
    store = replace(STORE, usd_per_kw=0.1, usd_per_kwh=0.02)
    node = b.tariff(contract_id="node", kind="index", price_series="node")
    signed = _solved(_instance(tariffs=(node,), batteries=(store,))).tables["commitments"].set_index("subject")
    assert signed.loc["store", "committed_musd"] == signed.loc["store", "nonrefundable_musd"] == pytest.approx(70.0 / 1e6)
    # a year of minimum bills of 100,000 USD is more than a year of 10 USD/kW for the half of 1,000 kW that is billed in any case
    rated = b.tariff(rate=RATE, term_months=12, min_take_fraction=0.5)
    row = _solved(_instance(tariffs=(rated,))).tables["commitments"].set_index("subject").loc["grid"]
    assert (row["committed_musd"], row["nonrefundable_musd"]) == (pytest.approx(1.2), pytest.approx(1.2))
    # without it the take is what binds: 12 * 500 * 10 and 12 fixed charges of 1,000; leaving costs less
    rated = replace(rated, exit_musd=0.05, rate=replace(RATE, minimum_bill_usd_per_month=0.0, fixed_usd_per_month=1000.0))
    row = _solved(_instance(tariffs=(rated,))).tables["commitments"].set_index("subject").loc["grid"]
    assert (row["committed_musd"], row["nonrefundable_musd"], row["exit_musd"]) == pytest.approx((0.072, 0.05, 0.05))


def test_several_batteries_stand_ready_by_their_mw():
    """Two hours a day the grid is called: 0.6 and 0.4 MW of batteries are all that can carry the load of 1 MW."""
    large, small = replace(STORE, mw_max=0.6, duration_h=4.0), replace(STORE, contract_id="small", mw_max=0.4, duration_h=4.0)
    called = b.tariff(kind="interruptible", called_series="called", energy_usd_per_mwh=10.0)
    rows = _solved(_instance(tariffs=(called,), batteries=(large, small))).tables["batteries"].set_index("contract_id")
    assert list(rows["cover_mw"]) == pytest.approx([0.6, 0.4])
    assert list(rows["mwh"]) == pytest.approx([2.4, 1.6])


def test_the_load_follows_the_pue_of_the_hour():
    pue = _series("pue", "pue", 1.1, 1.3)
    instance = _instance(tariffs=(b.tariff(kind="index", price_series="node"),), pue_series="pue", annual_pue=1.2)
    plan = _solved(replace(instance, series=(*instance.series, pue)))
    assert _hours(plan, "load") == pytest.approx({hour: 1.1 if hour < 12 else 1.3 for hour in range(24)})
    (row,) = plan.tables["load"].to_dict("records")
    assert row["facility_mwh"] == pytest.approx(1.2 * 744.0)


def whole_year():
    """A model of one site over all hours of three years, every variable with some value: what the longest reading reads."""
    days = TypicalDays(tuple(range(DAYS)), tuple(range(DAYS)))
    node = b.tariff(contract_id="node", kind="index", price_series="node")
    instance = _instance(tariffs=(node,), ppas=(WIND, SOLAR), batteries=(STORE,), typical_days=days, horizon=b.horizon(36, 1, "2023-01"))
    model = build(instance)
    rng = np.random.default_rng(0)
    for block in model.sites.values():
        for name in ("own_use_mw", "charge_mw", "discharge_mw", "stored_mwh", "drawn_mw"):
            for variable in block.component(name).values():
                variable.set_value(float(rng.random()), skip_validation=True)
    for variable in model.component_data_objects(Var, active=True):
        if variable.value is None:
            variable.set_value(1.0, skip_validation=True)
    return model


@pytest.mark.slow
def test_a_year_of_all_its_hours_is_read_whole():
    assert len(extract_tables(whole_year())["dispatch"]) > 3 * DAYS * HOURS_PER_DAY * 6  # its seconds: make bench
