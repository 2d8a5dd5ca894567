"""Windows put together and taken apart: what is in, what is left."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.billing.load import inside
from optimizer.core.offers import Window
from optimizer.core.windows import grid_of, is_all_hours, joined, named_months, without
from tests.tariffs.test_properties import windows

ALWAYS = Window(tuple(range(1, 13)), "all", 0, 0)
YEAR = pd.date_range("2022-01-01", "2023-01-01", freq="h", inclusive="left")


@given(st.lists(windows(), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_several_windows_have_the_hours_of_any_of_them(parts: list[Window]) -> None:
    together = joined(parts)
    assert (inside(together, YEAR) == np.any([inside(part, YEAR) for part in parts], axis=0)).all()
    assert named_months(together) == set(YEAR.month[inside(together, YEAR)])


@given(windows(), st.lists(windows(), max_size=3))
@settings(max_examples=40, deadline=None)
def test_what_is_left_has_every_other_hour(window: Window, others: list[Window]) -> None:
    left = without(window, others)
    taken = np.any([inside(other, YEAR) for other in others], axis=0) if others else np.zeros(len(YEAR), dtype=bool)
    wanted = inside(window, YEAR) & ~taken
    assert left is None if not wanted.any() else (inside(left, YEAR) == wanted).all()


def test_all_other_hours_of_a_week_are_two_windows() -> None:
    # Beside weekdays from 15 to 20: weekdays from 20 to 15, over midnight, and weekends.
    left = without(ALWAYS, [Window(ALWAYS.months, "weekday", 15, 20)])
    assert left == Window(ALWAYS.months, "weekday", 20, 15, (Window(ALWAYS.months, "weekend", 0, 0),))
    assert grid_of(left).sum() == 12 * (19 + 24)


def test_windows_that_are_all_hours_only_together() -> None:
    weekdays, weekends = Window(ALWAYS.months, "weekday", 0, 0), Window(ALWAYS.months, "weekend", 0, 0)
    assert is_all_hours(joined([weekdays, weekends]))
    assert not is_all_hours(weekdays)
    assert not is_all_hours(joined([weekdays, Window(ALWAYS.months[1:], "weekend", 0, 0)]))
