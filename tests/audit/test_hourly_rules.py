"""One cell of a right plan with typical hours is changed, or one number of its instance: the rule that bites is named, with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.audit import AuditReport, audit
from optimizer.audit.year import by_day
from optimizer.core.instance import Carbon, Instance, PowerRules
from optimizer.core.offers import Ppa
from optimizer.plan.plan import Plan
from tests.audit import handmade_hourly as handmade
from tests.audit.cells import At, with_cell
from tests.audit.test_rules import named


def changed(table: str, at: At, column: str, value: Any) -> Plan:
    """Give the hand-made plan with one cell changed, in every row that fits ``at``."""
    return with_cell(handmade.plan(), table, at, column, value)


def with_rows(plan: Plan, table: str, rows: Iterable[tuple[Any, ...]]) -> Plan:
    """Add rows to a table."""
    frame = plan.tables[table]
    more = pd.DataFrame(list(rows), columns=frame.columns)
    return Plan(plan.header, {**plan.tables, table: pd.concat([frame, more], ignore_index=True)})


def rules(report: AuditReport) -> set[str]:
    return {violation.rule for violation in report.violations}


def test_the_plan_made_by_hand_passes() -> None:
    report = audit(handmade.instance(), handmade.plan())
    assert report.violations == ()
    assert report.worst_violation < 1e-12


def hour(flow: str, subject: str, at: str) -> At:
    return {"flow": flow, "subject": subject, "hour": at}


A, B, C, D = "01-01T03", "01-01T15", "01-02T03", "01-02T15"
CALLED, SYSTEM_PEAK = "01-02T12", "01-01T12"
NODE, TOU, CALLS, GAS = ({"contract_id": name} for name in ("node", "tou", "calls", "engines"))
WIND, SOLAR, CELL = ({"contract_id": name} for name in ("wind", "solar", "cell"))


@pytest.mark.parametrize(
    ("table", "at", "column", "value", "rule"),
    [
        # What flows in each hour.
        ("dispatch", hour("load", "", A), "mw", 8.1, "energy_balance"),
        ("dispatch", hour("drawn", "node", A), "mw", 3.1, "energy_balance"),
        ("dispatch", hour("generated", "engines", B), "mw", 1.4, "energy_balance"),
        ("dispatch", hour("drawn", "tou", B), "mw", 3.1, "drawn_limit"),  # and 1 MW of the peak, of 4
        ("dispatch", hour("generated", "engines", B), "mw", 1.6, "drawn_limit"),  # and 0.7, of 2.2
        ("dispatch", hour("drawn", "node", CALLED), "mw", 4.1, "drawn_limit"),  # and 1.5, of 5.5, in January
        ("dispatch", hour("load", "", A), "weight_h", 17.0, "hour_weight"),
        ("dispatch", hour("load", "", A), "hour", "01-03T03", "tables"),  # a day that is not carried
        ("dispatch", hour("load", "", A), "hour", "mean", "tables"),
        ("dispatch", hour("drawn", "tou", A), "subject", "two", "tables"),
        ("dispatch", hour("own_use", "wind", A), "subject", "solar", "tables"),  # financial
        ("dispatch", hour("drawn", "tou", A), "subject", "firm", "contract_flow"),  # offered, and not used
        # Contracts.
        ("power", NODE, "energy_mwh", 2310.0, "energy_balance"),
        ("power", NODE, "extra_mw", 1.4, "peak_balance"),
        ("power", NODE, "contracted_mw", 5.6, "adequacy"),  # 13.9 MW for 14
        ("power", NODE, "kind", "firm", "tables"),
        ("power", GAS, "firm_mw", 2.31, "gas_firm"),  # 0.9 x 2 + 0.5
        ("power", GAS, "spare_cover_mw", 0.91, "gas_spare"),
        ("power", GAS, "spare_cover_mw", 0.51, "battery_duty"),  # the battery stands in for 0.5 MW
        ("power", GAS, "spare_cover_mw", 0.49, "gas_firm"),
        ("power", GAS, "units", 2, "gas_firm"),
        ("power", TOU, "spare_cover_mw", 0.1, "gas_spare"),
        # What the rate bills.
        ("bills", {"charge": "day", "tier": 1}, "billed", 999.0, "rate_tiers"),
        ("bills", {"charge": "night"}, "billed", 481.0, "rate_tiers"),
        ("bills", {"charge": "all"}, "billed", 3.4, "rate_peak"),
        ("bills", {"charge": "all"}, "billed", 4.1, "rate_peak"),
        ("bills", {"charge": "noon"}, "billed", 3.9, "rate_peak"),
        ("bills", {"charge": "winter"}, "billed", 4.1, "rate_peak"),
        ("bills", {"charge": "minimum_bill"}, "billed", 0.0005, "minimum_bill"),
        ("bills", {"charge": "day", "tier": 2}, "tier", 3, "tables"),
        ("bills", {"charge": "winter"}, "charge", "summer", "tables"),
        ("bills", {"charge": "all"}, "unit", "kW", "tables"),
        ("bills", {"charge": "all"}, "contract_id", "node", "tables"),
        # Interruptible service.
        ("dispatch", hour("drawn", "node", CALLED), "subject", "calls", "called_hours"),
        ("batteries", CELL, "cover_mw", 0.59, "called_adequacy"),  # 12 + 0.59 + 0.1 x 14 MW for 14
        # Agreements.
        ("ppas", WIND, "mw", 3.9, "ppa_volume"),
        ("ppas", WIND, "mw", 4.1, "ppa_size"),
        ("ppas", WIND, "begins", 0, "ppa_begin"),
        ("ppas", WIND, "begins", 1, "ppa_begin"),  # twice
        ("ppas", WIND, "volume_mwh", 1200.0, "ppa_volume"),
        ("ppas", SOLAR, "volume_mwh", 1400.0, "ppa_volume"),
        ("ppas", SOLAR, "mw", 2.1, "ppa_peak_multiple"),  # 7.1 of 7 MW
        ("ppas", SOLAR, "contract_id", "sun", "tables"),
        ("dispatch", hour("spilled", "wind", C), "mw", 0.6, "ppa_volume"),
        ("dispatch", hour("own_use", "wind", A), "flow", "sold", "ppa_sold"),  # the hub pays 1 USD, the fee is 2
        # Batteries.
        ("batteries", CELL, "mw", 1.9, "battery_size"),
        ("batteries", CELL, "mwh", 4.1, "battery_size"),
        ("batteries", {**CELL, "period": "2023-01"}, "added_mwh", 4.1, "battery_size"),
        ("batteries", CELL, "shave_mw", 0.21, "battery_duty"),  # 3.66 of 3.6 MWh
        ("batteries", CELL, "spare_mw", 0.4, "battery_duty"),
        ("batteries", CELL, "spare_mw", 1.2, "battery_duty"),  # 2.1 of 2 MW
        ("dispatch", hour("charge", "cell", A), "mw", 2.01, "battery_rate"),
        ("dispatch", hour("charge", "cell", A), "mw", 0.19, "battery_stored"),
        ("dispatch", hour("discharge", "cell", B), "mw", 0.17, "battery_stored"),
        ("dispatch", hour("stored", "cell", A), "mw", 0.8, "battery_stored"),
        ("dispatch", hour("discharge", "cell", B), "hour", A, "battery_one_way"),
        # 0.2 MW shave peaks: 1.81 + 0.2 of 2 MW; 6 h x 0.2 MW of 0.9 x 1.33 MWh.
        ("dispatch", hour("discharge", "cell", B), "mw", 1.81, "battery_shave"),
        ("dispatch", hour("stored", "cell", D), "mw", 1.33, "battery_shave"),
        ("batteries", CELL, "shave_mw", 0.201, "battery_shave"),
        # Flexible load.
        ("dispatch", hour("shed", "train", B), "mw", 0.97, "flexible_limit"),  # a tenth of 9.6 MW
        ("dispatch", hour("shifted_out", "train", D), "mw", 0.97, "flexible_limit"),
        ("dispatch", hour("shifted_in", "train", C), "mw", 0.81, "flexible_limit"),
        ("dispatch", hour("shifted_in", "train", C), "mw", 0.31, "flexible_day"),
        ("dispatch", hour("shifted_in", "train", C), "hour", A, "flexible_day"),  # of another day
        # Carbon.
        ("emissions", {}, "location_t", 2000.0, "emissions"),
        ("emissions", {}, "market_t", 2000.0, "emissions"),
        ("emissions", {}, "load_mwh", 6000.0, "emissions"),
        ("emissions", {}, "matched_mwh", 2600.0, "matched"),
        ("emissions", {}, "matched_mwh", 2300.0, "clean_share"),  # 4,600 of 12,460.8 MWh: 36.9 percent
    ],
)
def test_a_changed_cell_is_found(table: str, at: At, column: str, value: Any, rule: str) -> None:
    found = named(audit(handmade.instance(), changed(table, at, column, value)))
    assert rule in {name for name, site_id, period in found if rule in ("tables", "clean_share") or site_id == "a"}


def with_site(**changes: Any) -> Instance:
    instance = handmade.instance()
    return replace(instance, sites=(replace(instance.sites[0], **changes), instance.sites[1]))


def with_offer(kind: str, contract_id: str, **changes: Any) -> Instance:
    """Give the instance with one offer of site a changed."""
    offers = getattr(handmade.site(), kind)
    return with_site(**{kind: tuple(replace(each, **changes) if each.contract_id == contract_id else each for each in offers)})


def with_rate(**changes: Any) -> Instance:
    return with_offer("tariffs", "tou", rate=replace(handmade.rate(), **changes))


def with_charge(name: str, **changes: Any) -> Instance:
    demand = tuple(replace(each, **changes) if each.name == name else each for each in handmade.rate().demand)
    return with_rate(demand=demand)


def with_rules(**changes: Any) -> Instance:
    return replace(handmade.instance(), power_rules=replace(handmade.instance().power_rules, **changes))


def with_carbon(**changes: Any) -> Instance:
    return replace(handmade.instance(), carbon=replace(handmade.instance().carbon, **changes))


def with_workload(**changes: Any) -> Instance:
    instance = handmade.instance()
    return replace(instance, workloads=(replace(instance.workloads[0], **changes),))


@pytest.mark.parametrize(
    ("instance", "violation"),
    [
        (with_offer("tariffs", "tou", min_take_fraction=1.01), ("rate_min_take", "a", "2023-01")),
        (with_charge("noon", ratchet_fraction=1.01), ("rate_ratchet", "a", "2023-02")),
        # The charge by day bills 3.6 MW in February, for the peak of January: it must not when it looks elsewhere.
        (with_charge("noon", ratchet_peak_months=(3,)), ("rate_peak", "a", "2023-02")),
        (with_charge("noon", ratchet_lookback_months=0), ("rate_peak", "a", "2023-02")),
        (with_rate(minimum_bill_usd_per_month=103_000.0), ("minimum_bill", "a", "2023-01")),
        (with_offer("tariffs", "calls", minimum_bill_usd_per_month=14_300.0), ("minimum_bill", "a", "2023-01")),
        (with_workload(accepts_interruptible=False), ("strict_adequacy", "a", "2023-01")),  # 12 MW are never called
        (with_workload(flexible_fraction=0.09), ("called_adequacy", "a", "2023-01")),
        (with_workload(flexible_fraction=0.02), ("flexible_limit", "a", "2023-01")),
        (with_offer("onsite_gas", "engines", derate_fraction=0.11), ("gas_firm", "a", "2023-01")),
        (with_offer("onsite_gas", "engines", gas_mmbtu_per_day_max=550.0), ("gas_day_fuel", "a", "2023-01")),
        (with_offer("onsite_gas", "engines", outage_hours=2.1), ("battery_duty", "a", "2023-01")),
        (with_offer("ppas", "wind", available_from=1), ("ppa_begin", "a", "2023-01")),
        (with_offer("ppas", "wind", begin_by=-1), ("ppa_begin", "a", "2023-01")),
        (with_offer("ppas", "wind", term_months=1), ("ppa_size", "a", "2023-02")),
        (with_offer("ppas", "wind", mw_min=4.1), ("ppa_size", "a", "2023-01")),
        (with_offer("ppas", "wind", mw_max=3.9), ("ppa_size", "a", "2023-01")),
        (with_offer("ppas", "wind", profile_series=None), ("ppa_volume", "a", "2023-01")),
        (with_offer("ppas", "wind", sell_back_fee_usd_per_mwh=10.1), ("ppa_sold", "a", "2023-01")),
        (with_offer("batteries", "cell", sign_lead_months=1), ("battery_date", "a", "2023-01")),
        (with_offer("batteries", "cell", lifetime_months=1), ("battery_size", "a", "2023-02")),
        (with_offer("batteries", "cell", mw_max=1.9), ("battery_size", "a", "2023-01")),
        (with_offer("batteries", "cell", mwh_max=3.9), ("battery_size", "a", "2023-01")),
        (with_offer("batteries", "cell", duration_h=2.1), ("battery_size", "a", "2023-01")),
        (with_offer("batteries", "cell", round_trip_efficiency=0.8), ("battery_stored", "a", "2023-01")),
        (with_offer("batteries", "cell", exclusive_group="line"), ("exclusive_group", "a", "")),
        (with_offer("ppas", "solar", exclusive_group="line"), ("exclusive_group", "a", "")),
        (with_rules(ppa_energy_share_max=0.53), ("ppa_energy_share", "a", "2023")),
        (with_rules(ppa_peak_multiple_max=0.49), ("ppa_peak_multiple", "a", "2023-01")),
        (with_rules(peak_hours_per_day=6.1), ("battery_duty", "a", "2023-01")),
        (with_rules(price_year=2023), ("rate_tiers", "a", "2023-01")),  # 22 working days for 21
        (with_carbon(clean_share_min=0.4), ("clean_share", "", "2023")),
        # 2,409 t in 1,416 of 8,760 hours: a cap of 14,000 t a year allows 2,263.
        (with_carbon(cap_t_per_year=((0, 14_000.0),)), ("carbon_cap", "", "2023")),
        (with_carbon(cap_t_per_year=((1, 14_000.0),)), None),  # not in force in the year's first month
        (with_carbon(basis="location"), ("carbon_goal", "", "")),
        (replace(handmade.instance(), goals=("max_clean", "min_cost")), ("carbon_goal", "", "")),
        (with_site(grid_t_per_mwh=0.41), ("emissions", "a", "2023-01")),
        (with_site(pue_series=None), ("energy_balance", "a", "2023-01")),
    ],
)
def test_a_tightened_instance_is_broken(instance: Instance, violation: tuple[str, str, str] | None) -> None:
    found = named(audit(instance, handmade.plan()))
    assert violation in found if violation else not found


@pytest.mark.parametrize(
    ("name", "rule"),
    [("called", "called_hours"), ("pue", "energy_balance"), ("wind", "ppa_volume"), ("node", "operations.energy")],
)
def test_a_series_is_read(name: str, rule: str) -> None:
    """Called an hour later; a PUE, a share or a price that is a hundredth off."""
    instance = handmade.instance()
    given = next(each for each in instance.series if each.name == name)
    year = by_day(given).ravel()
    values = tuple((np.roll(year, 1) if given.kind == "flag" else year * 1.01).tolist())
    others = tuple(each for each in instance.series if each.name != name)
    report = audit(replace(instance, series=(*others, replace(given, values=values))), handmade.plan())
    assert rule in rules(report)


def test_another_typical_day_changes_weights() -> None:
    days = handmade.site().typical_days
    assert days is not None
    other = replace(days, stands_for=(*days.stands_for[:4], 1, *days.stands_for[5:]))  # 5 January is like the 2nd
    found = named(audit(with_site(typical_days=other), handmade.plan()))
    assert ("hour_weight", "a", "2023-01") in found
    assert ("hour_weight", "a", "2023-02") not in found


def test_the_worst_hour_of_a_period_is_told() -> None:
    plan = changed("dispatch", hour("load", "", "01-01T07"), "mw", 8.5)
    plan.tables["dispatch"].loc[plan.tables["dispatch"]["hour"] == "01-01T08", "mw"] *= 1.001
    told = [violation for violation in audit(handmade.instance(), plan).violations if "load, hour" in violation.message]
    assert [(violation.period, "hour 01-01T07" in violation.message) for violation in told] == [("2023-01", True), ("2023-02", True)]
    assert told[0].amount == pytest.approx(0.5)


def converted(begin: int) -> Plan:
    """The firm offer takes the interruptible one's place from a period on."""
    plan = handmade.plan()
    firm = [
        (period, "a", "firm", 2, 2, 0, 2, "firm", int(t == begin), 0, 0, 2, 0, 0, 0, 0)
        for t, period in enumerate(handmade.PERIODS)
        if t >= begin
    ]
    return with_rows(plan, "power", firm)


