"""Where the decision changes: closed forms, and two sites of the real model whose costs cross at a value known by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.study.answers.breakpoint_phrases import changes, not_excluded, sentence, side
from optimizer.study.answers.breakpoints import Seen, find_breaks, seen_of
from optimizer.study.file.definition import Breakpoint
from optimizer.study.runs.alternatives import main_host, without_hosts
from tests import builders as b
from tests.model.hand import HURRY
from tests.study import hand, made

SLIP = made.factor(title="Slip of the MW")
LATE = Breakpoint("slip", 0, 24, 1, ("host", "build_or_rent", "contracts"))


def at(host, cost=0.0, gap=0.0, **watched):
    way = "rent" if host == "cloud" else "build"
    return Seen(True, {"host": host, "build_or_rent": way, "contracts": f"{host}/grid", **watched}, cost, gap)


NO_PLAN, UNKNOWN = Seen(True, {}), Seen(False, {})


class Asked:
    """A closed form, and the values at which it was asked."""

    def __init__(self, form):
        self.form, self.batches = form, []

    def __call__(self, values):
        self.batches.append(list(values))
        return [self.form(value) for value in values]

    @property
    def values(self):
        return [value for batch in self.batches for value in batch]


def months(*starts):
    """Hosts one after another, each from a value on."""
    def form(value):
        return at(next(host for host, start in reversed(starts) if value >= start))
    return form


def test_one_change_to_the_month():
    asked = Asked(months(("memphis", 0), ("lordstown", 8)))
    (found,) = find_breaks(asked, LATE)
    assert (found.watch, found.last, found.first, found.tried, found.is_proven) == ("host", 7, 8, 5, True)
    assert sentence(found, SLIP) == "Slip of the MW: memphis wins up to 7 months; from 8 months on lordstown wins."
    assert found.ties is None
    assert not_excluded(found, SLIP).endswith("is not excluded, nor that both cost the same where the decision changes.")
    assert asked.batches == [[0, 6, 12, 18, 24], [9], [7], [8]]
    assert all(isinstance(value, int) for value in asked.values)


def test_several_changes_are_found_where_the_first_values_show_them():
    asked = Asked(months(("memphis", 0), ("lordstown", 8), ("memphis", 15), ("cloud", 24)))
    found = find_breaks(asked, LATE)
    assert [(one.last, one.first, side(one.before, one.watch), side(one.after, one.watch)) for one in found] == [
        (7, 8, "memphis", "lordstown"), (14, 15, "lordstown", "memphis"), (23, 24, "memphis", "cloud"),
    ]
    assert len(asked.values) == len(set(asked.values))  # no value is asked twice


def test_a_third_decision_between_two_is_found_by_halving():
    found = find_breaks(Asked(months(("a", 0), ("b", 7), ("c", 11))), LATE)
    assert [(one.last, one.first) for one in found] == [(6, 7), (10, 11)]


def test_a_change_and_change_back_between_the_first_values_is_said_not_to_be_excluded():
    (found,) = find_breaks(Asked(months(("a", 0), ("b", 7), ("a", 9))), LATE)
    assert (found.watch, found.last, found.first) == ("", 0, 24)
    assert sentence(found, SLIP) == "Slip of the MW: a wins at all 5 values tried from 0 months to 24 months."
    assert not_excluded(found, SLIP).endswith("a change and a change back between two of the 5 values first tried is not excluded.")


def test_what_is_not_watched_does_not_count():
    assert find_breaks(Asked(months(("a", 0), ("b", 8))), replace(LATE, watch=("build_or_rent",)))[0].watch == ""
    (found,) = find_breaks(Asked(months(("a", 0), ("cloud", 8))), replace(LATE, watch=("build_or_rent",)))
    assert sentence(found, SLIP) == "Slip of the MW: building is best up to 7 months; from 8 months on renting is best."
    assert (side(found.before, found.watch), side(found.after, found.watch)) == ("build", "rent")


@pytest.mark.parametrize(("before", "after", "words"), [
    ("a/grid a/gas", "a/grid", "a/gas is signed up to 7 months; from 8 months on a/gas no longer is."),
    ("a/grid", "a/grid a/gas a/ppa", "a/gas and a/ppa are not signed up to 7 months; from 8 months on a/gas and a/ppa are signed."),
    ("a/grid a/gas", "a/grid a/ppa", "a/gas is signed up to 7 months; from 8 months on a/ppa is signed."),
])
def test_contracts_are_told_by_what_only_one_side_has(before, after, words):
    (found,) = find_breaks(Asked(lambda value: at("a", contracts=before if value < 8 else after)), LATE)
    assert found.watch == "contracts"
    assert sentence(found, SLIP) == f"Slip of the MW: {words}"


def test_where_the_plans_end_is_a_change_too():
    (found,) = find_breaks(Asked(lambda value: at("a") if value < 8 else NO_PLAN), LATE)
    assert (found.watch, side(found.before, found.watch), side(found.after, found.watch)) == ("feasible", "a", "infeasible")
    assert sentence(found, SLIP) == "Slip of the MW: a wins up to 7 months; from 8 months on there is no plan that meets all that is asked."


def test_a_gap_does_not_doubt_where_the_plans_end_but_doubts_that_nothing_changes():
    (end,) = find_breaks(Asked(lambda value: at("a", 100.0, 3.0) if value < 8 else NO_PLAN), LATE)
    assert end.is_proven
    (none,) = find_breaks(Asked(lambda value: at("a", 100.0, 3.0)), LATE)
    assert not none.is_proven
    assert sentence(none, SLIP).endswith("to 24 months. Not every plan is proven best: another may be as good somewhere.")


def test_no_host_is_a_host_too():
    (found,) = find_breaks(Asked(lambda value: at("a" if value < 8 else "")), LATE)
    assert "from 8 months on running the main workload nowhere wins" in sentence(found, SLIP)
    assert changes(found) == ["host: a -> nowhere", "contracts: a/grid -> /grid"]


@pytest.mark.parametrize(("watch", "stays", "word"), [
    ("build_or_rent", "building is best", "build"),
    ("contracts", "hub/grid is signed", "hub/grid"),
])
def test_of_a_stretch_without_change_only_what_was_watched_is_text(watch, stays, word):
    """The host changes at 8, but nobody asked; of the two others the one that is not watched changes too."""
    def form(value):
        told = {"build_or_rent": f"{value}", "contracts": f"{value}", watch: word}
        return at("a" if value < 8 else "b", **told)

    (found,) = find_breaks(Asked(form), replace(LATE, watch=(watch,)))
    assert sentence(found, SLIP) == f"Slip of the MW: {stays} at all 5 values tried from 0 months to 24 months."
    assert (side(found.before, found.watch), side(found.after, found.watch)) == (word, word)


def test_a_run_that_failed_widens_the_bracket_and_is_text():
    (found,) = find_breaks(Asked(lambda value: UNKNOWN if value in (7, 8, 9) else at("a" if value < 8 else "b")), LATE)
    assert (found.last, found.first) == (6, 12)  # 9 was asked and gave nothing
    assert "The values between gave no answer." in sentence(found, SLIP)


def test_of_one_answer_nothing_can_be_text():
    assert find_breaks(Asked(lambda value: at("a") if value == 0 else UNKNOWN), LATE) == ()


def test_the_last_step_ends_at_the_high_end():
    asked = Asked(months(("a", 0), ("b", 9.9)))
    (found,) = find_breaks(asked, replace(LATE, high=10, precision=3))
    assert (found.last, found.first) == (9, 10)
    assert set(asked.values) <= {0, 3, 6, 9, 10}


def test_one_month_and_large_numbers_are_written_as_people_do():
    (found,) = find_breaks(Asked(months(("a", 0), ("b", 1))), LATE)
    assert "up to 0 months; from 1 month on b" in sentence(found, SLIP)
    price = made.factor("price", unit="USD", title="Price of an H100")
    (found,) = find_breaks(Asked(months(("a", 0), ("b", 41_234.5))), Breakpoint("price", 30_000, 52_000, 250, ("host",)))
    assert sentence(found, price) == "Price of an H100: a wins up to 41,000 USD; from 41,250 USD on b wins."


def test_a_gap_that_does_not_tell_two_hosts_apart_is_text():
    (found,) = find_breaks(Asked(lambda value: at("a" if value < 8 else "b", 100.0, 3.0)), LATE)
    assert not found.is_proven
    proof = "proven to within 3.0 million USD of the best: where the two differ by less, the change may lie elsewhere."
    assert proof in sentence(found, SLIP)


@pytest.mark.parametrize(("other", "is_proven"), [
    (at("x", 104.0, 3.0), True),  # at least 101, more than 100
    (at("x", 102.0, 3.0), False),  # at least 99
    (NO_PLAN, True),
    (UNKNOWN, False),
])
def test_holding_the_other_host_at_either_side_proves_a_change_despite_the_gap(other, is_proven):
    held = []

    def hold(value, host):
        held.append((value, host))
        return other if value == 8 else NO_PLAN

    (found,) = find_breaks(Asked(lambda value: at("a" if value < 8 else "b", 100.0, 3.0)), LATE, hold=hold)
    assert found.is_proven is is_proven
    assert held == [(7, "b"), (8, "a")]
    assert ("may lie elsewhere" in sentence(found, SLIP)) is not is_proven


def held_apart(at_last, at_first, best=100.0):
    """One change from a to b at 8, both plans proven best, and what the other host costs when it is held at 7 and at 8."""
    asked = []

    def hold(value, host):
        asked.append((value, host))
        return at_last if value == 7 else at_first

    (found,) = find_breaks(Asked(lambda value: at("a" if value < 8 else "b", best)), LATE, hold=hold)
    assert asked == [(7, "b"), (8, "a")]
    return found


def test_two_proven_plans_and_a_dearer_host_on_either_side_make_a_sharp_change():
    found = held_apart(at("b", 101.0), NO_PLAN)
    assert (found.is_proven, found.ties) == (True, ())
    assert sentence(found, SLIP) == "Slip of the MW: a wins up to 7 months; from 8 months on b wins."
    assert not_excluded(found, SLIP).endswith("first tried is not excluded.")


@pytest.mark.parametrize(("at_last", "at_first", "ties", "where"), [
    (100.0, 103.0, (7,), "at 7 months"),
    (103.0, 100.00005, (8,), "at 8 months"),  # half of a millionth more is no more
    (100.0, 100.0, (7, 8), "at 7 months and at 8 months"),
])
def test_where_the_other_host_costs_no_more_the_place_of_the_change_is_arbitrary(at_last, at_first, ties, where):
    found = held_apart(at("b", at_last), at("a", at_first))
    assert (found.is_proven, found.ties) == (False, ties)
    assert sentence(found, SLIP).endswith(f"on b wins. Both cost the same {where}: where the change lies is arbitrary there.")


def test_a_held_plan_whose_gap_reaches_down_to_the_best_leaves_open_whether_it_is_a_tie():
    """b costs 102 at 7 months and is proven to within 3: it may cost 100 too."""
    found = held_apart(at("b", 102.0, 3.0), at("a", 110.0))
    assert (found.is_proven, found.ties, found.gap_musd) == (False, None, 3.0)
    assert "proven to within 3.0 million USD of the best" in sentence(found, SLIP)
    unknown = held_apart(UNKNOWN, at("a", 110.0))
    assert (unknown.is_proven, unknown.ties) == (False, None)
    assert "proven to within an unknown amount of the best" in sentence(unknown, SLIP)


def test_no_tie_is_claimed_of_a_plan_that_may_not_be_the_best():
    """Both cost 100 at 7 months, but a's plan there is proven to within 3 only."""
    (found,) = find_breaks(Asked(lambda value: at("a" if value < 8 else "b", 100.0, 3.0)), LATE, hold=lambda *_: at("b", 100.0))
    assert (found.is_proven, found.ties) == (False, None)


