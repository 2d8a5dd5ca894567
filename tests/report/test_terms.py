"""Contracts that still serve when the plan ends."""

from __future__ import annotations

from optimizer.plan.plan import Plan
from optimizer.report.page.approvals import approvals
from optimizer.report.summary import summary_text
from optimizer.report.terms import last_begins, left, open_ends
from tests.report.page_more import hand


def _tables(*power: tuple[object, ...]):
    """The hand-made load of six months, and other rows of power."""
    return {**hand.power_tables(), "power": hand.tables(power=list(power))["power"]}


def _header(**contract: object):
    base = hand.header()
    return {**base, "sites": [{**base["sites"][0], "contracts": [hand.contract("grid", 30.0, "2024-03", **contract)]}]}


def test_a_term_ends_its_months_after_it_began():
    # Begun in March 2024, 12 months: to February 2025.
    plan = Plan(_header(term_months=12), hand.power_tables())
    assert last_begins(plan)["a", "grid"] == "2024-03"
    assert open_ends(plan) == {("a", "grid"): "2025-02"}


def test_a_contract_that_begins_again_has_the_term_of_its_last_begin():
    again = (hand.power_row("2024-01", "grid", 30.0, begins=1), hand.power_row("2024-05", "grid", 30.0, begins=1))
    assert open_ends(Plan(_header(term_months=3), _tables(*again))) == {("a", "grid"): "2024-07"}


def test_a_contract_without_a_term_goes_on_and_one_that_is_left_or_over_does_not():
    begun = hand.power_row("2024-03", "grid", 30.0, begins=1)
    assert open_ends(Plan(_header(), _tables(begun))) == {("a", "grid"): ""}
    leaving = Plan(_header(term_months=12), _tables(begun, hand.power_row("2024-06", "grid", 30.0, leaves=1)))
    assert left(leaving) == {("a", "grid")}
    assert open_ends(leaving) == {}
    assert open_ends(Plan(_header(term_months=2, to="2024-04"), _tables(begun))) == {}


def test_the_shortest_stay_of_gas_is_no_term():
    header = _header(term_months=12, kind="onsite_gas", units=3, spare_units=1)
    assert open_ends(Plan(header, hand.power_tables())) == {("a", "grid"): ""}


def test_summary_and_page_say_that_it_runs_on():
    header = _header(term_months=12)
    assert "grid: firm, 30.0 MW, from 2024-03 on, term 12 months, to 2025-02" in summary_text(Plan(header, hand.power_tables()))
    case = hand.case(**header)
    served = approvals(case, case.instance.sites[0])["In service"].tolist()
    assert served == ["from Mar\N{NO-BREAK SPACE}2024 on, term to Feb\N{NO-BREAK SPACE}2025"]
    ended = hand.case(**_header(term_months=2, to="2024-04"))
    assert approvals(ended, ended.instance.sites[0])["In service"].tolist() == ["Mar\N{NO-BREAK SPACE}2024 to Apr\N{NO-BREAK SPACE}2024"]
