from __future__ import annotations

import pytest

from optimizer.report.page.sections import ask
from tests.report.page.cases import case, solved

_LEDGER = [
    ("2024-01", "a", "capital", "gpus", "H100", 10.0, 9.9), ("2024-02", "a", "capital", "construction", "retrofit", 30.0, 29.0),
    ("2024-02", "a", "operations", "energy", "grid", 5.0, 4.9), ("2024-03", "a", "capital", "interconnection_refund", "grid", -2.0, -1.9),
    ("beyond", "a", "lease", "lease", "retrofit", 4.0, 3.0), ("2024-01", "", "delay", "delay", "train", 7.0, 7.0),
    ("beyond", "a", "residual", "gpus", "H100", -9.0, -8.0), ("2024-01", "", "committed", "rental", "cloud", 3.0, 3.0),
]
_SIGNED = [("2024-03", "a", "grid", 6.0, 4.5, 0.0), ("2024-01", "a", "land", 2.0, 0.0, 0.0), ("2024-01", "a", "H100 order", 60.0, 7.5, 0.0)]


def test_what_is_asked_is_cash_that_is_not_committed_yet():
    # 10 in January, 30 + 5 in February, -2 in March; 4 beyond. Neither delay (7), residual (-9) nor what was committed (3).
    assert ask.sums(case(ledger=_LEDGER, commitments=_SIGNED)) == {
        "horizon_musd": 43.0, "beyond_musd": 4.0, "largest_musd": 35.0, "largest_in": "2024-02", "first_signature": "2024-01"}


def test_nothing_to_pay_and_nothing_to_sign_is_said_with_empty_dates():
    assert ask.sums(case()) == {"horizon_musd": 0.0, "beyond_musd": 0.0, "largest_musd": 0.0, "largest_in": "", "first_signature": ""}


def test_each_gate_adds_to_what_cannot_be_got_back():
    told = ask.gates(case(ledger=_LEDGER, commitments=_SIGNED)).to_dict("records")
    # January: 2 + 60 are committed, 0 + 7.5 lost. March: 6 and 4.5, so 12 in all; 10 + 35 were paid in the months before.
    assert told == [
        {"sign_by": "2024-01", "signed": "land and H100 order", "committed_musd": 62.0, "lost_musd": 7.5, "lost_so_far_musd": 7.5,
         "paid_before_musd": 0.0},
        {"sign_by": "2024-03", "signed": "grid", "committed_musd": 6.0, "lost_musd": 4.5, "lost_so_far_musd": 12.0,
         "paid_before_musd": 45.0},
    ]


def test_the_gates_of_a_solved_plan_add_up_to_its_header():
    told = ask.gates(solved())
    assert told["lost_so_far_musd"].iloc[-1] == pytest.approx(solved().header["nonrefundable_at_signature_musd"])
    assert told["sign_by"].is_monotonic_increasing


def test_the_ask_says_what_where_how_much_and_by_when():
    section = ask.section(solved())
    text = str(section.html)
    assert "Near &lt;the&gt; river" in text
    assert "4,000 H100" in text
    assert "What cannot be refunded if we stop" in text


def test_of_several_sites_each_signature_names_its_own():
    signed = [("2024-01", "a", "land", 2.0, 0.0, 0.0), ("2024-01", "b", "land", 3.0, 0.0, 0.0), ("2024-01", "", "cloud", 1.0, 1.0, 0.0)]
    assert list(ask.gates(case(commitments=signed))["signed"]) == ["land at a, land at b and cloud"]
