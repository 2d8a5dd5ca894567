"""The page of a study: what it says of runs made by hand, and that anybody can read it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import unescape

import pytest

from optimizer.report.page.sections import breaks
from optimizer.report.study_page.answer import answer_sentences
from optimizer.report.study_page.heat import heat_table, scale_of
from optimizer.report.study_page.in_report import fallback_table
from optimizer.report.study_page.named import named_run_sentences
from optimizer.report.study_page.page import study_html
from optimizer.report.study_page.phrases import (
    changes_text,
    ends_of,
    index_sentences,
    regret_sentences,
    solved_text,
    spread_text,
    value_text,
    with_sign,
)
from optimizer.report.study_page.spread import binned
from optimizer.study.file.spreads import Discrete, Listed, LogNormal, Normal, Range, Triangular
from tests.report import study_sample as sample
from tests.report.page.browser import FALLBACKS, in_fallback, needs_chromium, probe
from tests.report.page.cases import solved
from tests.report.page.reader import Reader

STUDIES = ("one_at_a_time", "grid", "cube", "drawn", "screened")


@cache
def _page(name):
    return study_html(getattr(sample, name)())


def _anchors(name):
    return [attrs["id"] for tag, attrs in Reader(_page(name)).tags if tag == "section"]


def _text(name):
    return " ".join(re.sub(r"<[^>]+>", " ", _page(name)).split())


@pytest.mark.parametrize("name", STUDIES)
def test_the_page_is_well_formed_small_and_loads_nothing(name):
    reader = Reader(_page(name))
    assert reader.open == []
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert not [tag for tag, _ in reader.tags if tag in ("script", "img", "iframe")]
    assert set(re.findall(r"url\((#fill-|data:font/woff2;base64,|[^)]{0,20})", _page(name))) <= {"#fill-", "data:font/woff2;base64,"}
    assert len(_page(name).encode()) < 3_000_000
    assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-fA-F]{3,6})"', _page(name))) == set()


def test_each_study_has_the_sections_that_it_answers():
    assert _anchors("one_at_a_time") == ["answer", "tornado", "named", "best", "failures", "asked", "runs"]
    assert _anchors("grid") == ["answer", "grid", "tornado", "best", "regret", "asked", "runs"]
    assert _anchors("drawn") == ["answer", "best", "spread", "failures", "asked", "runs"]
    assert _anchors("screened") == ["answer", "best", "indices", "asked", "runs"]


def test_the_answer_comes_first_and_in_sentences():
    said = answer_sentences(sample.one_at_a_time())
    assert said[0] == "The decision changes: of 5 runs that have a plan, the best is memphis in 4 and lordstown in 1."
    assert said[1].endswith("memphis wins up to 7 months; from 8 months on lordstown wins.")
    # 1,245.3 and 805.3 against 880.3
    assert said[2] == "Price of an H100 & its share of the server: −75.0 million USD at 30,000 USD; +365.0 million USD at 52,000 USD."
    assert said[3] == ("Months by which the grid of Memphis comes later: "
                       "+79.7 million USD, host: memphis → lordstown, ready: Jan 2025 → Jul 2025 at 12 months.")
    assert said[4] == "No Memphis & no <grid>: no plan."
    assert said[5] == "Of 6 runs: 1 proven to have no plan. No mean and no share counts them."


def test_regret_is_told_of_each_decision():
    said = answer_sentences(sample.grid())
    # Memphis costs 880 + 10 slip, Lordstown 960: regrets of Memphis 0, 0, 40 by slip, of Lordstown 80, 20, 0; each thrice
    assert "Decided beforehand, memphis costs least on average and regrets least at worst." in said
    assert "Deciding for memphis beforehand costs 13.3 million USD more than the best on average, 40 million USD at worst." in said
    assert "Deciding for lordstown beforehand costs 33.3 million USD more than the best on average, 80 million USD at worst." in said
    assert "To know beforehand is worth 13.3 million USD." in said
    # each plan is proven to within 0.5: memphis 0 to 0.5, 0 to 0.5, 39.5 to 40.5; lordstown 79.5 to 80.5, 19.5 to 20.5, 0 to 0.5
    assert said[-1] == ("Not every plan is proven best. So much is proven of these averages: "
                        "lordstown 33 million USD to 33.8 million USD; memphis 13.2 million USD to 13.8 million USD.")


def test_the_page_has_regret_in_one_sentence_at_its_head_and_the_figures_in_its_section():
    sections = dict(re.findall(r'<section[^>]* id="(\w+)"(.*?)</section>', _page("grid"), re.DOTALL))
    head, regret = sections["answer"], sections["regret"]
    decided = "Decided beforehand, memphis costs least on average and regrets least at worst."
    figures = ("Deciding for memphis beforehand costs 13.3", "To know beforehand is worth", "So much is proven of these averages")
    assert (head.count(decided), regret.count(decided)) == (1, 0)
    assert [(head.count(said), regret.count(said)) for said in figures] == [(0, 1)] * 3


def _decision(host, regrets, infeasible=0, unknown=0):
    """Row of a decision with these regrets, and so many runs without a plan or an answer."""
    mean, worst = (sum(regrets) / len(regrets), max(regrets)) if regrets else (None, None)
    is_whole = not infeasible and not unknown
    return {"host": host, "infeasible_runs": infeasible, "unknown_runs": unknown, "runs_with_plan": len(regrets),
            "expected_with_plan_musd": mean, "worst_with_plan_musd": worst,
            "expected_musd": mean if is_whole else None, "worst_musd": worst if is_whole else None}


def _regret_told(best, known, *rows):
    return regret_sentences({"minimax_regret": best, "least_expected_cost": best, "value_of_perfect_information_musd": known,
                             "summary": rows})


def test_decisions_are_compared_where_each_has_a_plan_in_every_run_and_the_others_are_told_beside():
    rent, lordstown = _decision("rent", [300.0, 0.0, 100.0]), _decision("lordstown", [90.0, 30.0, 60.0])
    memphis = _decision("memphis", [0.0, 5.0], infeasible=1)
    beside = ("Deciding for memphis beforehand has no plan in 1 run; in the other 2 it costs 2.5 million USD more than the best on "
              "average, 5 million USD at worst.")
    said = _regret_told("lordstown", 60.0, memphis, lordstown, rent)
    sure = "Decided beforehand, of those that are sure of a plan in every run lordstown costs least on average and regrets least at worst."
    assert said[0] == sure
    assert said[1] == beside
    assert said[-1] == "To know beforehand is worth 60 million USD to who must be sure of a plan in every run."
    assert _regret_told("rent", 133.0, memphis, rent)[:2] == ["Decided beforehand, rent alone is sure of a plan in every run.", beside]
    assert _regret_told("rent", 133.0, rent)[0] == "Decided beforehand, rent costs least on average and regrets least at worst."


def test_a_decision_without_any_plan_has_no_mean():
    none, unsure = _decision("a", [], infeasible=3), _decision("b", [1.0], infeasible=1, unknown=2)
    unsaid = "Decided beforehand, no decision is sure of a plan in every run."
    assert _regret_told(None, None, none, unsure) == [
        unsaid,
        "Deciding for a beforehand has no plan in 3 runs: no mean is told.",
        "Deciding for b beforehand has no plan in 1 run and no answer in 2 runs; in the other 1 it costs 1 million USD more than the best "
        "on average, 1 million USD at worst.",
    ]
    best = _decision("a", [0.0, 0.04], infeasible=3)
    assert _regret_told(None, None, best) == [unsaid, "Deciding for a beforehand has no plan in 3 runs; in the other 2 it is the best."]
    earlier = {"host": "a", "infeasible_runs": 3, "unknown_runs": 0, "expected_musd": None, "worst_musd": None}
    assert _regret_told(None, None, earlier) == [unsaid, "Deciding for a beforehand has no plan in 3 runs: no mean is told."]


@pytest.mark.parametrize(("least", "most", "says"), [
    (1.0, None, "Not every plan is proven best. So much is proven of these averages: a 1 million USD or more."),
    (1.0, 1.04, ""),
    (None, None, ""),
])
def test_what_gaps_leave_open_of_a_regret_is_told_where_it_can_be_seen(least, most, says):
    row = {"host": "a", "expected_musd": 1.0, "worst_musd": 1.0, "expected_at_least_musd": least, "expected_at_most_musd": most}
    told = _regret_told(None, None, row)
    assert told[2:] == [says] * bool(says)


@pytest.mark.parametrize(("counts", "says"), [
    ({"asked": 13, "done": 13, "questions": 11}, "13 of 13 runs solved, 11 different questions"),
    ({"asked": 2, "done": 2, "questions": 1}, "2 of 2 runs solved, 1 different question"),
    ({"asked": 1200, "done": 1100, "questions": 1100}, "1,100 of 1,200 runs solved"),
])
def test_runs_that_ask_the_same_are_told_apart_from_questions(counts, says):
    assert solved_text(counts) == says


def test_the_page_says_how_many_runs_were_solved_at_its_head_and_at_its_end():
    assert _text("one_at_a_time").count("6 of 6 runs solved") == 2


def test_the_numbers_of_a_regret_stand_once():
    page = _text("grid")
    assert page.count("Runs without a plan Runs not solved") == 1


def test_drawn_runs_have_shares_with_their_interval():
    case = sample.drawn()
    row = case.answers["decisions"][0]
    assert (row["host"], row["runs"], row["of"]) == ("memphis", 44, 58)  # a quarter of 60 at Lordstown; one of each has no plan
    said = answer_sentences(case)
    low = f"{100 * row['low']:.0f}"
    assert said[0].startswith(f"How likely each is best, with 95 % intervals from 58 runs that have a plan: memphis 76 % ({low} to ")
    assert said[-1] == "Of 61 runs: 1 proven to have no plan; 1 given up after two workers died of it. No mean and no share counts them."


def test_indices_name_what_weighs_most():
    assert "explains 75 % (± 12) of the variance of the cost, 70 % (± 10) alone." in _text("screened")
    assert "tells little" not in _text("screened")
    assert "price and slip" in _text("screened")


def test_a_grid_names_the_winner_in_each_cell():
    case = sample.grid()
    rows = case.table[(case.table["phase"] == "design") & (case.table["run"] > 0)]
    html = str(heat_table(case, rows, "objective_musd", "Caption", scale_of(rows["objective_musd"])))
    cells = re.findall(r'<td class="shade-(\d)( other)?">(\w+)<br>([^<]*)</td>', html)
    # down: months of the grid 0, 6, 12; across: of GPUs 0, 3, 6; 880 + 10 slip + 5 gpu, at most 960 + 5 gpu; shades in fifths of 110
    assert cells == [("0", "", "memphis", "0.0"), ("0", "", "memphis", "+15.0"), ("1", "", "memphis", "+30.0"),
                     ("2", "", "memphis", "+60.0"), ("3", "", "memphis", "+75.0"), ("4", "", "memphis", "+90.0"),
                     ("3", " other", "lordstown", "+80.0"), ("4", " other", "lordstown", "+95.0"), ("4", " other", "lordstown", "+110.0")]
    assert "Million USD that deciding for memphis beforehand costs more than the best" in _text("grid")


def _slices_of(case):
    """Label of each map, and its cells in rows."""
    html = study_html(case)
    tables = re.findall(r'<table class="grid" aria-label="([^"]*)">(.*?)</table>', html, re.DOTALL)
    cell = r'<td class="shade-(\d)( other)?">(\w+)<br>([^<]*)</td>'
    return unescape(html), [(unescape(label), re.findall(cell, table)) for label, table in tables]


def test_a_grid_of_three_factors_has_a_map_for_each_value_of_the_third():
    html, maps = _slices_of(sample.cube())
    assert [label.split("; ")[1] for label, _ in maps] == [f"Price of an H100 & its share of the server: {price}\N{NO-BREAK SPACE}USD"
                                                           for price in ("30,000", "31,000", "32,000")]
    # costs lie from 880 to 960 + 30 + 200: fifths of 310 are 62; all maps share them
    assert maps[0][1] == [
        ("0", "", "memphis", "0.0"), ("0", "", "memphis", "+15.0"), ("0", "", "memphis", "+30.0"),
        ("0", "", "memphis", "+60.0"), ("1", "", "memphis", "+75.0"), ("1", "", "memphis", "+90.0"),
        ("1", " other", "lordstown", "+80.0"), ("1", " other", "lordstown", "+95.0"), ("1", " other", "lordstown", "+110.0"),
    ]
    assert [cells[0] for _, cells in maps] == [("0", "", "memphis", "0.0"), ("1", "", "memphis", "+100.0"), ("3", "", "memphis", "+200.0")]
    assert maps[2][1][-1] == ("4", " other", "lordstown", "+310.0")
    assert "Shown are" not in html


def test_of_very_many_maps_some_are_shown_and_said_to_be():
    """Eleven prices: the places 0, 2, 4, 6, 8 and 10 of them."""
    html, maps = _slices_of(sample.cube(11))
    shown = [re.search(r": ([\d,]+)\sUSD$", label)[1] for label, _ in maps]
    assert shown == ["30,000", "32,000", "34,000", "36,000", "38,000", "40,000"]
    assert "Shown are 6 of 11 maps, spread evenly over the values of Price of an H100 & its share of the server; all runs are" in html


def test_named_runs_stand_beside_the_scenario_as_it_is():
    named = (sample.Named("refused", "The permit is refused", ("a=1",)), sample.Named("none", "", ("b=1",)))
    late = sample.figures("lordstown", 960.0, sites="lordstown", ready="2025-07")
    rows = [({}, "", sample.figures("memphis", 880.0)), ({}, "", late), ({}, "", "failed")]
    case = sample.case(sample.Study("named", "What if", "named", named=named), rows)
    assert named_run_sentences(case) == [
        "The permit is refused: +80.0 million USD, host: memphis → lordstown, ready: Jan 2025 → Jul 2025.", "none: not known (failed)."]
    assert "not known (failed)" in study_html(case)


def test_runs_without_a_plan_are_listed_with_the_reason():
    assert "It is quarantined &amp; &lt;that&gt;." in _page("drawn")
    assert "It is infeasible &amp; &lt;that&gt;." in _page("one_at_a_time")


def test_runs_of_the_histogram_are_all_there():
    free = sample.drawn().free
    bars = binned(free)
    assert int(bars["runs"].sum()) == len(free)
    assert set(bars["place"]) == {"memphis", "lordstown"}
    assert (bars["high"] - bars["low"]).tolist() == bars["runs"].tolist()


def test_a_scenario_without_a_plan_has_a_page():
    case = sample.case(sample.Study("none", "Nothing", "one_at_a_time", factors=(sample.SLIP,)), [({"slip": 0}, "", "infeasible")])
    page = study_html(case)
    assert "The scenario as it is has no plan." in page
    assert "No run has a plan." in page
    late = sample.case(case.study, [({"slip": 0}, "", "no_plan_in_time")])
    assert "Of the scenario as it is nothing is known (no plan in time)." in study_html(late)


def test_a_plan_is_told_where_the_scenario_as_it_is_has_none():
    named = (sample.Named("loan", "A loan", ("a=1",)),)
    study = sample.Study("short", "Half the money", "one_at_a_time", factors=(replace(sample.SLIP, spread=Listed((6, 12))),), named=named)
    rows = [({"slip": 0}, "", "infeasible"), ({"slip": 6}, "", "infeasible"), ({"slip": 12}, "", sample.figures("memphis", 880.3)),
            ({}, "", sample.figures("lordstown", 960.0))]
    case = sample.case(study, rows)
    said = answer_sentences(case)
    assert said[1] == ("Months by which the grid of Memphis comes later: no plan at 6 months; "
                       "a plan for 880.3 million USD, host: memphis, ready: Jan 2025 at 12 months.")
    assert said[2] == "A loan: a plan for 960.0 million USD, host: lordstown, ready: Jan 2025."
    assert fallback_table(case).empty
    told = " ".join(str(breaks.section(replace(solved(), studies=(case,))).html).split())
    assert "The scenario as it is has no plan. The study solved another question than this plan's" in told
    page = study_html(case)
    assert "What each factor moves, million USD" not in page  # nothing to set the bars against
    assert "Every value that was tried" in page


def test_a_factor_that_is_never_changed_alone_is_in_no_sentence():
    # GPUs are 3 months late in every run of the grid: the slip of 6 months never comes by itself.
    factors = (replace(sample.SLIP, spread=Listed((0, 6))), replace(sample.GPU_SLIP, spread=Listed((3,))))
    rows = [({"slip": slip, "gpu_slip": gpu}, "", sample.figures("memphis", musd)) for slip, gpu, musd in
            ((0, 0, 880.0), (0, 3, 890.0), (6, 3, 950.0))]
    said = answer_sentences(sample.case(sample.Study("grid", "Two slips", "grid", factors=factors), rows))
    assert said == ["The decision does not change: memphis is best in all 2 runs that have a plan.",
                    "Months by which GPUs come later: +10.0 million USD at 3 months."]


def test_a_factor_of_one_value_has_one_end():
    rows = [({"slip": 0}, "", sample.figures("memphis", 880.0)), ({"slip": 12}, "", sample.figures("memphis", 950.0))]
    study = sample.Study("one", "One slip", "one_at_a_time", factors=(replace(sample.SLIP, spread=Listed((12,))),))
    (row,) = sample.case(study, rows).answers["tornado"]
    assert [(end, point["value"], point["delta_musd"]) for end, point in ends_of(row)] == [("high", 12, 70.0)]


def test_a_regret_that_compares_nothing_says_so():
    study = sample.Study("grid", "Slips", "grid", regret=True, factors=(sample.SLIP,))
    rows = [({"slip": slip}, "", sample.figures("memphis", 880.0)) for slip in (0, 0, 6, 12)]
    reason = "No regret is told: memphis is best in each run, and nothing was held against it. Name others under candidates."
    assert reason in answer_sentences(
        sample.case(study, rows))


def test_a_decision_that_all_draws_share_has_its_interval():
    study = sample.Study("draws", "How sure?", "monte_carlo", samples=8, factors=(sample.PRICE,))
    rows = [({"price": 33750}, "", sample.figures("memphis", 880.0))] * 9
    # Wilson at 8 of 8: 1 / (1 + 1.96**2 / 8) = 0.676
    assert answer_sentences(sample.case(study, rows))[0] == (
        "The decision does not change: memphis is best in all 8 runs that have a plan, a share of 100 % (68 to 100 %).")


def test_an_index_of_a_wide_interval_is_no_answer():
    row = {"title": "Price", "s1": 0.68, "s1_conf": 0.15, "st": 0.6, "st_conf": 0.85}
    assert index_sentences({"method": "sobol", "rows": [row]}) == [
        "Most weighs Price: it explains 60 % (± 85) of the variance of the cost, 68 % (± 15) alone. "
        "So wide an interval tells little: raise samples."]


def test_factors_that_move_against_each_other_are_told_so():
    case = sample.drawn()
    pair = replace(case.study.correlations[0], rho=-0.7)
    assert "tend to move together: their ranks have a correlation of 0.6, by a normal copula." in _text("drawn")
    assert "tend to move against each other: their ranks have a correlation of −0.7" in study_html(
        replace(case, study=replace(case.study, correlations=(pair,))))


def test_the_report_of_a_plan_begins_what_would_break_it_with_the_study():
    plain = breaks.section(solved())
    told = breaks.section(replace(solved(), studies=(sample.one_at_a_time(),)))
    assert "No study of this plan is told here" in plain.html
    assert "No study of this plan is told here" not in told.html
    assert "memphis wins up to 7 months; from 8 months on lordstown wins." in told.html
    assert "What each factor moves, million USD: What moves the decision (tornado)" in told.html
    assert "values have changed between them" in told.html  # 880.3 million USD are not what the plan comes to
    assert Reader(str(told.html)).open == []


def test_what_to_fall_back_on_is_where_another_place_is_best():
    # of all values tried Lordstown is best at 12 months alone: 960 - 880.3, ready in July
    rows = fallback_table(sample.one_at_a_time()).to_numpy().tolist()
    assert rows == [[sample.SLIP.title, "12 months", "lordstown", "Jul 2025", pytest.approx(79.7)]]


@pytest.mark.parametrize(("spread", "said"), [
    (Listed((1, 2.5, 3)), "1, 2.5 and 3 x"), (Range(0, 12), "0 to 12 x"), (Triangular(1, 2, 6), "1 to 6 x, most likely 2"),
    (Normal(5, 1, low=2), "normal, mean 5 x, standard deviation 1, not below 2"), (LogNormal(2, 0.5), "log-normal, median 2 x, sigma 0.5"),
    (Discrete(("a", "b"), (1, 3)), "a (25 %) and b (75 %) x"), (None, "changed by breakpoints only")])
def test_values_are_said_with_their_unit(spread, said):
    assert spread_text(spread, "x") == said


def test_numbers_and_changes_as_a_reader_says_them():
    assert [value_text(value) for value in (None, True, "a", 36000, -3, 0.25)] == ["as it is", "yes", "a", "36,000", "−3", "0.25"]
    assert [with_sign(value) for value in (12.34, -4, 0.04, -0.04)] == ["+12.3", "−4.0", "0.0", "0.0"]
    assert changes_text(["host: a -> b", "sites: a -> b", "ready: 2025-01 -> never"]) == ["host: a → b", "ready: Jan 2025 → never"]


@needs_chromium
@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize(("width_px", "is_dark"), [(1280, False), (390, True)])
def test_a_browser_shows_everything_and_no_label_lies_on_another(tmp_path, name, width_px, is_dark):
    seen = probe(_page(name), tmp_path, width_px, is_dark)
    assert seen["console"] == []
    assert seen["requests"] == []
    assert seen["width"] <= width_px
    assert seen["figures"] == _page(name).count("<figure ")
    assert seen["overlaps"] == []
    assert seen["smallest"] > 0.9


@needs_chromium
@pytest.mark.parametrize("fallback", FALLBACKS)
@pytest.mark.parametrize("name", ["one_at_a_time", "grid"])
def test_no_label_lies_on_another_in_a_font_of_the_readers_own(tmp_path, name, fallback):
    assert probe(in_fallback(_page(name), FALLBACKS[fallback]), tmp_path, 390)["overlaps"] == []


def test_the_dearest_value_between_the_ends_is_told_and_so_is_what_moved_nothing():
    study = sample.Study("bow", "A bow", "one_at_a_time", factors=(replace(sample.SLIP, spread=Listed((3, 6, 12))),))
    rows = [({"slip": 0}, "", sample.figures("memphis", 880.0)), ({"slip": 3}, "", sample.figures("memphis", 881.0)),
            ({"slip": 6}, "", sample.figures("memphis", 899.0)), ({"slip": 12}, "", sample.figures("memphis", 890.0))]
    said = next(line for line in answer_sentences(sample.case(study, rows)) if "+10.0" in line)
    assert said == ("Months by which the grid of Memphis comes later: +1.0 million USD at 3 months; +19.0 million USD at 6 months; "
                    "+10.0 million USD at 12 months.")
    still = [({"slip": value}, "", sample.figures("memphis", 880.0)) for value in (0, 3, 6, 12)]
    idle = "Months by which the grid of Memphis comes later moves neither the cost nor the decision at any value tried."
    assert idle in answer_sentences(
        sample.case(study, still))