def test_conversion_ends_the_interruptible_service() -> None:
    found = named(audit(handmade.instance(), converted(1)))
    assert ("contract_term", "a", "2023-02") in found  # 2 MW are still contracted
    assert not {rule for rule, _, _ in found} & {"conversion", "exclusive_group"}


def test_no_conversion_at_once() -> None:
    assert ("conversion", "a", "") in named(audit(handmade.instance(), converted(0)))


def test_two_offers_of_a_group_that_do_not_convert_exclude_each_other() -> None:
    instance = with_offer("tariffs", "calls", converts_to=None)
    assert ("exclusive_group", "a", "") in named(audit(instance, converted(1)))


@pytest.mark.parametrize("table", ["ppas", "batteries", "dispatch", "bills", "emissions"])
def test_a_row_missing_or_twice_is_found(table: str) -> None:
    plan = handmade.plan()
    frame = plan.tables[table]
    missing = audit(handmade.instance(), Plan(plan.header, {**plan.tables, table: frame.drop(index=1)}))
    assert not missing.passed
    twice = audit(handmade.instance(), Plan(plan.header, {**plan.tables, table: pd.concat([frame, frame.iloc[[1]]])}))
    assert rules(twice) == {"tables"}


def test_what_is_financial_does_not_flow() -> None:
    financial: tuple[Ppa, ...] = (replace(handmade.ppas()[0], settlement="financial"), *handmade.ppas()[1:])
    assert "tables" in rules(audit(with_site(ppas=financial), handmade.plan()))


