"""Conditions over columns: what they mean, and that nothing but a condition gets through."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.core.errors import ConditionError
from optimizer.data.query import rows_where

FRAME = pd.DataFrame({
    "rto": ["ERCOT", "PJM", None, "MISO"],
    "population": [10.0, 20.0, 30.0, float("nan")],
    "distance": [5.0, 25.0, 30.0, 1.0],
    "is_open": pd.array([True, False, None, True], dtype="boolean"),
})


@pytest.mark.parametrize(("condition", "expected"), [
    ("rto == 'ERCOT'", [1, 0, 0, 0]),
    ("rto != 'ERCOT'", [0, 1, 0, 1]),  # a missing RTO is not known to be another
    ("population >= 20", [0, 1, 1, 0]),
    ("10 < population <= 30", [0, 1, 1, 0]),
    ("population > -1 and distance < 10", [1, 0, 0, 0]),
    ("population > 25 or rto == 'MISO'", [0, 0, 1, 1]),
    ("not (rto == 'PJM')", [1, 0, 1, 1]),
    ("rto in ('PJM', 'MISO')", [0, 1, 0, 1]),
    ("rto not in ['PJM']", [1, 0, 0, 1]),
    ("population == distance", [0, 0, 1, 0]),
    ("rto == None", [0, 0, 1, 0]),
    ("population != None", [1, 1, 1, 0]),
    ("is_open", [1, 0, 0, 1]),
    ("is_open and population < 15", [1, 0, 0, 0]),
])
def test_rows_for_which_it_holds(condition, expected):
    assert rows_where(FRAME, condition).tolist() == [bool(value) for value in expected]


@pytest.mark.parametrize(("condition", "says"), [
    ("rto = 'ERCOT'", "write =="),
    ("rt == 'ERCOT'", "did you mean 'rto'?"),
    ("population == 'many'", "population (number) and 'many' (text) cannot be compared"),
    ("rto in ('PJM', 3)", "cannot be 3"),
    ("population", "neither true nor false"),
    ("__import__('os').system('true')", "neither true nor false"),
    ("rto.__class__ == 'x'", "cannot stand in a condition"),
    ("population + 1 > 3", "cannot stand in a condition"),
    ("(lambda: 1)() == 1", "cannot stand in a condition"),
    ("rto == f'{1}'", "cannot stand in a condition"),
    ("rto is 'PJM'", "write =="),
    ("", "is no condition"),
    ("not " * 5000 + "is_open", "longer than"),
    ("rto == 'A' and", "is no condition"),
])
def test_what_is_no_condition_is_refused(condition, says):
    with pytest.raises(ConditionError) as caught:
        rows_where(FRAME, condition)
    assert says in str(caught.value)
