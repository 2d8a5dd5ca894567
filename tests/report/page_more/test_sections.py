"""Beside, breaks, beyond, flags, proof, inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from optimizer.core.errors import PlaceError
from optimizer.core.instance import Assumption
from optimizer.report.page import flag_facts
from optimizer.report.page.flag_facts import CLEAR, RAISED, UNKNOWN, exempted_musd, flags
from optimizer.report.page.limit_phrases import MEANINGS, meaning, split_limit
from optimizer.report.page.sections import beside, beyond, breaks, inputs, proof
from tests import builders as b
from tests.report.page_more import hand


@dataclass(frozen=True)
class _Row:
    name: str = "next_site"
    what: str = "Without site a"
    status: str = "optimal"
    cash_cost_musd: float | None = 100.0
    value_of_time_musd: float | None = 9.0
    objective_musd: float | None = 96.0
    ready: str = "2024-06"
    site: str = "b"
    mw: float = 3.0
    gpus: int = 2000
    seconds: float = 1.0


@dataclass(frozen=True)
class _Beside:
    rows: tuple[_Row, ...]
    is_complete: bool = True


NOTHING = _Row("nothing", "Do nothing", "infeasible", None, None, None, "", "", 0.0, 0)


def test_without_solves_the_section_says_how_to_have_them():
    assert "gigasite report plans/sample --beside" in beside.section(hand.case()).html


def test_the_plan_stands_first_and_the_others_say_what_they_cost_more():
    case = hand.case(beside=_Beside((_Row(), NOTHING)))
    told = beside.alternatives(case).set_index("what")
    assert told.index.tolist() == ["The plan", "Without site a", "Do nothing"]
    assert told.loc["Without site a", "more_musd"] == pytest.approx(15.0)  # 96 - 81
    assert told.loc["The plan", "gpus"] == 2000
    html = beside.section(case).html
    assert "no such plan meets all that is asked" in html
    assert "96 in all" in html


@pytest.mark.parametrize("is_complete", [True, False])
def test_what_was_stopped_before_its_end_is_said_to_miss_rows(is_complete):
    case = hand.case(beside=_Beside((_Row(),), is_complete))
    assert ("<strong>Not complete:</strong>" in beside.section(case).html) is not is_complete
    assert ("there may be other fallbacks" in breaks.section(case).html) is not is_complete


def test_every_limit_that_a_plan_can_name_has_a_meaning():
    assert split_limit("gas_day: a: b") == ("gas_day", "a: b")
    assert split_limit("supply of H100 in 2024-01") == ("", "supply of H100 in 2024-01")
    assert meaning("gas_day: engines gets no more") is MEANINGS["gas_day"]
    named = {"supply_limit", "build_step", "max_it_mw", "mw_limit", "ppa_mw", "ppa_energy_share", "battery_mw", "battery_mwh", "gas_day",
             "called_adequacy", "carbon_cap", "clean_share", "purse_balance", "debt_limit", "debt_collateral", "deadline"}
    assert set(MEANINGS) == named


def test_limits_of_a_kind_stand_in_one_row():
    case = hand.case(binding=["supply_limit: all H100", "build_step: a adds", "supply_limit: all H200"])
    rows = breaks.from_limits(case)
    assert [(row[0], row[1]) for row in rows] == [
        ("The vendor ships fewer GPUs than promised", "all H100; all H200"), ("Construction is slower than its rate", "a adds")]


def test_a_slip_costs_and_the_deadline_leaves_months():
    assert breaks.slips(hand.case()) == [  # ready in March, the deadline in September
        "train, ready Mar 2024: every month later costs 100 million USD (value of time, nominal); its deadline of Sep 2024 leaves 6 months"]


def test_power_without_a_lasting_right_breaks_the_plan():
    what, why, _, _ = breaks.from_power(hand.case())[0]
    assert what == "The permit of trailers is refused or ends early"
    assert why == "up to 25 MW of the peak at a have no lasting power, Mar 2024 to Jun 2024"  # 55 - 30, from April


@pytest.mark.parametrize(("least", "is_told"), [(4.0, True), (6.0, False), (0.0, False)])
def test_a_purse_that_is_nearly_empty_is_told(least, is_told):
    cash = [("2024-01", "fund", 100.0, 100.0 - least, least), ("2024-02", "fund", 0.0, 0.0, least)]
    rows = breaks.from_purses(hand.case(hand.power_tables(cash=cash)))  # under a twentieth of 100; one at 0 is a limit used up
    assert bool(rows) is is_told


def test_fallbacks_come_the_cheapest_first():
    idle = _Row("do_nothing_no_deadline", "Do nothing, no deadline", objective_musd=1.0, ready="never", site="none")
    case = hand.case(beside=_Beside((_Row(what="dear", objective_musd=200.0), NOTHING, idle, _Row(what="cheap", objective_musd=60.0))))
    assert [(row["what"], row["is_more"]) for row in breaks.fallback(case)] == [("cheap", False), ("dear", True)]
    assert "cheap: 21 million USD less than the plan, ready Jun 2024" in breaks.section(case).html


def test_what_is_owed_comes_back_or_is_worth_something_beyond_the_horizon():
    ledger = [("beyond", "a", "operations", "demand", "grid", 5.0, 4.0), ("beyond", "a", "operations", "demand", "grid", 1.0, 1.0),
              ("beyond", "a", "deposits", "contract_deposit_return", "grid", -2.0, -1.5),
              ("2024-01", "a", "capital", "land", "x", 9.0, 9.0),
              ("beyond", "a", "residual", "land", "x", -9.0, -7.0)]
    case = hand.case(hand.power_tables(ledger=ledger))
    found = beyond.flows(case)
    assert found["kind"].tolist() == [beyond.OWED, beyond.BACK, beyond.WORTH]
    assert found["nominal_musd"].tolist() == [6.0, -2.0, -9.0]
    assert "6 million USD" in beyond.section(case).html


def test_terms_run_on_unless_the_plan_leaves():
    # grid begins in March (month 2) for 12 months: to the end of month 13; the horizon has 6: 8 are left.
    found = beyond.running_on(hand.case())
    assert found.to_dict("records") == [{"site_id": "a", "contract_id": "grid", "begins": "2024-03", "term_months": 12,
                                       "ends": "2025-02", "left_months": 8}]
    leaving = hand.tables(power=[hand.power_row("2024-03", "grid", 30.0, begins=1), hand.power_row("2024-06", "grid", 30.0, leaves=1)])
    assert beyond.running_on(hand.case(leaving)).empty
    assert "Nothing is due after Jun 2024." in beyond.section(hand.case()).html


def _flag(found, topic):
    return next(flag for flag in found if flag.topic == topic)


def test_flags_say_who_says_so_and_what_was_not_known_then():
    asked = hand.instance(as_of="2020-01-01", sites=(hand.site(related_party=True, lat=35.06, lon=-90.15),))
    found = flags(hand.case(asked=asked), asked.sites[0])
    assert _flag(found, "Related party").state == RAISED
    assert _flag(found, "Natural hazard").state == RAISED  # Shelby County, Tennessee: very high
    assert "known only from 2021-11-30, after the scenario's date" in _flag(found, "Natural hazard").source
    assert _flag(found, "Water").state == CLEAR
    assert _flag(found, "Community").state == UNKNOWN
    air = _flag(found, "Air permits")
    assert air.state == RAISED
    assert "trailers needs a permit (minor source), taken to last 3 months; 50 MW permitted." in air.says


def test_a_place_that_the_datasets_do_not_know_is_said_to_be_so(monkeypatch):
    def nowhere(lat, lon):
        raise PlaceError("nowhere")

    monkeypatch.setattr(flag_facts, "facts_at", nowhere)
    found = flags(hand.case(), hand.site())
    assert _flag(found, "Water").state == UNKNOWN
    assert _flag(found, "Natural hazard").state == UNKNOWN


def test_an_exemption_is_worth_the_tax_on_what_is_delivered_under_it():
    fleet = [("2024-01", "a", "H100", 2000.0, 2000.0, 2000.0, 0.0, 2000.0, 1500.0), ("2024-01", "b", "H100", 0.0, 9.0, 9.0, 0.0, 9.0, 9.0)]
    gpu = b.gpu(price_usd=30_000.0, spares_fraction=0.1, network_usd=7_000.0)
    site = hand.site(sales_tax_fraction=0.07)
    case = hand.case(hand.power_tables(fleet=fleet), hand.instance(gpus=(gpu,), sites=(site,)))
    assert exempted_musd(case, site) == pytest.approx(0.07 * 1500 * (30_000 * 1.1 + 7_000) / 1e6)  # 4.2 million USD
    assert "worth 4.2 million USD" in _flag(flags(case, site), "Tax certificate").says
    taxed = _flag(flags(hand.case(), site), "Tax certificate")
    assert (taxed.state, taxed.says) == (CLEAR, "Sales tax of 7 % is paid in full; no exemption is counted on.")


def test_a_gap_is_told_in_money_and_what_is_proven_in_plain_words():
    told = proof.nearness(hand.case())
    assert told == ["Goal min cost: 81 million USD. The solver has proven that no plan of this model on these inputs can be better than "
                    "81 million USD: by 50 thousand USD at most, 0.062 %."]
    exact = {"goal": "earliest", "value": 9.0, "unit": "month", "bound": 9.0, "gap": 0.0}
    blind = {"goal": "min_cost", "value": 81.0, "unit": "musd", "bound": None, "gap": None}
    told = proof.nearness(hand.case(goals=[exact, blind], stopped_by="interrupted"))
    assert told[0] == "Goal earliest: 9 months; no plan of this model on these inputs can be better."
    assert "no bound was proven" in told[1]
    assert told[2] == "The search was stopped by hand."


def test_the_error_of_typical_hours_is_told_with_its_sign():
    checked = {"says": "All load is served.", "hours": 8760, "passed": True}
    found = proof.verification_sentences(hand.case(verification=checked, typical_hours_error=-0.012))
    assert "power costs 1.2 % less than they said" in found[1]
    assert "no more and no less" in proof.verification_sentences(hand.case(verification=checked))[1]
    joined = proof.verification_sentences(hand.case(verification=checked, typical_days_added={"a": ["08-14"], "b": []}))
    assert joined[-1] == "Days that joined the typical ones on the way: a: 08-14."
    assert proof.verification_sentences(hand.case()) == ["The plan was not dispatched over all hours of the year."]


def test_every_input_stands_there_with_its_source_once():
    rows = [("gpus", "H100", name, "1", "usd", kind, "press", "2024-01-01", "https://example.org/<x>")
            for name, kind in (("price_usd", "estimate"), ("network_usd", ""))]
    html = inputs.section(hand.case(hand.power_tables(assumptions=rows))).html
    assert html.count("https://example.org/&lt;x&gt;") == 1
    assert html.count('href="#source-1"') == 2
    assert "no source (1)" in html
    assert 'class="no-source"' in html
    assert "<script" not in html


def test_without_a_plan_the_inputs_are_those_of_the_question():
    given = Assumption("gpus", "H100", "price_usd", "33750", "USD", "estimate", "press", "2024-01-01", "somebody")
    case = replace(hand.case({}), instance=hand.instance(assumptions=(given,)))
    assert "somebody" in inputs.section(case).html
    assert inputs.section(hand.case({})) is None


@pytest.mark.parametrize("section", [beside.section, breaks.section, beyond.section, proof.section])
def test_there_is_nothing_to_say_of_a_plan_that_is_not_there(section):
    assert section(hand.case({})) is None