def test_under_a_minimum_bill_it_matters_not_how_the_bill_comes_about() -> None:
    # February's bill of 64,720 + 21,100 + 1,000 USD lies 3,180 below 90,000: 0.05 MW more at 5 USD/kW, and 250 USD less of a top-up.
    instance = with_rate(minimum_bill_usd_per_month=90_000.0)
    plan = changed("bills", {"charge": "all", "period": "2023-02"}, "billed", 3.55)
    topped = with_rows(plan, "bills", [("2023-02", "a", "tou", "minimum_bill", 0, 2_930 * 1.1 / 1e6, "musd")])
    report = audit(instance, topped)
    assert "rate_peak" not in rules(report)
    assert "minimum_bill" not in rules(report)
    (demand,) = (violation for violation in report.violations if violation.message.startswith("operations.demand, nominal"))
    assert demand.amount == pytest.approx(250 * 1.1 / 1e6)
    assert "rate_peak" in rules(audit(handmade.instance(), plan))  # a bill above its minimum is exact


@pytest.mark.parametrize(
    "goals",
    [
        [],
        [{"goal": "min_carbon", "value": 0.98 * sum(handmade.MARKET_T), "unit": "t", "bound": 0.0}],
        [{"goal": "min_carbon", "value": sum(handmade.MARKET_T), "unit": "t", "bound": 1.01 * sum(handmade.MARKET_T)}],
        [{"goal": "min_carbon", "value": sum(handmade.MARKET_T), "unit": "kt", "bound": 0.0}],
        [{"goal": "min_carbon", "value": None, "unit": "t", "bound": 0.0}],
    ],
)
def test_a_goal_that_the_plan_does_not_hold_is_found(goals: list[dict[str, Any]]) -> None:
    plan = handmade.plan()
    assert rules(audit(handmade.instance(), Plan({**plan.header, "goals": goals}, plan.tables))) == {"carbon_goal"}


