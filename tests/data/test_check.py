"""``data check`` bites: every kind of fault is found and its row named."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from optimizer.core.errors import DatasetError
from optimizer.data.catalogue import card, check, dataset_names, dataset_path, table
from optimizer.data.catalogue.cards import read_card
from optimizer.data.catalogue.check import check_dataset, check_frame

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


BY_YEAR = {
    "county_fips": ["48441", "47157"], "year": ["2022", "2023"], "price_min_usd_per_mwh": ["40", "40"], "price_usd_per_mwh": ["50", "50"],
    "price_max_usd_per_mwh": ["60", "60"], "land_p10_usd_per_acre": ["1", "1"], "land_median_usd_per_acre": ["2", "2"],
    "known_from": ["2023-10-31", "2024-10-31"],
}


def faults_by_year(constraints=None, years="2022-2023", **changes):
    """Faults of a table by county and year."""
    card = json.loads(json.dumps(CARD))
    types = {"county_fips": "string", "year": "integer", "known_from": "date"}
    units = {"price": "USD/MWh", "land": "USD/acre"}
    card["resources"][0]["schema"]["primaryKey"] = ["county_fips"]
    card["resources"][0]["schema"]["fields"] = [
        {"name": name, "type": types.get(name, "number"), "description": name, "unit": units.get(name.split("_")[0], ""),
         "constraints": (constraints or {}).get(name, {})}
        for name in BY_YEAR
    ]
    card["gigasite"]["years"] = years
    return [str(fault) for fault in check_frame(read_card(card), pd.DataFrame({**BY_YEAR, **changes}).replace("", None))]


def test_a_consistent_table_has_no_fault():
    assert faults_by_year() == []
    assert faults_by_year(price_usd_per_mwh=["", "60"], years="2022, 2023") == []


@pytest.mark.parametrize(("column", "cells", "says"), [
    ("county_fips", ["48441", "99999"], "prices, row 99999, county_fips: '99999' is no county of the dataset counties"),
    ("price_min_usd_per_mwh", ["55", "40"], "prices, row 48441, price_min_usd_per_mwh: '55' is above price_usd_per_mwh"),
    ("price_max_usd_per_mwh", ["60", "45"], "prices, row 47157, price_usd_per_mwh: '50' is above price_max_usd_per_mwh"),
    ("price_min_usd_per_mwh", ["40", "70"], "price_min_usd_per_mwh: '70' is above price_max_usd_per_mwh"),
    ("land_p10_usd_per_acre", ["1", "3"], "land_p10_usd_per_acre: '3' is above land_median_usd_per_acre"),
    ("known_from", ["2021-12-31", "2024-10-31"], "prices, row 48441, known_from: '2021-12-31' is earlier than the year of the row"),
    ("year", ["2022", "2021"], "prices, row 47157, year: '2021' is none of the card's years, 2022-2023"),
])
def test_what_contradicts_another_column_or_table_is_named_by_its_row(column, cells, says):
    found = faults_by_year(**{column: cells})
    assert any(says in fault for fault in found), found


def test_years_of_the_card_that_no_row_has_are_a_fault():
    assert faults_by_year(years="2020, 2022-2023") == ["prices, year: no row is of 2020, and the card's years are 2020, 2022-2023"]


def test_a_card_can_except_codes_that_are_no_counties():
    assert faults_by_year({"county_fips": {"not_in_counties": ["99999"]}}, county_fips=["48441", "99999"]) == []


@pytest.mark.parametrize(("name", "content"), [("wholesale_price_hourly", b"xx"), ("taxes", b"\xff\xfe\x00"), ("taxes", b"")])
def test_a_file_that_cannot_be_read_is_one_fault_of_its_table(tmp_path, monkeypatch, name, content):
    shutil.copytree(dataset_path(name), tmp_path / name)
    (tmp_path / name / card(name).file).write_bytes(content)
    monkeypatch.setattr(check, "datasets_folder", lambda: tmp_path)
    (fault,) = check_dataset(name)
    assert (fault.table, fault.row) == (name, "")
    assert "cannot be read" in fault.message


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
