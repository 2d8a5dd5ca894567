"""What ``data at`` says of the utilities and cities of a place: each with its origin, and truths as truths."""

from __future__ import annotations

import json

import pytest

from optimizer.cli.data_place import print_place
from optimizer.core.errors import PlaceError
from optimizer.data.catalogue import card, table
from optimizer.scenario.fill.at import facts_at

MEMPHIS, ABILENE = (35.07, -90.09), (32.45, -99.73)


@pytest.mark.parametrize(("entries", "dataset"), [("utilities", "utility_county"), ("cities", "cities")])
def test_every_entry_says_where_it_comes_from(entries, dataset, capsys):
    print_place(*MEMPHIS, None, as_json=True)
    found = json.loads(capsys.readouterr().out)[entries]
    assert found
    description = card(dataset)
    origins = {(entry["source"], entry["year"], entry["quality"]) for entry in found}
    assert origins == {(description.agency, description.years, description.quality)}


@pytest.mark.parametrize("point", [MEMPHIS, ABILENE])
def test_wholesale_is_true_false_or_unknown(point):
    place = facts_at(*point)
    rows = table("utility_county")
    rows = rows[rows["county_fips"] == place.county_fips]
    truths = {"true": True, "false": False, "unknown": "unknown"}
    expected = sorted((name, repr(truths[text])) for name, text in zip(rows["utility_name"], rows["wholesale_allowed"], strict=True))
    assert sorted((one.utility_name, repr(one.wholesale_allowed)) for one in place.utilities) == expected


def test_text_writes_truths_as_json_does(capsys):
    print_place(*MEMPHIS, None, as_json=False)
    shown = capsys.readouterr().out
    assert "wholesale: " in shown
    assert "wholesale: True" not in shown
    assert "wholesale: False" not in shown


def test_a_territory_has_no_facts():
    with pytest.raises(PlaceError, match="Puerto Rico"):
        facts_at(18.4, -66.06)