def test_a_goal_may_be_missed_by_its_tolerance() -> None:
    plan = handmade.plan()
    goal = {"goal": "min_carbon", "value": sum(handmade.MARKET_T) / 1.004, "unit": "t", "bound": 0.0}
    assert audit(handmade.instance(), Plan({**plan.header, "goals": [goal]}, plan.tables)).passed  # half a percent is allowed


def test_unmatched_energy_is_a_goal() -> None:
    # 12,460.8 - 4,874.4 = 7,586.4 MWh.
    instance = replace(handmade.instance(), goals=("max_clean", "min_cost"))
    plan = handmade.plan()
    goal = {"goal": "max_clean", "value": 7_586.4, "unit": "MWh", "bound": 7_586.4}
    assert audit(instance, Plan({**plan.header, "goals": [goal]}, plan.tables)).passed
    short = {**goal, "value": 7_586.4 / 1.006, "bound": 0.0}
    assert rules(audit(instance, Plan({**plan.header, "goals": [short]}, plan.tables))) == {"carbon_goal"}


def test_without_power_nothing_is_asked_of_it() -> None:
    instance = replace(handmade.instance(), has_contracts=False, goals=("min_cost",))
    plan = handmade.plan()
    empty = {name: plan.tables[name].iloc[:0] for name in ("power", "dispatch", "ppas", "batteries", "bills", "emissions")}
    report = audit(instance, Plan(plan.header, {**plan.tables, **empty}))
    assert {rule for rule in rules(report) if "." not in rule} <= {"objective", "totals", "header"}


def test_the_rules_of_power_are_those_of_the_instance() -> None:
    assert audit(replace(handmade.instance(), power_rules=PowerRules(2022, 0.6, 0.5, 6.0)), handmade.plan()).passed
    assert not audit(replace(handmade.instance(), carbon=Carbon("market", 11.0, (), 0.0)), handmade.plan()).passed
