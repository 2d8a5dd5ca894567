from __future__ import annotations

import pandas as pd
import pytest

from optimizer.core.offers import Battery
from optimizer.report.page import readiness
from optimizer.report.page.readiness import HALLS, POWER, SUPPLY
from tests import builders as b
from tests.report.page.cases import case, solved

_BATTERY = Battery("bess", None, 10.0, 4.0, None, 0.0, 0.0, 0.9, 0.0, 0, 120, 0.0)


def _host(site, **changes):
    return readiness.Host(b.workload(), site, site.modes[0], "2024-06", **{"it_mw": 1.0, "firm_mw": 1.0, **changes})


def test_what_each_item_alone_allows_month_by_month():
    site = b.site(modes=(b.mode(lead_months=2, mw_per_month=0.5),), tariffs=(b.tariff(sign_lead_months=3, ramp=((0, 0.5), (5, 2.0))),))
    instance = b.instance(horizon=b.horizon(6), sites=(site,), gpus=(b.gpu(supply=((0, 250.0),), install_months=1, lot=250),))
    shares = readiness.allowed(case(instance), _host(site))
    # 250 GPUs a month, installed a month later, towards 1,000; 0.5 MW a month from the third month on, towards 1 MW; no power before
    # the fourth month, then 0.5 MW, from June on 2.
    assert list(shares[SUPPLY]) == [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    assert list(shares[HALLS]) == [0.0, 0.0, 0.5, 1.0, 1.0, 1.0]
    assert list(shares[POWER]) == [0.0, 0.0, 0.0, 0.5, 0.5, 1.0]
    assert readiness.earliest(shares) == {SUPPLY: "2024-05", HALLS: "2024-04", POWER: "2024-06"}
    spans = readiness.holding_back(shares)
    assert list(spans[["first", "last", "items"]].itertuples(index=False, name=None)) == [
        ("2024-01", "2024-01", (SUPPLY, HALLS, POWER)), ("2024-02", "2024-02", (HALLS, POWER)), ("2024-03", "2024-05", (POWER,))]
    assert (spans["share_first"].iloc[2], spans["share_last"].iloc[2]) == (0.0, 0.5)


def test_an_item_that_never_does_has_no_date():
    shares = pd.DataFrame({SUPPLY: [0.1, 0.2], HALLS: [1.0, 1.0]}, index=["2024-01", "2024-02"])
    assert readiness.earliest(shares) == {SUPPLY: "", HALLS: "2024-01"}


@pytest.mark.parametrize(("changes", "mw"), [
    ({"tariffs": (b.tariff(mw_max=4.0), b.tariff(contract_id="other", mw_max=3.0))}, 7.0),
    ({"tariffs": (b.tariff(mw_max=4.0, exclusive_group="g"), b.tariff(contract_id="other", mw_max=3.0, exclusive_group="g"))}, 4.0),
    ({"tariffs": (b.tariff(mw_max=4.0),), "grid_limit_mw": 2.5}, 2.5),
    ({"tariffs": (b.tariff(mw_max=4.0, sign_lead_months=1),)}, 0.0),  # month 0: nothing signed can serve yet
    ({"tariffs": (b.tariff(mw_max=4.0, ramp=((1, 4.0),)),)}, 0.0),
    ({"tariffs": (), "onsite_gas": (b.gas(unit_mw=2.0, units_max=3, spare_units=1),)}, 4.0),
    ({"tariffs": (), "onsite_gas": (b.gas(unit_mw=2.0, units_max=3, spare_units=1),), "batteries": (_BATTERY,)}, 6.0),
    ({"tariffs": (), "onsite_gas": (b.gas(unit_mw=2.0, units_max=3, permit_mw=5.0, derate_fraction=0.1),)}, 3.6),  # 2 units of 1.8
    ({"tariffs": (), "onsite_gas": (b.gas(permit_months=1),)}, 0.0),
    ({"tariffs": (b.tariff(mw_max=4.0, exclusive_group="g"),), "onsite_gas": (b.gas(unit_mw=6.0, units_max=1, exclusive_group="g"),)}, 6.0),
])
def test_firm_power_at_its_earliest_is_what_all_offers_give_together(changes, mw):
    site = b.site(**changes)
    shares = readiness.allowed(case(b.instance(sites=(site,))), _host(site, firm_mw=100.0))
    assert shares[POWER].iloc[0] == pytest.approx(mw / 100.0)


def test_halls_that_stand_need_no_lead():
    site = b.site(modes=(b.mode(lead_months=3, initial_it_mw=0.4, max_it_mw=0.8),))
    shares = readiness.allowed(case(b.instance(sites=(site,))), _host(site))
    assert list(shares[HALLS].iloc[:4]) == pytest.approx([0.4, 0.4, 0.4, 0.8])


def test_without_contracts_power_is_left_out():
    site = b.site()
    made = case(b.instance(has_contracts=False, sites=(site,)))
    assert list(readiness.allowed(made, _host(site)).columns) == list(readiness.in_place(made, _host(site)).columns) == [SUPPLY, HALLS]


def test_no_plan_beats_what_each_item_alone_allows():
    hosts = readiness.hosts(solved())
    assert [host.workload.name for host in hosts] == ["train"]
    host = hosts[0]
    assert host.it_mw == pytest.approx(4.0)  # 4,000 GPUs of 1 kW
    assert host.firm_mw == pytest.approx(4.8)  # 1.2 times as much at the meter
    best, planned = readiness.allowed(solved(), host), readiness.in_place(solved(), host)
    assert (planned <= best + 1e-6).all(axis=None)
    assert (planned.loc[host.ready] == 1.0).all()
    assert max(readiness.earliest(best).values()) <= host.ready
