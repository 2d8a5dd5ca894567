"""Columns that were known later than the rest of their table are not seen before."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.data.catalogue import card
from optimizer.scenario.fill.facts import FACTS, Fact, county_facts, latest

FOLLOW_THE_SALES = ["utility_largest", "balancing_authority", "egrid_subregion"]
BEFORE, ON_THE_DAY = "2024-05-31", "2024-10-31"


@pytest.mark.parametrize("column", FOLLOW_THE_SALES)
def test_a_column_known_later_is_missing_before_its_day(column: str) -> None:
    assert county_facts(BEFORE)[column].isna().all()
    pd.testing.assert_series_equal(county_facts(ON_THE_DAY)[column], county_facts()[column])


@pytest.mark.parametrize("column", ["county_name", "rto", "transmission_region", "lat"])
def test_the_rest_of_the_table_stays(column: str) -> None:
    pd.testing.assert_series_equal(county_facts(BEFORE)[column], county_facts()[column])


def test_emissions_are_a_measure_and_still_found() -> None:
    assert county_facts(BEFORE).loc["48441", "co2_t_per_mwh"] == county_facts().loc["48441", "co2_t_per_mwh"]


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact.table == "counties"], ids=lambda fact: fact.name)
def test_a_figure_is_dated_as_its_column(fact: Fact) -> None:
    late = fact.column in FOLLOW_THE_SALES
    assert latest(fact, place="48441")["known_from"].tolist() == [ON_THE_DAY if late else card("counties").known_from]