def test_what_a_search_sees_of_an_outcome():
    seen = seen_of(made.plan(100.0, "cloud", bound_musd=98.0))
    assert (seen.is_known, seen.is_feasible, seen.objective_musd, seen.gap_musd) == (True, True, 100.0, 2.0)
    assert seen.watched == {"host": "cloud", "build_or_rent": "rent", "contracts": "cloud/grid"}
    known = {status: seen_of(made.none(status)).is_known for status in ("infeasible", "no_plan_in_time", "failed", "quarantined")}
    assert known == {"infeasible": True, "no_plan_in_time": False, "failed": False, "quarantined": False}


@given(
    low=st.floats(-100, 100), length=st.floats(1.0, 100.0), share=st.floats(0.001, 0.999), parts=st.integers(2, 500),
    points=st.integers(2, 9),
)
def test_a_threshold_anywhere_is_bracketed_to_the_precision(low, length, share, parts, points):
    threshold, precision = low + share * length, length / parts
    asked = Asked(lambda value: at("a" if value < threshold else "b"))
    (found,) = find_breaks(asked, Breakpoint("slip", low, low + length, precision, ("host",)), points)
    assert found.last < threshold <= found.first
    assert found.first - found.last <= precision * (1 + 1e-6) + 1e-9
    assert len(asked.values) <= points + 10  # 500 parts are halved at most nine times
    assert low - 1e-9 <= min(asked.values)
    assert max(asked.values) <= low + length


