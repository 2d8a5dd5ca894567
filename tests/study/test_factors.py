"""Quantiles by their closed forms, and what a value of a factor becomes: texts of --set, values tried, words."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.study.file.definition import Factor
from optimizer.study.file.spreads import Discrete, Listed, LogNormal, Normal, Range, Spread, Triangular, Uniform
from optimizer.study.runs.draws import has_ends, quantiles
from optimizer.study.runs.factors import as_text, overrides_of, tried_values

SHARES = (0.01, 0.1, 0.3, 0.5, 0.77, 0.99)
PRICE = Factor("price", "Price", "USD", ("gpus.H100.price_usd",), "set", 33750, Range(36000, 52000), False)


def factor(**given: Any) -> Factor:
    """A factor of a unit's default, with some fields changed."""
    fields = {"name": "x", "title": "x", "unit": "", "paths": ("a.b",), "by": "set", "base": None, "spread": None, "whole": False}
    return Factor(**{**fields, **given})


def triangular(share: float, low: float, mode: float, high: float) -> float:
    """The area below is a triangle on either side of the mode."""
    if share <= (mode - low) / (high - low):
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))


@pytest.mark.parametrize("share", SHARES)
def test_quantiles_by_closed_form(share: float) -> None:
    bell = NormalDist(10, 2)
    inside = bell.cdf(9) + share * (bell.cdf(13) - bell.cdf(9))
    above = bell.cdf(9) + share * (1 - bell.cdf(9))
    expected: dict[Spread, float] = {
        Range(2, 6): 2 + 4 * share,
        Uniform(2, 6): 2 + 4 * share,
        Triangular(1, 2, 6): triangular(share, 1, 2, 6),
        Triangular(1, 6, 6): triangular(share, 1, 6, 6),
        Normal(10, 2): bell.inv_cdf(share),
        Normal(10, 2, 9, 13): bell.inv_cdf(inside),
        Normal(10, 2, low=9): bell.inv_cdf(above),
        LogNormal(3, 0.5): 3 * math.exp(NormalDist(0, 0.5).inv_cdf(share)),
    }
    for spread, value in expected.items():
        assert quantiles(spread, [share], whole=False) == [pytest.approx(value, rel=1e-8)], spread


def test_of_a_list_each_value_has_the_same_share() -> None:
    shares = [0, 0.24, 0.26, 0.5, 0.74, 0.76, 1]
    assert quantiles(Listed(("a", "b", "c", "d")), shares, whole=False) == ["a", "a", "b", "c", "c", "d", "d"]


def test_of_a_discrete_distribution_each_value_has_its_weight() -> None:
    spread = Discrete((5, "x", True), (1, 3, 0))  # a quarter, three quarters, never
    assert quantiles(spread, [0, 0.24, 0.26, 0.99, 1], whole=False) == [5, 5, "x", "x", "x"]


def test_a_distribution_without_end_gives_numbers_at_its_ends() -> None:
    low, high = quantiles(Normal(0, 1), [0, 1], whole=False)
    assert (low, high) == (pytest.approx(-7.03, abs=0.01), pytest.approx(7.03, abs=0.01))
    assert not has_ends(Normal(0, 1, low=0))
    assert has_ends(Normal(0, 1, 0, 2))
    assert not has_ends(LogNormal(1, 1))
    assert has_ends(Range(0, 1))


def test_whole_numbers_are_rounded_and_halves_go_up() -> None:
    assert quantiles(Range(0, 4), [0, 0.124, 0.125, 0.5, 0.874, 0.875, 1], whole=True) == [0, 0, 1, 2, 3, 4, 4]
    assert all(isinstance(value, int) for value in quantiles(Range(-2, 4), [0, 0.3], whole=True))


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_quantile_rises_with_its_share(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for spread in (Range(-1, 5), Triangular(0, 1, 8), Normal(0, 3, -4, 4), LogNormal(2, 1)):
        first, second = quantiles(spread, [low, high], whole=False)
        assert first <= second


@pytest.mark.parametrize(
    ("by", "value", "text"),
    [
        ("set", 36000.0, "a.b=36000"),
        ("set", 0.1, "a.b=0.1"),
        ("set", True, "a.b=true"),
        ("set", "none", "a.b=none"),
        ("set", '["memphis"]', 'a.b=["memphis"]'),
        ("times", 1.3, "a.b*=1.3"),
        ("plus", -0.02, "a.b+=-0.02"),
        ("later", 3, "a.b>>=3"),
        ("between", -0.5, "a.b~=-0.5"),
    ],
)
def test_a_value_becomes_a_text_of_set(by: str, value: Any, text: str) -> None:
    assert overrides_of(factor(by=by), value) == (text,)


def test_all_paths_are_changed_alike_and_none_at_the_base() -> None:
    both = factor(paths=("a.b", "c.d"), by="times", base=1)
    assert overrides_of(both, 2) == ("a.b*=2", "c.d*=2")
    assert overrides_of(both, 1.0) == ()
    assert overrides_of(factor(by="later", base=0, whole=True), 2.6) == ("a.b>>=3",)
    assert overrides_of(factor(by="later", base=0, whole=True), 0.4) == ()


def test_true_is_not_one() -> None:
    assert overrides_of(factor(base=1), True) == ("a.b=true",)
    assert overrides_of(factor(base=True), 1) == ("a.b=1",)
    assert overrides_of(factor(base=True), True) == ()


def test_without_a_base_every_value_is_a_change() -> None:
    assert overrides_of(factor(), 33750) == ("a.b=33750",)


@pytest.mark.parametrize(
    ("spread", "whole", "tried"),
    [
        (Listed((3, "a", 3.5)), False, (3, "a", 3.5)),
        (Discrete((1, 2), (9, 1)), False, (1, 2)),
        (Range(36000, 52000), False, (36000, 52000)),
        (Uniform(0.5, 1.5), False, (0.5, 1.5)),
        (Normal(0, 1), False, (-1.281551566, 1.281551566)),
        (Triangular(0, 0, 1), True, (0, 1)),  # 0.05 and 0.68
        (Triangular(0, 0, 0.5), True, (0,)),
        (None, False, ()),
    ],
)
def test_values_tried_one_by_one(spread: Spread | None, whole: bool, tried: tuple[Any, ...]) -> None:
    assert tried_values(factor(spread=spread, whole=whole)) == tried


@pytest.mark.parametrize(
    ("value", "words"), [(36000, "price = 36,000 USD"), (1234567.25, "price = 1,234,567.25 USD"), ("none", "price = none")]
)
def test_a_value_in_words(value: Any, words: str) -> None:
    assert as_text(PRICE, value) == words


def test_a_truth_in_words_has_no_unit() -> None:
    assert as_text(factor(name="grid", unit="MW"), False) == "grid = false"
