"""The page of an answer without a plan, and the dates that single limits allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.calendar import Calendar
from optimizer.explain.earliest_dates import capacities, power_period
from optimizer.report.page.case import ReportCase
from optimizer.report.page.page import report_html
from optimizer.report.page.sections import limits
from tests import builders as b
from tests.report import sample
from tests.report.page_more import hand

CALENDAR = Calendar("2024-01", 6, 1)


def _asked(**changes):
    workload = b.workload(gpus_h100e=1000.0, wanted_from=1, deadline=3)  # 1,000 H100 of 1 kW: 1 MW
    gpu = b.gpu(supply=((0, 0.0), (2, 1000.0)))
    quick, slow = b.mode(lead_months=1), b.mode(mode="conversion", lead_months=4)
    site = b.site(modes=(quick, slow), tariffs=(b.tariff(ramp=((5, 2.0),)),))
    tiny = b.site(site_id="b", tariffs=(b.tariff(mw_max=0.5),))
    asked = {"workloads": (workload,), "gpus": (gpu,), "sites": (site, tiny), "rentals": (b.rental(available_from=9),)}
    return hand.instance(**{**asked, **changes})


def _case(instance=None, **changes):
    binding = ["deadline: train ready by 2024-04", "supply: from 2024-03"]
    plan = sample.no_plan(**{"versions": {"gigasite": "0"}, "binding": binding, **changes})
    return ReportCase(instance or _asked(), plan, None, "plans/none")


def test_each_limit_is_told_with_its_date_and_against_the_deadline():
    case = _case()
    frame = limits.windows(case, case.instance.workloads[0]).set_index("limit")
    assert frame["period"].to_dict() == {
        "Supply of GPUs": "2024-03",             # 1,000 in month 2
        "Building: b": "2024-01",                # no lead
        "Building: a (retrofit)": "2024-02",
        "Building: a (conversion)": "2024-05",
        "Power: b": "",                          # 0.5 MW are never 1 MW
        "Power: a": "2024-06",                   # the ramp begins in month 5
        "Rental: cloud": "",                     # month 9 lies after the horizon
    }
    assert frame["state"].to_dict() == {
        "Supply of GPUs": limits.IN_TIME, "Building: b": limits.IN_TIME, "Building: a (retrofit)": limits.IN_TIME,
        "Building: a (conversion)": limits.LATE, "Power: b": limits.NEVER, "Power: a": limits.LATE, "Rental: cloud": limits.NEVER,
    }


def test_no_site_and_no_supply_are_never():
    asked = _asked(gpus=(b.gpu(supply=((0, 1.0),)),), sites=(), rentals=())
    frame = limits.windows(_case(asked), asked.workloads[0])
    assert frame["limit"].tolist() == ["Supply of GPUs", "Building: any site"]
    assert set(frame["state"]) == {limits.NEVER}


def test_power_counts_groups_once_the_sites_limit_gas_once_permitted_and_the_reserve():
    tariffs = (b.tariff(mw_max=4.0, exclusive_group="g"), b.tariff(contract_id="other", mw_max=6.0, exclusive_group="g"),
               b.tariff(contract_id="alone", mw_max=3.0, sign_lead_months=2))
    gas = (b.gas(unit_mw=1.0, units_max=10, permit_mw=5.0, permit_months=4, derate_fraction=0.2),)
    site = b.site(tariffs=tariffs, onsite_gas=gas, peak_facility_ratio=1.0)
    asked = hand.instance(sites=(site,))
    assert power_period(asked, CALENDAR, site, 6.0) == 0   # the larger of 4 and 6
    assert power_period(asked, CALENDAR, site, 9.0) == 2   # and 3 signed two months ahead
    assert power_period(asked, CALENDAR, site, 13.0) == 4  # and 5 x 0.8 of gas, permitted in month 4
    assert power_period(asked, CALENDAR, site, 13.1) is None
    assert power_period(replace(asked, reserve_fraction=0.1), CALENDAR, site, 6.0) == 2  # 6.6 are asked
    assert power_period(asked, CALENDAR, replace(site, grid_limit_mw=5.0), 9.0) == 4  # 5 and 4
    assert power_period(asked, CALENDAR, replace(site, peak_facility_ratio=1.5), 6.0) == 2  # 9 are asked


def test_power_that_may_be_interrupted_holds_no_peak_alone():
    early = b.tariff(contract_id="early", kind="interruptible", mw_max=10.0)
    site = b.site(tariffs=(early, b.tariff(mw_max=4.0, ramp=((3, 4.0),))), peak_facility_ratio=1.0)
    asked = hand.instance(sites=(site,))
    assert power_period(asked, CALENDAR, site, 5.0) is None  # while early is called 4 MW are left
    assert power_period(asked, CALENDAR, site, 4.0) == 3
    flexible = replace(asked, workloads=(replace(asked.workloads[0], flexible_fraction=0.25),))
    assert power_period(flexible, CALENDAR, site, 5.0) == 3  # a quarter of 5 may be shed: 3.75 are left to meet


def test_forbidden_sites_hold_nothing():
    asked = _asked()
    assert {one.site_id for one in capacities(asked, CALENDAR, asked.workloads[0])} == {"a", "b"}
    forbidden = tuple(replace(site, is_forbidden=True) for site in asked.sites)
    assert capacities(replace(asked, sites=forbidden), CALENDAR, asked.workloads[0]) == []


def test_the_page_of_an_infeasible_scenario_names_the_limits_and_has_a_picture():
    html = report_html(_case())
    assert "It is proven that no plan can meet all that is asked." in html
    assert "train ready by 2024-04." in html
    assert "What each limit alone would allow: train" in html
    assert "Candidates and choice" in html
    assert "The ask" not in html


@pytest.mark.parametrize(("stopped_by", "said"), [("interrupted", "before the search was stopped"), ("time", "in the time given")])
def test_a_search_that_ended_too_soon_proves_nothing(stopped_by, said):
    html = limits.section(_case(status="no_plan_in_time", stopped_by=stopped_by)).html
    assert f"No plan was found {said}. Whether there is one is not known" in html
    assert "proven" not in html


def test_a_plan_has_no_such_section():
    assert limits.section(hand.case()) is None


def test_every_site_and_rental_is_told_limit_by_limit_with_what_fails():
    ways = [{"workload": "train", "place": "a", "mode": "build_to_suit", "hall": "2024-02", "power": "2024-06", "supply": "2024-03",
             "money": "never", "offer": "", "fails": ["power", "money"]}]
    html = str(limits.ways_table(_case(ways=ways)))
    for text in ("a (build to suit)", "Feb 2024", "Jun 2024, too late", "never, fails", "no limit", "power and money"):
        assert text in html
    page = report_html(_case(ways=ways, binding=["way: a: power 2024-06 (too late)", "supply: from 2024-03"]))
    assert "power 2024-06 (too late)" not in page  # the table says it
    assert "from 2024-03." in page
    assert limits.ways_table(_case()) == ""


def test_what_the_plan_without_purses_needs_is_told_by_date():
    row = {"purses": ["fund"], "lines": ["capital.gpus"], "needs_musd": [0.0, 5.0, 9.0, 9.0, 9.0, 12.5], "receives_musd": [2.0] * 6,
           "first_short": "2024-02", "most_short_musd": 10.5, "most_short_in": "2024-06"}
    html = str(limits.needs_table(_case(without_purses={"status": "optimal", "needs": [row]})))
    assert "Needed of fund" in html
    assert "12.5" in html
    assert limits.needs_table(_case(without_purses={"status": "infeasible"})) == ""
