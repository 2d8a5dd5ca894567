"""Typical days: which are shown, how they are stacked."""

from __future__ import annotations

import pytest

from optimizer.report.page.day_numbers import OTHER, typical_hours
from tests.report.page_more import hand


def _day(period, date, mw, weight, sources=("grid",)):
    """24 equal hours: the load, served by the sources in equal parts."""
    rows = []
    for hour in range(24):
        rows.append((period, "a", f"{date}T{hour:02d}", weight, "load", "", mw))
        rows += [(period, "a", f"{date}T{hour:02d}", weight, "drawn", source, mw / len(sources)) for source in sources]
    return rows


def _hours(rows):
    return typical_hours(hand.case(hand.tables(dispatch=rows)), "a")


def test_flat_prices_have_no_typical_days():
    assert _hours([("2024-01", "a", "mean", 744.0, "load", "", 5.0)]) is None
    assert _hours([]) is None


def test_the_highest_day_is_shown_though_it_stands_for_few():
    rows = [row for day in range(1, 9) for row in _day("2024-01", f"01-0{day}", 10.0, 3.0)]
    found = _hours([*rows, *_day("2024-02", "02-11", 50.0, 1.0)])
    assert found.year_days == 9
    assert len(found.days) == 7
    assert found.days[-1] == "2024-02: as 02-11 (1 day)"
    assert found.days[0] == "2024-01: as 01-01 (3 days)"


def test_sources_are_stacked_the_largest_lowest_and_reach_the_load():
    found = _hours(_day("2024-01", "01-05", 12.0, 31.0, ("x", "y", "z")))
    hour = found.supply[found.supply["hour"] == 5]
    assert hour["high"].tolist() == pytest.approx([4.0, 8.0, 12.0])
    assert hour["low"].tolist() == pytest.approx([0.0, 4.0, 8.0])
    assert found.load["mw"].tolist() == [12.0] * 24


def test_more_than_six_sources_are_put_together():
    found = _hours(_day("2024-01", "01-05", 16.0, 31.0, tuple("abcdefgh")))
    assert len(found.sources) == 6
    assert found.sources[-1] == OTHER
    rest = found.supply[(found.supply["source"] == OTHER) & (found.supply["hour"] == 0)].iloc[0]
    assert rest["high"] - rest["low"] == pytest.approx(6.0)  # three of eight sources, 2 MW each


def test_only_the_last_twelve_months_with_load_are_looked_at():
    rows = [row for year in (2024, 2025) for month in range(1, 13) for row in _day(f"{year}-{month:02d}", "06-01", 5.0, 30.0)]
    found = typical_hours(hand.case(hand.tables(dispatch=rows)), "a")
    assert found.year_days == 12
    assert all(day.startswith("2025") for day in found.days)
