"""Weights of inputs: the present value of the lines that they scale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.report.page.sections import assumptions
from optimizer.report.page.weights import LINES, begins_early, weights
from tests import builders as b
from tests.report.page_more import hand

LEDGER = [
    ("2024-01", "a", "capital", "gpus", "H100", 60.0, 60.0), ("2024-02", "a", "capital", "spares", "H100", 3.0, 3.0),
    ("beyond", "a", "residual", "gpus", "H100", -20.0, -20.0), ("2024-01", "a", "capital", "construction", "retrofit", 10.0, 10.0),
    ("2024-03", "a", "operations", "energy", "grid", 4.0, 4.0), ("2024-03", "a", "operations", "energy", "early", 1.0, 1.0),
    ("2024-01", "", "delay", "delay", "train", 8.0, 8.0), ("2024-01", "b", "capital", "construction", "retrofit", 5.0, 5.0),
]


def _weighed(*inputs, ledger=LEDGER, asked=None):
    rows = [(*name, "1", "", kind, "press", "2024-01-01", "") for name, kind in inputs]
    frame = weights(hand.case(hand.power_tables(ledger=ledger, assumptions=rows), asked))
    return {(row["table"], row["key"], row["column"]): (row["weight_musd"], row["drives"]) for row in frame.to_dict("records")}


def _weight(table, key, column):
    return _weighed(((table, key, column), "assumption"))[table, key, column]


def test_a_price_weighs_the_lines_of_its_gpu():
    assert _weight("gpus", "H100", "price_usd") == (pytest.approx(83.0), "gpus, spares")  # 60 + 3 + 20 of residual value
    assert _weight("gpus", "H100", "resale_fraction") == (pytest.approx(20.0), "gpus")  # the residual alone
    assert _weight("gpus", "GB200", "price_usd") == (0.0, "")  # no such GPU in the plan


def test_lines_are_those_of_the_site_mode_and_contract():
    assert _weight("modes", "a/retrofit", "capex_musd_per_mw")[0] == pytest.approx(10.0)  # not the 5 of site b
    assert _weight("modes", "a/conversion", "capex_musd_per_mw") == (0.0, "")
    assert _weight("modes", "b/retrofit", "capex_musd_per_mw") == (0.0, "")  # b is not chosen
    assert _weight("tariffs", "a/grid", "energy_usd_per_mwh") == (pytest.approx(4.0), "energy")
    assert _weight("tariffs", "a/late", "energy_usd_per_mwh") == (0.0, "")


def test_dates_weigh_the_value_of_time():
    assert _weight("modes", "a/retrofit", "lead_months") == (pytest.approx(8.0), "delay")
    assert _weight("gpus", "H100", "supply") == (pytest.approx(8.0), "delay")
    assert _weight("workloads", "train", "delay_cost_musd_per_month")[0] == pytest.approx(8.0)
    assert _weight("workloads", "other", "delay_cost_musd_per_month")[0] == 0.0


def test_dates_of_a_contract_weigh_only_where_it_begins_as_early_as_it_can():
    case = hand.case()
    # grid: signed a month before, its ramp begins in month 2, March; it begins in March. trailers: permitted in April, stand from April.
    assert begins_early(case, "a", "grid")
    assert begins_early(case, "a", "trailers")
    assert not begins_early(case, "a", "early")  # could have begun in January
    assert _weight("ramps", "a/grid/2024-03", "mw")[0] == pytest.approx(8.0)
    assert _weight("tariffs", "a/early", "sign_lead_months") == (0.0, "")
    quarters = hand.case(asked=hand.instance(horizon=b.horizon(6, 3, "2024-01")))
    assert not begins_early(quarters, "a", "grid")  # signed in January, it could begin in April of quarters; no row is of that period


def test_the_discount_rate_weighs_every_line():
    assert _weight("horizon", "horizon", "discount_rate_per_year") == (pytest.approx(60 + 3 + 20 + 10 + 4 + 1 + 8 + 5), "every line")


def test_terms_of_payment_and_limits_weigh_nothing():
    for name in ("gpus.lot", "gpus.pay_at_order_fraction", "tariffs.mw_max", "modes.max_it_mw", "sites.lat"):
        assert name not in LINES


def test_the_heaviest_comes_first_and_facts_are_no_assumptions():
    rows = [("gpus", "H100", "spares_fraction", "0.05", "", "estimate", "", "", ""),
            ("gpus", "H100", "price_usd", "1", "usd", "fact", "", "", ""),
            ("modes", "a/retrofit", "capex_musd_per_mw", "8", "musd", "assumption", "", "", "a source"),
            ("gpus", "H100", "lot", "8", "", "assumption", "", "", "")]
    case = hand.case(hand.power_tables(ledger=LEDGER, assumptions=rows))
    assert assumptions.ranked(case)["name"].tolist() == ["a/retrofit: capex_musd_per_mw", "H100: spares_fraction"]  # 10, then 3
    html = assumptions.section(case).html
    assert "4 inputs" in html
    assert "a source" in html


def test_without_inputs_there_is_no_section():
    assert assumptions.section(hand.case()) is None
    assert assumptions.section(replace(hand.case(), plan=hand.case({}).plan)) is None
