"""Which limits of power and carbon bind in plans made by hand: site a in January and February 2024, hours of 744 and 696."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from optimizer.core.instance import Carbon
from optimizer.explain.at_limit import fully_used
from optimizer.plan.plan import TABLE_COLUMNS
from tests import builders as b
from tests.report.test_in_play_power import STORE, WIND

MONTHS = ("2024-01", "2024-02")
IN_BOTH = "in 2 periods, 2024-01 to 2024-02"
BOTH = b.horizon(months=2)


def _binding(rows, site=None, **changes):
    """Limits that bind; ``rows`` are dicts by table, ``load`` is 10 MW of peak in both months if not given."""
    load = [{"period": month, "site_id": "a", "it_mw": 10.0, "facility_peak_mw": 10.0, "facility_mwh": 1000.0} for month in MONTHS]
    rows = {"load": load, **rows}
    tables = {name: pd.DataFrame(rows.get(name, []), columns=list(columns)) for name, columns in TABLE_COLUMNS.items()}
    return fully_used(b.instance(**{"sites": (site or b.site(),), "horizon": BOTH, **changes}), tables)


def _rows(subject, **columns):
    """Rows of a contract in both months; a column is given by its value in each."""
    return [{"period": month, "site_id": "a", "contract_id": subject, **{name: values[i] for name, values in columns.items()}}
            for i, month in enumerate(MONTHS)]


def test_an_agreement_with_all_its_mw():
    site = b.site(ppas=(WIND,))
    taken = {"ppas": _rows("wind", mw=(0.0, 200.0), volume_mwh=(0.0, 100.0))}
    assert _binding(taken, site) == ["ppa_mw: wind at a has no more than 200 MW; all taken in 2024-02"]
    assert _binding({"ppas": _rows("wind", mw=(0.0, 199.0), volume_mwh=(0.0, 100.0))}, site) == []


def test_a_contract_at_the_mw_of_its_ramp():
    # 30 MW at most, 12 from February on, and none before; or 20 in January and 10 from February on, as far as the grid gives.
    for ramp, taken, said in ((((1, 12.0),), (0.0, 12.0), "12 MW"), (((0, 20.0), (1, 10.0)), (19.0, 10.0), "10 MW")):
        site = b.site(tariffs=(b.tariff(mw_max=30.0, ramp=ramp),))
        rows = {"power": _rows("grid", contracted_mw=taken, firm_mw=(0.0, 10.0))}
        assert _binding(rows, site) == [f"mw_limit: grid at a gives no more than {said}; used up in 2024-02"]
    # More than the ramp gives in January is no less than all of it.
    site = b.site(tariffs=(b.tariff(mw_max=30.0, ramp=((1, 12.0),)),))
    rows = {"power": _rows("grid", contracted_mw=(12.0, 12.0), firm_mw=(10.0, 10.0))}
    assert _binding(rows, site) == [f"mw_limit: grid at a gives no more than 12 MW; used up {IN_BOTH}"]


def test_agreements_that_yield_all_that_the_load_allows():
    # 500 + 700 MWh of 2,000 MWh of load: 60 percent
    half = replace(b.instance().power_rules, ppa_energy_share_max=0.6)
    taken = {"ppas": _rows("wind", mw=(5.0, 5.0), volume_mwh=(500.0, 700.0))}
    said = ["ppa_energy_share: agreements at a yield 60 % of the load, all that is allowed, in 2024"]
    assert _binding(taken, b.site(ppas=(WIND,)), power_rules=half) == said
    assert _binding(taken, b.site(ppas=(WIND,))) == []


def test_a_battery_with_all_its_mw_or_mwh():
    bought = {"batteries": _rows("store", mw=(25.0, 25.0), mwh=(80.0, 80.0))}
    said = f"battery_mw: store at a has no more than 25 MW; all bought {IN_BOTH}"
    assert _binding(bought, b.site(batteries=(STORE,))) == [said]
    sized = replace(STORE, mw_max=30.0, duration_h=None, mwh_max=80.0)
    assert _binding(bought, b.site(batteries=(sized,))) == [f"battery_mwh: store at a has no more than 80 MWh; all bought {IN_BOTH}"]


@pytest.mark.parametrize(("hours", "span"), [
    # 10 MMBtu/MWh: 24 h at 2 MW burn 480 MMBtu a day; two typical hours of a day at 24 MW as much
    ((("2024-01", "mean", 2.0), ("2024-02", "mean", 1.9)), "in 2024-01"),
    ((("2024-02", "02-03T17", 24.0), ("2024-02", "02-03T18", 24.0)), "in 2024-02"),
    ((("2024-02", "02-03T17", 24.0), ("2024-02", "02-04T17", 24.0)), None),
])
def test_the_gas_of_a_day(hours, span):
    site = b.site(onsite_gas=(b.gas(units_max=99, gas_mmbtu_per_day_max=480.0),))
    rows = [{"period": period, "site_id": "a", "hour": hour, "weight_h": 1.0, "flow": "generated", "subject": "gas", "mw": mw}
            for period, hour, mw in hours]
    said = [] if span is None else [f"gas_day: gas at a gets no more than 480 MMBtu of gas a day; used up {span}"]
    assert _binding({"dispatch": rows}, site) == said


def test_firm_mw_need_the_gas_of_a_day_too():
    site = b.site(onsite_gas=(b.gas(units_max=99, gas_mmbtu_per_day_max=480.0),))
    firm = {"power": _rows("gas", contracted_mw=(10.0, 10.0), firm_mw=(2.0, 1.0))}
    assert _binding(firm, site) == ["gas_day: gas at a gets no more than 480 MMBtu of gas a day; used up in 2024-01"]


@pytest.mark.parametrize(("gas_mw", "cover", "flexible", "binds"), [
    (10.0, 0.0, 0.0, True),  # the peak is 10
    (11.0, 0.0, 0.0, False),
    (6.0, 4.0, 0.0, True),
    (6.0, 1.5, 0.25, True),  # a quarter of 10,000 GPUs of 1 kW
    (6.0, 2.0, 0.25, False),
])
def test_what_serves_while_a_tariff_is_called(gas_mw, cover, flexible, binds):
    site = b.site(tariffs=(b.tariff(kind="interruptible"),), onsite_gas=(b.gas(units_max=99),), batteries=(STORE,))
    rows = {
        "power": [*_rows("grid", contracted_mw=(0.0, 10.0), firm_mw=(0.0, 10.0)),
                  *_rows("gas", contracted_mw=(gas_mw, gas_mw), firm_mw=(gas_mw, gas_mw))],
        "batteries": _rows("store", mw=(5.0, 5.0), mwh=(20.0, 20.0), cover_mw=(cover, cover)),
        "allocation": [{"period": month, "site_id": "a", "gpu": "H100", "workload": "train", "gpus": 10_000.0} for month in MONTHS],
    }
    said = ["called_adequacy: a has no MW to spare in the hours in which grid may be called; in 2024-02"] if binds else []
    assert _binding(rows, site, workloads=(b.workload(flexible_fraction=flexible),)) == said


def _emissions(tonnes, matched):
    return {"emissions": [{"period": month, "site_id": "a", "location_t": 1e6, "market_t": tonnes[i], "matched_mwh": matched[i],
                           "load_mwh": 1000.0} for i, month in enumerate(MONTHS)]}


def test_the_tonnes_of_a_year():
    # 8,760 t a year from January on: 1,440 t in the 1,440 hours of January and February
    capped = Carbon("market", 0.0, ((0, 8760.0),), 0.0)
    said = ["carbon_cap: all 1,440 t that 2024 allows are emitted (by market)"]
    assert _binding(_emissions((700.0, 740.0), (0.0, 0.0)), carbon=capped) == said
    assert _binding(_emissions((700.0, 739.0), (0.0, 0.0)), carbon=capped) == []
    assert _binding(_emissions((700.0, 740.0), (0.0, 0.0)), carbon=replace(capped, cap_t_per_year=((1, 8760.0),))) == []


def test_the_least_share_of_clean_energy():
    clean = Carbon(clean_share_min=0.9)
    said = ["clean_share: no more clean energy is matched hour by hour than the 90 % that must be, in 2024"]
    assert _binding(_emissions((0.0, 0.0), (1000.0, 800.0)), carbon=clean) == said
    assert _binding(_emissions((0.0, 0.0), (1000.0, 801.0)), carbon=clean) == []
