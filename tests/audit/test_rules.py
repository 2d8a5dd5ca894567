"""One cell of a right plan is changed, or one number of its instance: the rule that bites is named, with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from optimizer.audit import AuditReport, audit
from optimizer.audit.frames import FORMS
from optimizer.core.errors import AuditError
from optimizer.core.instance import Instance
from optimizer.plan.plan import Plan
from tests import builders
from tests.audit import handmade
from tests.audit.cells import At, with_cell


def changed(table: str, at: At, column: str, value: Any) -> Plan:
    """Give the hand-made plan with one cell changed, in every row that fits ``at``."""
    return with_cell(handmade.plan(), table, at, column, value)


def named(report: AuditReport) -> set[tuple[str, str, str]]:
    return {(violation.rule, violation.site_id, violation.period) for violation in report.violations}


def test_the_plan_made_by_hand_passes() -> None:
    report = audit(handmade.instance(), handmade.plan())
    assert report.violations == ()
    assert report.passed
    assert report.worst_violation < 1e-12
    assert report.rules == 151
    report.raise_if_failed()


GRID, GAS = {"contract_id": "grid"}, {"contract_id": "gas"}


@pytest.mark.parametrize(
    ("table", "month", "at", "column", "value", "rule", "site_id"),
    [
        # Primary decisions.
        ("construction", 1, {}, "added_it_mw", 2.1, "built_balance", "a"),
        ("construction", 0, {}, "added_it_mw", 0.1, "build_capacity", "a"),  # before the lead of one month
        ("construction", 1, {}, "added_it_mw", 4.1, "build_step", "a"),  # more than 4 MW a month
        ("construction", 2, {}, "liquid_it_mw", 4.1, "liquid_equipped", "a"),  # 4 MW are built
        ("construction", 4, {}, "liquid_it_mw", 0.4, "liquid_equipped", "a"),  # falls
        ("fleet", 1, {}, "delivered", 4500, "supply_limit", ""),
        ("fleet", 1, {}, "delivered", 2500, "lot_size", "a"),
        ("fleet", 1, {}, "exempt_delivered", 1, "exempt_limit", "a"),  # the exemption is not for certain
        ("fleet", 3, {}, "powered", 3001, "online_limit", "a"),
        ("allocation", 3, {}, "gpus", 3001, "online_limit", "a"),
        ("allocation", 3, {}, "gpus", 2999, "ready_target", "a"),
        ("allocation", 3, {}, "gpus", 2999, "energy_balance", "a"),
        ("power", 2, GRID, "contracted_mw", 2.1, "mw_limit", "a"),  # the ramp gives 2 MW until month 3
        ("power", 3, GRID, "contracted_mw", 0.9, "mw_floor", "a"),
        ("power", 4, GRID, "contracted_mw", 1.9, "mw_keep", "a"),
        ("power", 4, GRID, "contracted_mw", 3.1, "grid_limit", "a"),
        ("power", 4, GRID, "begins", 1, "one_begin_per_contract", "a"),
        ("power", 4, GRID, "exits", 1, "contract_term", "a"),  # and still 2 MW
        ("power", 4, GRID, "leaves", 1, "contract_term", "a"),  # not the last period
        ("power", 3, GRID, "peak_mw", 2.1, "peak_limit", "a"),
        ("power", 3, GRID, "peak_mw", 1.6, "drawn_limit", "a"),  # 1.64 MW are drawn
        ("power", 3, GRID, "peak_mw", 1.9, "drawn_limit", "a"),  # and 0.36 MW of the peak above the mean
        ("power", 3, GRID, "extra_mw", 0.35, "peak_balance", "a"),
        ("power", 3, GRID, "spare_cover_mw", 0.1, "gas_spare", "a"),
        ("dispatch", 3, {"flow": "load"}, "mw", 2.65, "energy_balance", "a"),
        ("dispatch", 3, {"flow": "drawn"}, "mw", 1.65, "energy_balance", "a"),
        ("dispatch", 3, {"flow": "generated"}, "mw", 1.01, "drawn_limit", "a"),
        ("dispatch", 3, {}, "weight_h", 700.0, "hour_weight", "a"),
        ("power", 3, GRID, "energy_mwh", 1180.9, "energy_balance", "a"),
        ("power", 3, GRID, "billed_mw", 2.01, "billed_peak", "a"),
        ("power", 3, GRID, "billed_mw", 1.99, "billed_peak", "a"),
        ("power", 3, GRID, "billed_mw", 1.79, "billed_ratchet", "a"),  # 0.9 x 2 MW of the month before
        ("power", 2, GRID, "billed_mw", 0.99, "billed_min_take", "a"),
        ("power", 3, GRID, "billed_mwh", 1180.7, "energy_min_take", "a"),
        ("power", 3, GRID, "billed_mwh", 1180.9, "energy_min_take", "a"),
        ("power", 3, GAS, "units", 5, "gas_units_limit", "a"),
        ("power", 3, GAS, "units", 4, "gas_permit_limit", "a"),
        ("power", 4, GAS, "units", 2, "gas_min_months", "a"),
        ("power", 3, GAS, "firm_mw", 2.1, "gas_firm", "a"),
        ("power", 3, GAS, "firm_mw", 1.5, "adequacy", "a"),  # 3.5 MW for a peak of 3.6
        ("workloads", 4, {}, "ready", 0, "ready_monotone", ""),
        ("workloads", 1, {}, "ready", 1, "ready_target", "a"),
        ("workloads", 2, {}, "ready", 0, "serving_ready", "a"),  # 3,000 GPUs serve it in March
        ("rentals", 4, {"rental": "cloud"}, "begun_gpus", 201, "rental_size", ""),
        ("rentals", 4, {"rental": "cloud"}, "begun_gpus", 49, "rental_size", ""),
        ("rentals", 3, {"rental": "cloud"}, "begun_gpus", 100, "rental_term", ""),
        ("rentals", 5, {"rental": "cloud"}, "gpus", 101, "rental_term", ""),
        ("rentals", 5, {"rental": "cloud"}, "gpus", 99, "rental_term", ""),
        ("rentals", 1, {"rental": "old"}, "gpus", 51, "rental_size", ""),
        ("payments", 1, {"group": "operations", "line": "staff"}, "musd", 0.3, "line_paid", ""),
        # Columns that follow from them.
        ("construction", 3, {}, "built_it_mw", 4.1, "built_balance", "a"),
        ("fleet", 0, {}, "ordered", 2900, "order_date", "a"),
        ("fleet", 3, {}, "online", 2999, "online_balance", "a"),
        ("fleet", 3, {}, "retired", 1, "online_balance", "a"),
        ("power", 3, GRID, "firm_mw", 2.1, "adequacy", "a"),
        ("power", 3, GAS, "contracted_mw", 2, "mw_limit", "a"),
        ("power", 3, GAS, "billed_mw", 1, "billed_peak", "a"),
        ("power", 3, GAS, "billed_mwh", 700, "energy_min_take", "a"),
        ("load", 3, {}, "it_mw", 2.9, "peak_balance", "a"),
        ("load", 3, {}, "facility_peak_mw", 3.5, "peak_balance", "a"),
        ("load", 3, {}, "facility_mwh", 1900, "energy_balance", "a"),
        ("workloads", 3, {}, "allocated_h100e", 3001, "ready_target", "a"),
        ("cash", 2, {}, "in_musd", 9, "purse_balance", ""),
        ("cash", 2, {}, "out_musd", 9, "purse_balance", ""),
        ("cash", 2, {}, "balance_musd", 9, "purse_balance", ""),
        # Labels and numbers that cannot be.
        ("construction", 3, {}, "site_id", "nowhere", "tables", "nowhere"),
        ("construction", 3, {}, "mode", "greenfield", "tables", "a"),
        ("construction", 3, {}, "started", 0.01, "tables", "a"),
        ("fleet", 3, {}, "gpu", "H900", "tables", "a"),
        ("fleet", 3, {}, "online", float("nan"), "tables", "a"),
        ("fleet", 3, {}, "online", "many", "tables", "a"),
        ("power", 3, GRID, "contract_id", "gird", "tables", "a"),
        ("power", 3, GRID, "kind", "index", "tables", "a"),
        ("power", 3, GAS, "units", 2.9999, "tables", "a"),
        ("power", 3, GAS, "energy_mwh", -1, "tables", "a"),
        ("power", 3, GAS, "period", "2024-13", "tables", "a"),
        ("dispatch", 3, {"flow": "load"}, "hour", "01-01T00", "tables", "a"),
        ("dispatch", 3, {"flow": "drawn"}, "flow", "withdrawn", "tables", "a"),
        ("emissions", 3, {}, "location_t", 1.0, "emissions", "a"),
        ("emissions", 3, {}, "market_t", 1.0, "emissions", "a"),
        ("emissions", 3, {}, "load_mwh", 1.0, "emissions", "a"),
        ("emissions", 3, {}, "matched_mwh", 1.0, "matched", "a"),
        ("workloads", 3, {}, "family", "blackwall", "tables", "a"),
        ("ledger", 0, {"line": "land"}, "line", "lend", "tables", ""),
    ],
)
def test_a_changed_cell_is_found(
    table: str,
    month: int,
    at: At,
    column: str,
    value: Any,
    rule: str,
    site_id: str,
) -> None:
    period = handmade.PERIODS[month]
    report = audit(handmade.instance(), changed(table, {"period": period, **at}, column, value))
    # Rules about the whole horizon name no period; a period that does not exist is named as it stands.
    assert (rule, site_id) in {(name, place) for name, place, when in named(report) if when in (period, "", value)}
    with pytest.raises(AuditError, match=rule):
        report.raise_if_failed()


def with_mode(**changes: Any) -> Instance:
    instance = handmade.instance()
    site = instance.sites[0]
    return with_site(modes=(replace(site.modes[0], **changes),))


def with_site(**changes: Any) -> Instance:
    instance = handmade.instance()
    return replace(instance, sites=(replace(instance.sites[0], **changes), *instance.sites[1:]))


def with_tariff(**changes: Any) -> Instance:
    return with_site(tariffs=(replace(handmade.instance().sites[0].tariffs[0], **changes),))


def with_gas(**changes: Any) -> Instance:
    return with_site(onsite_gas=(replace(handmade.instance().sites[0].onsite_gas[0], **changes),))


def with_gpu(**changes: Any) -> Instance:
    instance = handmade.instance()
    return replace(instance, gpus=(replace(instance.gpus[0], **changes),))


def with_workload(**changes: Any) -> Instance:
    instance = handmade.instance()
    return replace(instance, workloads=(replace(instance.workloads[0], **changes),))


def with_offer(**changes: Any) -> Instance:
    instance = handmade.instance()
    return replace(instance, rentals=(replace(instance.rentals[0], **changes), instance.rentals[1]))


def with_purse(**changes: Any) -> Instance:
    return replace(handmade.instance(), purses=(replace(handmade.instance().purses[0], **changes),))


@pytest.mark.parametrize(
    ("instance", "violation"),
    [
        (replace(handmade.instance(), sites_at_most=0), ("sites_at_most", "", "")),
        (with_site(is_forbidden=True), ("committed_site", "a", "")),
        (with_mode(max_it_mw=3.9), ("build_capacity", "a", "2024-02")),  # 2 + 2 MW
        (with_mode(lead_months=2), ("build_capacity", "a", "2024-02")),
        (with_mode(mw_per_month=1.0, block_it_mw=2.0), ("build_capacity", "a", "2024-02")),
        (with_mode(block_it_mw=1.5), ("block_size", "a", "2024-02")),
        (with_mode(initial_it_mw=0.9), ("it_capacity", "a", "2024-03")),  # 2.9 MW for 3
        (with_site(max_gpus=2999.0), ("gpus_limit", "a", "2024-03")),
        (with_gpu(cooling="liquid"), ("liquid_capacity", "a", "2024-03")),  # 0.5 MW are equipped
        (with_mode(cooling="liquid"), ("air_capacity", "a", "2024-03")),
        (with_mode(liquid_adder_musd_per_mw=None), ("liquid_equipped", "a", "2024-04")),
        (with_gpu(supply=((2, 9000.0),)), ("supply_limit", "", "2024-02")),
        (with_gpu(lot=1000, supply=((0, 1499.0),)), ("supply_limit", "", "2024-02")),  # 1 lot in January; 2,998: 1 more in February
        (with_gpu(install_months=2), ("online_balance", "a", "2024-03")),
        (with_gpu(lifetime_months=4), ("online_balance", "a", "2024-06")),  # delivered in month 1, away in month 5
        (with_gpu(order_lead_months=0), ("order_date", "a", "2024-01")),
        (with_tariff(sign_lead_months=3), ("contract_date", "a", "2024-03")),
        (with_tariff(ramp=((3, 4.0),)), ("contract_date", "a", "2024-03")),
        (with_tariff(term_months=3), ("contract_term", "a", "2024-06")),
        (with_tariff(mw_max=1.9), ("mw_limit", "a", "2024-03")),
        (with_tariff(mw_min=2.1), ("mw_floor", "a", "2024-03")),
        (with_site(grid_limit_mw=1.9), ("grid_limit", "a", "2024-03")),
        (replace(handmade.instance(), reserve_fraction=0.2), ("adequacy", "a", "2024-03")),  # 4 MW for 3.6 x 1.2
        (with_tariff(ratchet_fraction=1.1), ("billed_ratchet", "a", "2024-04")),
        (with_tariff(min_take_fraction=1.1), ("billed_min_take", "a", "2024-03")),
        (with_tariff(min_energy_fraction=0.9), ("energy_min_take", "a", "2024-03")),  # 1.8 MW for 1.64
        (with_gas(permit_months=3), ("contract_date", "a", "2024-03")),
        (with_gas(max_months=3), ("gas_max_months", "a", "2024-06")),
        (with_gas(run_hours_per_year_max=2900.0), ("gas_run_hours", "a", "2024")),  # 2,928 MWh; 3 x 2,928 x 2,900/8,760 = 2,908
        (with_gas(nox_t_per_year_max=585.0), ("gas_nox", "a", "2024")),  # 292.8 t of 585 x 4,368/8,760 = 291.7
        (with_gas(exclusive_group="g"), ("exclusive_group", "a", "")),
        (with_offer(exclusive_group="g"), ("exclusive_group", "a", "")),
        (with_workload(accepts=("H200",)), ("one_family", "a", "2024-03")),
        (with_gpu(family="blackwell"), ("tables", "a", "2024-03")),
        (with_workload(gpus_h100e=3001.0), ("ready_target", "a", "2024-03")),
        (with_workload(deadline=1), ("deadline", "", "")),
        (with_workload(until=3), ("serving_ready", "a", "2024-05")),  # ended in April
        (with_offer(available_from=5), ("rental_term", "", "2024-05")),
        (with_offer(gpus_max=99), ("rental_size", "", "2024-05")),
        (with_purse(amounts=((0, 30.0), (2, 60.0))), ("purse_balance", "", "2024-01")),  # 32.4372 are paid in January
        (with_purse(pays_for=("capital", "deposits", "operations", "lease")), ("purse_eligible", "", "2024-05")),
    ],
)
def test_a_tightened_instance_is_broken(instance: Instance, violation: tuple[str, str, str]) -> None:
    assert violation in named(audit(instance, handmade.plan()))


@pytest.mark.parametrize(("supply", "passes"), [
    (((0, 400.0), (1, 2600.0)), True),  # 3,000 by February: three lots, none before
    (((0, 400.0), (1, 2599.9999999999)), True),  # as good as 3,000
    (((0, 400.0), (1, 2599.0)), False),
    (((0, 1000.0), (1, 2000.0)), False),  # the lot of January lapsed
    (((0, 999.0), (1, 2999.0)), True),  # 3,998: three lots, all in February
])
def test_lots_on_offer_are_those_that_become_whole(supply: tuple[tuple[int, float], ...], passes: bool) -> None:
    # 3,000 GPUs are delivered in February.
    found = named(audit(with_gpu(lot=1000, supply=supply), handmade.plan()))
    assert (("supply_limit", "", "2024-02") not in found) is passes


def test_a_site_that_starts_late_has_nothing_before() -> None:
    plan = changed("construction", {}, "started", [0, 0, 0, 1, 0, 0])
    found = named(audit(handmade.instance(), plan))
    assert {("delivery_site", "a", "2024-02"), ("contract_site", "a", "2024-03"), ("build_capacity", "a", "2024-02")} <= found


def test_a_site_is_started_once() -> None:
    plan = changed("construction", {"period": "2024-03"}, "started", 1)
    assert ("one_start_per_site", "a", "") in named(audit(handmade.instance(), plan))


def test_a_committed_site_must_be_started() -> None:
    instance = handmade.instance()
    instance = replace(instance, sites=(instance.sites[0], replace(instance.sites[1], is_committed=True)))
    assert ("committed_site", "b", "") in named(audit(instance, handmade.plan()))


def test_a_second_host_is_one_too_many() -> None:
    plan = changed("workloads", {"period": "2024-06"}, "site_id", "cloud")
    assert ("one_host", "", "") in named(audit(handmade.instance(), plan))


def test_ready_without_a_host() -> None:
    plan = changed("workloads", {}, "site_id", "")
    found = named(audit(handmade.instance(), plan))
    assert {("one_host", "", ""), ("one_host", "a", "2024-03"), ("ready_target", "", "2024-03")} <= found


def test_a_rental_too_small_to_host() -> None:
    instance = with_offer(largest_cluster_gpus=2999, gpus_max=5000)
    plan = changed("workloads", {}, "site_id", "cloud")
    assert ("rental_host", "", "2024-03") in named(audit(instance, plan))


def test_a_rental_hosts_no_more_than_its_gpus() -> None:
    instance = handmade.instance()
    instance = replace(instance, workloads=(*instance.workloads, builders.workload(name="second", gpus_h100e=10.0)))
    plan = changed("workloads", {}, "site_id", "cloud")
    twin = plan.tables["workloads"].assign(workload="second")
    tables = {**plan.tables, "workloads": pd.concat([plan.tables["workloads"], twin])}
    assert ("rental_host", "", "2024-03") in named(audit(instance, Plan(plan.header, tables)))


def test_the_exemption_needs_its_threshold() -> None:
    # 39 of hardware, 5.25 of building, 2 of land: 46.25 musd; a threshold of 46 is reached, one of 47 is not.
    plan = changed("fleet", {"period": "2024-02"}, "exempt_delivered", 3000)
    reached = audit(with_site(sales_tax_exempt="true", exempt_min_musd=46.0), plan)
    assert {violation.rule for violation in reached.violations} == {"capital.sales_tax", "objective", "totals"}
    missed = audit(with_site(sales_tax_exempt="true", exempt_min_musd=47.0), plan)
    assert ("exempt_threshold", "a", "") in named(missed)


def test_the_exemption_counts_what_comes_in_time_and_serves() -> None:
    # The start is in 2024-01, the GPUs come in 2024-02 and run from 2024-03 on: within 3 months, not within 2.
    plan = changed("fleet", {"period": "2024-02"}, "exempt_delivered", 3000)
    earning = {"sales_tax_exempt": "true", "exempt_min_musd": 39.0}
    missed = ("exempt_threshold", "a", "")
    assert missed not in named(audit(with_site(**earning, exempt_within_months=3), plan))
    assert missed in named(audit(with_site(**earning, exempt_within_months=2), plan))
    # Installed after the horizon they earn nothing.
    unused = with_site(**earning)
    unused = replace(unused, gpus=tuple(replace(gpu, install_months=12) for gpu in unused.gpus))
    assert missed in named(audit(unused, plan))


def test_the_exemption_counts_no_more_gpus_than_serve_at_the_end() -> None:
    # 3,000 GPUs for 39 musd and 7.25 of building and land. With 2,500 at work in the last month 32.5 of them count: 39.75.
    plan = changed("fleet", {"period": "2024-02"}, "exempt_delivered", 3000)
    last = plan.tables["allocation"]["period"].max()
    months = len(plan.tables["construction"]["period"].unique())
    plan = Plan(plan.header, {**plan.tables, "allocation": _less_in(plan.tables["allocation"], last)})
    missed = ("exempt_threshold", "a", "")
    for least_musd, is_missed in ((39.7, False), (39.8, True)):
        found = named(audit(with_site(sales_tax_exempt="true", exempt_min_musd=least_musd), plan))
        assert (missed in found) == is_missed
    # Where the window ends in the month before, all 3,000 count.
    within = with_site(sales_tax_exempt="true", exempt_min_musd=46.0, exempt_within_months=months - 1)
    assert missed not in named(audit(within, plan))
    # A run that is wanted to the month before is asked for that month.
    earlier = with_site(sales_tax_exempt="true", exempt_min_musd=46.0)
    earlier = replace(earlier, workloads=tuple(replace(workload, until=months - 2) for workload in earlier.workloads))
    assert missed not in named(audit(earlier, plan))


def _less_in(allocation: pd.DataFrame, period: str) -> pd.DataFrame:
    here = (allocation["period"] == period) & (allocation["gpus"] == 3000)
    assert here.sum() == 1
    return allocation.assign(gpus=allocation["gpus"].where(~here, 2500))


@pytest.mark.parametrize("table", ["construction", "fleet", "power", "load", "workloads", "cash"])
def test_a_row_missing_or_twice_is_found(table: str) -> None:
    plan = handmade.plan()
    frame = plan.tables[table]
    period = str(frame["period"].iloc[4])
    for rows in (frame.drop(index=4), pd.concat([frame, frame.iloc[[4]]])):
        report = audit(handmade.instance(), Plan(plan.header, {**plan.tables, table: rows}))
        assert ("tables", period) in {(violation.rule, violation.period) for violation in report.violations}


@pytest.mark.parametrize(
    ("rental", "period", "rule", "found"),
    [
        ("cloud", "2024-05", "rental_term", "2024-06"),  # then June's GPUs were never begun
        ("cloud", "2024-06", "rental_term", "2024-06"),
        ("old", "2024-02", "rental_size", "2024-02"),
    ],
)
def test_a_rental_row_missing_is_found(rental: str, period: str, rule: str, found: str) -> None:
    plan = handmade.plan()
    frame = plan.tables["rentals"]
    rows = frame[(frame["rental"] != rental) | (frame["period"] != period)]
    assert (rule, "", found) in named(audit(handmade.instance(), Plan(plan.header, {**plan.tables, "rentals": rows})))


@pytest.mark.parametrize(
    ("at", "column", "value", "said"),
    [
        (GRID, "kind", "index", "grid is of kind firm, not index"),
        (GAS, "kind", "firm", "gas is of kind onsite_gas, not firm"),
        ({**GAS, "kind": "onsite_gas"}, "contract_id", "oil", "the site offers no contract 'oil'"),
    ],
)
def test_the_row_of_a_wrong_contract_is_told_once(at: At, column: str, value: str, said: str) -> None:
    """A contract that nobody offers is of no kind; its own contract then lacks the row."""
    period = handmade.PERIODS[3]
    report = audit(handmade.instance(), changed("power", {"period": period, **at}, column, value))
    faults = [one.message for one in report.violations if one.rule == "tables"]
    missing = ["table power, gas: the row of the period is missing"] if column == "contract_id" else []
    assert sorted(faults) == sorted([f"table power: {said}", *missing])


def test_a_missing_table_is_told_and_nothing_is_raised() -> None:
    plan = handmade.plan()
    for table in FORMS.keys() - {"debt"}:  # plans from before there were loans lack it: see test_debt
        tables = {name: frame for name, frame in plan.tables.items() if name != table}
        report = audit(handmade.instance(), Plan(plan.header, tables))
        assert any(violation.rule == "tables" and table in violation.message for violation in report.violations)


def test_a_violation_says_where_and_how_much() -> None:
    report = audit(with_site(grid_limit_mw=1.5), handmade.plan())
    worst = report.violations[0]
    assert (worst.rule, worst.site_id, worst.period, worst.unit) == ("grid_limit", "a", "2024-03", "MW")
    assert worst.amount == pytest.approx(0.5)
    with pytest.raises(AuditError, match=r"4 violations\n.*grid_limit \[a, 2024-03\] by 0.5 MW: .*2 should be at most 1.5 MW"):
        report.raise_if_failed()


def test_what_is_within_the_tolerance_passes() -> None:
    # 2 MW may be missed by 2e-6 + 1e-6 MW.
    assert audit(with_site(grid_limit_mw=2.0 - 2.9e-6), handmade.plan()).passed
    assert not audit(with_site(grid_limit_mw=2.0 - 3.1e-6), handmade.plan()).passed