def of_plan(plan):
    """What a search sees of a plan of the real model."""
    header = plan.header
    assert plan.status == "optimal"
    host = main_host(header)
    gap = header["objective_musd"] - header["goals"][-1]["bound"]
    return Seen(True, {"host": host, "build_or_rent": "build", "contracts": f"{host}/grid"}, header["objective_musd"], max(0.0, gap))


def two_sites(capex_of_a=5.0, months_late=0):
    """Of 1 MW each. a: its capex, and 10 musd for each month that it comes late; b: 20 musd, at once."""
    near = b.site(site_id="a", modes=(b.mode(capex_musd_per_mw=capex_of_a, lead_months=months_late),))
    other = b.site(site_id="b", modes=(b.mode(capex_musd_per_mw=20.0),))
    return b.instance(sites=(near, other), workloads=(HURRY,))


def held_in(site_of):
    """Holds one of the two sites of the real model at a value."""
    return lambda value, host: of_plan(hand.solve(without_hosts(site_of(value), {"a", "b"} - {host})))


def test_two_sites_cross_at_the_month_worked_out_by_hand():
    # a costs 5 + 10 a month late: 15 after one, 25 after two; b costs 20
    def evaluate(values):
        return [of_plan(hand.solve(two_sites(months_late=value))) for value in values]

    (found,) = find_breaks(evaluate, replace(LATE, high=9, watch=("host",)), points=3)
    assert (found.last, found.first, found.is_proven) == (1, 2, True)
    assert found.before.objective_musd == pytest.approx(15.0)
    assert found.after.objective_musd == pytest.approx(20.0)
    assert sentence(found, SLIP) == "Slip of the MW: a wins up to 1 month; from 2 months on b wins."


def test_two_sites_cross_at_the_price_worked_out_by_hand():
    # a costs its capex x, b costs 20: b wins from 20 on. Steps of 0.75 from 10: 19.75 and 20.5
    def evaluate(values):
        return [of_plan(hand.solve(two_sites(capex_of_a=value))) for value in values]

    hold = held_in(two_sites)
    search = Breakpoint("capex", 10.0, 40.0, 0.75, ("host",))
    (found,) = find_breaks(evaluate, search, hold=hold)
    assert (found.last, found.first, found.is_proven, found.ties) == (19.75, 20.5, True, ())
    assert hold(19.75, "b").objective_musd == pytest.approx(20.0)


def test_at_the_very_price_at_which_two_sites_cost_the_same_the_real_model_shows_a_tie():
    # 20 is one of the first values tried: a and b cost 20 both, and whichever wins there, the other costs no more
    def evaluate(values):
        return [of_plan(hand.solve(two_sites(capex_of_a=value))) for value in values]

    (found,) = find_breaks(evaluate, Breakpoint("capex", 10.0, 30.0, 5.0, ("host",)), hold=held_in(two_sites))
    assert 20.0 in (found.last, found.first)
    assert (found.is_proven, found.ties) == (False, (20.0,))
