"""Records as plain data, against the standard library's own ``asdict``, which copies where ``plain`` hands on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.records import plain

ATOMS = st.one_of(st.floats(allow_nan=False), st.integers(), st.booleans(), st.none(), st.text())


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    only: object


RECORDS = st.builds(Leaf, st.text(), st.lists(st.one_of(ATOMS, st.tuples(ATOMS, ATOMS))).map(tuple))
NESTED = st.recursive(
    st.one_of(ATOMS, RECORDS),
    lambda inner: st.one_of(st.lists(inner).map(tuple), st.builds(Branch, inner), st.dictionaries(st.text(), inner)),
)


@given(st.builds(Branch, NESTED))
def test_it_says_what_asdict_says(record):
    assert json.dumps(plain(record)) == json.dumps(asdict(record))


def test_numbers_in_a_tuple_are_handed_on_and_not_copied():
    values = tuple(0.1 * hour for hour in range(8760))
    assert plain(Leaf("price", values))["values"] is values


def test_a_float_of_numpy_is_a_float():
    assert json.dumps(plain(Leaf("price", (np.float64(0.1), 0.2)))) == json.dumps(asdict(Leaf("price", (0.1, 0.2))))


@pytest.mark.parametrize("value", [np.arange(2), {1, 2}, object()])
def test_what_is_neither_a_record_nor_plain_is_refused(value):
    with pytest.raises(TypeError, match=type(value).__name__):
        plain(Branch((1.0, value)))
