"""The map: classes, paths, marks, the table of candidates."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pandas as pd
import pytest

from optimizer.report.page.map_marks import APART, choice, marks, most_grid_mw
from optimizer.report.page.map_shapes import HEIGHT, WIDTH, classified, place, shapes
from optimizer.report.page.sections import candidates
from tests import builders as b
from tests.report.page_more import hand


def test_values_fall_into_the_class_that_begins_at_or_below_them():
    values = pd.Series([10.0, 19.99, 20.0, 45.0, float("nan")], index=list("abcde"))
    assert classified(values, [10.0, 20.0, 30.0, 45.0]).tolist() == [0, 0, 1, 2, -1]


def test_bounds_are_whole_and_ascend_where_many_values_are_alike():
    values = pd.Series([1.2, *[50.0] * 96, 60.4, 70.0, 80.0])
    assert candidates.class_bounds(values) == [1.2, 50.0, 80.0]
    assert candidates.class_bounds(pd.Series([float(number) for number in range(101)])) == [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]


def test_places_lie_where_they_are():
    new_york, los_angeles, miami = place(40.7, -74.0), place(34.05, -118.25), place(25.8, -80.2)
    assert los_angeles[0] < miami[0] < new_york[0]
    assert new_york[1] < los_angeles[1] < miami[1]  # y grows to the south
    assert place(61.2, -149.9)[0] < 180.0  # Anchorage, in the frame of Alaska
    assert place(21.3, -157.8)[1] > 500.0  # Honolulu
    assert place(48.85, 2.35) is None  # Paris


def test_every_county_is_drawn_in_one_class_within_the_picture():
    classes = pd.Series({"47157": 1, "39155": 0})  # two counties; all others are not known
    drawn = shapes(classes, 2)
    assert drawn.classes[0].count("M") == drawn.classes[1].count("M") == 1
    assert drawn.missing.count("M") > 3000
    assert len(drawn.missing) + len(drawn.states) < 400_000
    starts = [(float(x) / 2, float(y) / 2) for x, y in re.findall(r"M(-?\d+) (-?\d+)", drawn.missing)]
    assert all(-2 <= x <= WIDTH + 2 and -2 <= y <= HEIGHT + 2 for x, y in starts)
    x, y = place(35.18, -89.9)  # the middle of Shelby County
    begin = tuple(float(part) / 2 for part in re.match(r"M(\d+) (\d+)", drawn.classes[1]).groups())
    assert math.dist((x, y), begin) < 12.0


def _many(count):
    return tuple(b.site(site_id=f"s{number}", name="", lat=35.0 + 0.001 * number, lon=-90.0) for number in range(count))


def test_marks_that_lie_together_are_pushed_apart():
    asked = hand.instance(sites=_many(5))
    found = marks(hand.case(asked=asked, sites=[]))
    for place_, one in enumerate(found):
        assert all(math.dist((one.x, one.y), (other.x, other.y)) > 0.9 * APART for other in found[:place_])
    assert any(mark.is_moved for mark in found)


def test_the_chosen_one_is_drawn_last_and_keeps_its_number():
    asked = hand.instance(sites=(hand.site(), *_many(2)))
    found = marks(hand.case(asked=asked))
    assert [(mark.site_id, mark.number) for mark in found] == [("s0", 2), ("s1", 3), ("a", 1)]
    assert [mark.is_chosen for mark in found] == [False, False, True]


def test_grid_mw_count_an_exclusive_group_once_and_keep_to_the_limit():
    assert most_grid_mw(hand.site()) == 75.0  # grid 50 and the larger of early 20 and late 25
    assert most_grid_mw(hand.site(grid_limit_mw=60.0)) == 60.0


def test_the_choice_is_told():
    case = hand.case()
    assert choice(case, hand.site()) == "chosen: retrofit, 3 MW IT"
    assert choice(case, b.site(site_id="z", is_forbidden=True)) == "forbidden"
    assert choice(case, b.site(site_id="z")) == "not chosen"
    assert choice(hand.case({}), b.site(site_id="z")) == "candidate"


def test_the_layer_says_when_it_was_not_known_then():
    values, source = candidates.price_layer(hand.case())  # as of January 2024; the prices were published in October
    assert len(values) > 3000
    assert "after the scenario's date, and no input of the plan" in source
    late = hand.instance(as_of="2026-01-01")
    assert "after the scenario" not in candidates.price_layer(hand.case(asked=late))[1]


@pytest.mark.parametrize(("count", "has_numbers"), [(3, True), (80, False)])
def test_many_candidates_are_dots(count, has_numbers):
    asked = hand.instance(sites=(hand.site(), *_many(count)))
    html = candidates.section(hand.case(asked=asked)).html
    assert ('class="candidate"' in html) is has_numbers
    assert ('class="dot"' in html) is not has_numbers
    assert html.count('class="chosen"') == 1
    assert len(html) < 500_000


def test_places_outside_the_picture_are_said_to_be_so():
    asked = hand.instance(sites=(hand.site(), b.site(site_id="far", lat=48.85, lon=2.35)))
    assert "1 of 2 candidates lie outside the picture" in candidates.section(hand.case(asked=asked)).html
    assert candidates.section(replace(hand.case(), instance=hand.instance(sites=()))) is None
