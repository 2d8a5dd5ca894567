"""A model with one rule left out is caught by at least one tiny instance; the rows that only strengthen it change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from optimizer.solve import HighsProcess
from tests.oracle.dropping import optimum_without, rules_of
from tests.oracle.expected import WHOLE, agree, read_expected
from tests.oracle.generate import random_instance
from tests.oracle.seeds import SEEDS

STRENGTHENING = ("firm_mw_at_host", "mw_at_host", "time_to_target")
"""Rows that cut no plan. They are left out with every rule, since they imply parts of some."""

CAUGHT_BY: Mapping[str, int] = {
}
"""Rule and the seed of an instance whose optimum changes without it."""

NEVER_WORTH_BREAKING: Mapping[str, str] = {
}
"""Rules that no cheapest plan breaks, and why; they make variables mean what their names say."""

EXPECTED = read_expected()
CHEAPEST = [seed for seed in SEEDS if random_instance(seed).goals == ("min_cost",)]


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


def test_every_rule_of_the_model_is_listed() -> None:
    found = set().union(*(rules_of(random_instance(seed)) for seed in SEEDS))
    assert found == {*STRENGTHENING, *CAUGHT_BY, *NEVER_WORTH_BREAKING}


@pytest.mark.parametrize(("rule", "seed"), CAUGHT_BY.items())
def test_a_model_without_the_rule_is_caught(highs: HighsProcess, rule: str, seed: int) -> None:
    instance = random_instance(seed)
    assert agree(EXPECTED[seed][WHOLE], optimum_without(highs, instance, STRENGTHENING))
    assert not agree(EXPECTED[seed][WHOLE], optimum_without(highs, instance, (rule, *STRENGTHENING)))


@pytest.mark.parametrize("seed", CHEAPEST[:40])
def test_strengthening_rows_cut_no_plan(highs: HighsProcess, seed: int) -> None:
    assert agree(EXPECTED[seed][WHOLE], optimum_without(highs, random_instance(seed), STRENGTHENING))


@pytest.mark.parametrize("seed", CHEAPEST[:40])
@pytest.mark.parametrize("rule", NEVER_WORTH_BREAKING)
def test_rules_that_are_never_worth_breaking(highs: HighsProcess, rule: str, seed: int) -> None:
    assert agree(EXPECTED[seed][WHOLE], optimum_without(highs, random_instance(seed), (rule,)))
