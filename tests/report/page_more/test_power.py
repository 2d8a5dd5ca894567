"""Section Power: MW by right, steps and stacks, contracts and permits."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.core.instance import RampCondition
from optimizer.report.page.approvals import approvals, unused
from optimizer.report.page.power_numbers import (
    CONDITIONAL,
    FIRM,
    PERMITTED,
    TEMPORARY,
    conditional_at,
    firm_by_right,
    merged,
    rights,
    stacked,
    steps,
)
from optimizer.report.page.sections import power
from tests import builders as b
from tests.report.page_more import hand


def test_every_contract_serves_by_one_right():
    lasting = b.gas(contract_id="turbine")
    site = hand.site(onsite_gas=(lasting, b.gas(contract_id="trailers", max_months=12)))
    assert rights(site) == {"grid": FIRM, "late": FIRM, "early": CONDITIONAL, "turbine": PERMITTED, "trailers": TEMPORARY}


def test_mw_by_right_stand_beside_the_peak_in_every_period():
    frame = firm_by_right(hand.case(), hand.site())
    assert list(frame.columns) == ["period", FIRM, CONDITIONAL, TEMPORARY, "load_mw"]
    assert frame["period"].tolist() == hand.PERIODS
    assert frame[FIRM].tolist() == [0, 0, 30, 30, 30, 30]
    assert frame[TEMPORARY].tolist() == [0, 0, 0, 10, 10, 10]
    assert frame["load_mw"].tolist() == [0, 0, 36, 55, 55, 55]


def test_what_hangs_on_a_condition_is_the_peak_less_what_lasts():
    frame = firm_by_right(hand.case(), hand.site())
    assert conditional_at(frame, "2024-03") == (pytest.approx(6.0), 36.0)  # 36 - 30 firm
    assert conditional_at(frame, "2024-04") == (pytest.approx(25.0), 55.0)  # 55 - 30; interruptible and trailers serve it
    assert conditional_at(frame, "2024-01") == (0.0, 0.0)


def test_a_stack_joins_periods_that_are_alike_and_ends_with_the_horizon():
    frame = firm_by_right(hand.case(), hand.site())
    bars = stacked(frame, [FIRM, TEMPORARY], hand.case().calendar)
    assert bars.to_dict("records") == [
        {"name": FIRM, "begin": "2024-03-01T00:00:00", "low": 0.0, "high": 30.0, "end": "2024-07-01T00:00:00"},
        {"name": TEMPORARY, "begin": "2024-04-01T00:00:00", "low": 30.0, "high": 40.0, "end": "2024-07-01T00:00:00"},
    ]


def test_a_gap_or_another_height_is_another_rectangle():
    rows = pd.DataFrame([("x", 0, 1, 0.0, 5.0), ("x", 1, 2, 0.0, 5.0), ("x", 3, 4, 0.0, 5.0), ("x", 4, 5, 0.0, 6.0)],
                        columns=["name", "begin", "end", "low", "high"])
    joined = merged(rows, ["name"])
    assert list(zip(joined["begin"], joined["end"], strict=True)) == [(0, 2), (3, 4), (4, 5)]


def test_a_line_of_steps_reaches_the_end_of_the_horizon():
    line = steps(firm_by_right(hand.case(), hand.site()), "load_mw", hand.case().calendar)
    assert line["begin"].iloc[-1] == "2024-07-01T00:00:00"
    assert line["mw"].tolist() == [0, 0, 36, 55, 55, 55, 55]


def test_contracts_and_permits_say_where_they_stand():
    signed = [(month, "a", name, 1.0, 1.0, 0.0) for month, name in (("2024-02", "grid"), ("2024-01", "trailers"), ("2024-02", "trailers"))]
    inputs = [("tariffs", "a/grid", "mw_max", "50", "MW", "negotiated_offer", "press", "2024-01-01", ""),
              ("ramps", "a/grid/2024-03", "mw", "30", "MW", "assumption", "press", "2024-01-01", "")]
    frame = approvals(hand.case(hand.power_tables(commitments=signed, assumptions=inputs)), hand.site()).set_index("Contract")
    assert frame.loc["grid", "Where it stands"] == "agreement"
    assert frame.loc["grid", "Conditions"].startswith("30 MW from Mar 2024, 50 MW from May 2024; signed 1 month before service")
    assert frame.loc["grid", "Kind of source"] == "negotiated offer 1, assumption 1"
    assert frame.loc["early", "Conditions"] == "gives way in the hours in which it is called; ends when late begins"
    assert frame.loc["trailers", "Sign by"] == "Jan\N{NO-BREAK SPACE}2024 and 1 more"
    assert frame.loc["trailers", "Where it stands"] == "minor source: permit takes 3 months, units can run from Apr 2024 at the earliest"
    assert frame.loc["trailers", "Conditions"] == "at most 50 MW permitted; gone 12 months after the first unit stood; 1 spare unit"
    assert unused(hand.case(), hand.site()) == ["late"]


def test_a_step_of_a_ramp_says_what_it_hangs_on():
    asked = hand.instance(ramp_conditions=(
        RampCondition("a", "grid", 4, "The utility board must approve"), RampCondition("b", "grid", 2, "Of another site"),
    ))
    frame = approvals(hand.case(asked=asked), hand.site()).set_index("Contract")
    assert frame.loc["grid", "Conditions"].startswith("30 MW from Mar 2024, 50 MW from May 2024 (The utility board must approve);")


def test_the_section_draws_and_says_what_hangs():
    html = power.section(hand.case()).html
    assert "25 MW of it served by interruptible or temporary power alone" in html
    assert html.count("<svg") == 2  # one figure at two widths; flat prices have no typical days
    assert "Offered there and not used: late." in html


@pytest.mark.parametrize("changes", [{"has_contracts": False}, {"sites": []}])
def test_there_is_no_section_without_contracts_or_sites(changes):
    assert power.section(hand.case(**changes)) is None
