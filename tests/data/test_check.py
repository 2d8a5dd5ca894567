"""``data check`` bites: every kind of fault is found and its row named."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from optimizer.catalogue import dataset_names, dataset_path, table
from optimizer.catalogue.cards import read_card
from optimizer.catalogue.check import check_dataset, check_frame
from optimizer.errors import DatasetError

CARD = {
    "name": "prices", "title": "Prices", "description": "Prices of two states", "licenses": [], "created": "2026-01-01",
    "sources": [{"title": "EIA", "path": "https://www.eia.gov"}],
    "gigasite": {
        "agency": "EIA", "years": "2023", "retrieved": "2026", "licence": "public domain", "quality": "primary", "trust": "high",
        "estimate": False, "known_from": {"column": "known_from"}, "coverage": {"text": "two", "rows": 2}, "known_faults": [],
        "attribution": "", "derivation": "none",
    },
    "resources": [{"name": "prices", "path": "prices.csv", "format": "csv", "schema": {
        "primaryKey": ["state_abbr"], "missingValues": [""],
        "fields": [
            {"name": "state_abbr", "type": "string", "description": "state", "unit": "",
             "constraints": {"required": True, "enum": ["TX", "OK"]}},
            {"name": "price_usd_per_mwh", "type": "number", "description": "price", "unit": "USD/MWh",
             "constraints": {"minimum": 0, "maximum": 500}},
            {"name": "customers", "type": "integer", "description": "customers", "unit": "", "constraints": {}},
            {"name": "is_final", "type": "boolean", "description": "final", "unit": "", "constraints": {}},
            {"name": "known_from", "type": "date", "description": "known", "unit": "", "constraints": {"required": True}},
        ],
    }}],
}
GOOD = {
    "state_abbr": ["TX", "OK"], "price_usd_per_mwh": ["65.5", "60"], "customers": ["10", ""], "is_final": ["True", "false"],
    "known_from": ["2024-10-31", "2024-10-31"],
}


def faults(frame=None, **changes):
    card = json.loads(json.dumps(CARD))
    for path, value in changes.items():
        target = card["gigasite"]
        target[path] = value
    return [str(fault) for fault in check_frame(read_card(card), pd.DataFrame(frame or GOOD).replace("", None))]


def test_a_good_table_has_no_fault():
    assert faults() == []


@pytest.mark.parametrize(("column", "cells", "says"), [
    ("state_abbr", ["TX", "TX"], "prices, row TX, state_abbr: the key stands twice"),
    ("state_abbr", ["TX", ""], "is empty and required"),
    ("state_abbr", ["TX", "ZZ"], "prices, row ZZ, state_abbr: 'ZZ' is not allowed; allowed: TX, OK"),
    ("price_usd_per_mwh", ["65.5", "cheap"], "prices, row OK, price_usd_per_mwh: 'cheap' is no number"),
    ("price_usd_per_mwh", ["65.5", "-1"], "prices, row OK, price_usd_per_mwh: '-1' is below the least, 0"),
    ("price_usd_per_mwh", ["65500", "60"], "prices, row TX, price_usd_per_mwh: '65500' is above the most, 500"),
    ("price_usd_per_mwh", ["inf", "60"], "is no number"),
    ("customers", ["1.5", "2"], "prices, row TX, customers: '1.5' is no whole number"),
    ("is_final", ["yes", "no"], "'yes' is neither true nor false"),
    ("known_from", ["2024", "2024-10-31"], "prices, row TX, known_from: '2024' is no day such as 2024-10-31"),
])
def test_a_wrong_cell_is_named_by_its_row(column, cells, says):
    found = faults({**GOOD, column: cells})
    assert any(says in fault for fault in found), found


@pytest.mark.parametrize(("changes", "says"), [
    ({"quality": "good"}, "quality is 'good'"),
    ({"trust": ""}, "trust is ''"),
    ({"agency": " "}, "says nothing of its agency"),
    ({"licence": "ODbL 1.0"}, "may not be shipped"),
    ({"licence": "CC BY-NC 4.0"}, "may not be shipped"),
    ({"licence": "CC BY 4.0"}, "asks for an attribution"),
    ({"coverage": {"text": "", "rows": 3}}, "has 2 rows, the card says 3"),
    ({"known_from": "2024"}, "known_from is '2024'"),
    ({"known_from": {"column": "date"}}, "is named by known_from and is no column"),
])
def test_a_wrong_card_is_a_fault(changes, says):
    found = faults(**changes)
    assert any(says in fault for fault in found), found


def test_columns_other_than_the_cards_are_a_fault():
    found = faults({key: value for key, value in GOOD.items() if key != "customers"})
    assert any("in the card" in fault for fault in found)


def test_a_unit_other_than_the_names_is_a_fault():
    card = json.loads(json.dumps(CARD))
    card["resources"][0]["schema"]["fields"][1]["unit"] = "USD/kWh"
    found = [str(fault) for fault in check_frame(read_card(card), pd.DataFrame(GOOD).replace("", None))]
    assert found == ["prices, price_usd_per_mwh: the card gives the unit 'USD/kWh'; the name of the column says 'USD/MWh'"]


def test_a_long_list_of_faults_is_cut_and_counted():
    many = {key: value * 50 for key, value in {**GOOD, "price_usd_per_mwh": ["x", "y"]}.items()}
    found = faults(many, coverage={"text": "", "rows": 100})
    assert any("and 95 more rows: is no number" in fault for fault in found)


@pytest.mark.parametrize("name", dataset_names())
def test_every_bundled_table_is_what_its_card_says(name):
    assert [str(fault) for fault in check_dataset(name)] == []


def test_tables_are_typed_as_their_cards_say():
    prices = table("retail_price_county")
    assert prices["county_fips"].dtype == "str"
    assert prices["industrial_price_usd_per_mwh"].dtype == "float64"
    assert prices["county_fips"].str.fullmatch(r"\d{5}").all()
    assert str(table("wholesale_price_hourly")["hour_utc"].dt.tz) == "UTC"


def test_an_unknown_table_is_refused_with_the_nearest():
    with pytest.raises(DatasetError, match="did you mean 'counties'"):
        table("countis")


def test_all_tables_together_are_small():
    folder = dataset_path("counties").parent
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 25e6
