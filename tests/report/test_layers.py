"""The GeoPackage opens where it should: layers, places, numbers, styles."""

from __future__ import annotations

import itertools
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import geopandas
import pandas as pd
import pyogrio
import pytest

from optimizer.data.catalogue import table
from optimizer.plan.plan import Plan
from optimizer.report.layer_styles import Look, Style, qml, sld
from optimizer.report.layers import PRICE, layers
from tests import builders as b
from tests.report import sample

LAYERS = ("prices", "candidates", "connections", "chosen_sites")
MEMPHIS = (-90.05, 35.15)


def instance(as_of="2024-11-30"):
    """Memphis (a) and Goodyear, Arizona (z): two states."""
    line = [b.tariff(contract_id=name, mw_max=mw, exclusive_group="line") for name, mw in (("now", 150.0), ("later", 100.0))]
    offers = (*line, b.tariff(contract_id="third", mw_max=20.0))
    memphis = b.site(lon=MEMPHIS[0], lat=MEMPHIS[1], tariffs=offers, grid_limit_mw=150.0, onsite_gas=(b.gas(unit_mw=2.5, units_max=15),))
    goodyear = b.site(site_id="z", name="Zulu", lon=-112.36, lat=33.45, county_fips="04013", is_forbidden=True)
    return b.instance(sites=(memphis, goodyear), as_of=as_of)


@pytest.fixture(scope="module")
def content():
    return layers(instance(), sample.plan())


@pytest.fixture(scope="module")
def file(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("layers") / "plan.gpkg"
    path.write_bytes(content)
    return path


def read(file, layer):
    return geopandas.read_file(file, layer=layer)


def test_every_layer_is_there_in_degrees(file):
    assert [name for name, kind in pyogrio.list_layers(file) if kind] == list(LAYERS)
    for layer in LAYERS:
        assert read(file, layer).crs.to_epsg() == 4326


def test_memphis_lies_in_tennessee_and_not_in_the_southern_ocean(file):
    candidates = read(file, "candidates").set_index("site_id")
    assert (candidates.geometry["a"].x, candidates.geometry["a"].y) == MEMPHIS
    shelby = read(file, "prices").set_index("county_fips").loc["47157"]
    assert shelby["county_name"].startswith("Shelby")
    assert shelby.geometry.contains(candidates.geometry["a"])


def test_candidates_say_the_most_they_offer_and_what_became_of_them(file):
    candidates = read(file, "candidates").set_index("site_id")
    # Of the line one of 150 and 100 MW, and 20 MW beside it; 15 units of 2.5 MW.
    assert candidates.loc["a", "tariffs_mw_max"] == 170.0
    assert candidates.loc["a", "onsite_gas_mw_max"] == 37.5
    assert list(candidates["is_chosen"]) == [True, False]
    assert list(candidates["is_forbidden"]) == [False, True]
    assert pd.isna(candidates.loc["z", "grid_limit_mw"])


def test_the_choice_and_its_contracts_are_those_of_the_header(file):
    chosen = read(file, "chosen_sites")
    assert chosen[["site_id", "it_mw", "facility_mw", "gpus", "contracts"]].to_numpy().tolist() == [["a", 2.8, 3.64, 2000, 1]]
    connections = read(file, "connections")
    assert connections[["contract_id", "first_mw", "most_mw", "from_month"]].to_numpy().tolist() == [["grid", 3.64, 3.64, "2024-02"]]


def test_prices_are_of_the_candidates_states_alone_and_were_known(file):
    prices = read(file, "prices")
    assert set(prices["state_abbr"]) == {"AZ", "TN"}
    assert list(prices.loc[prices["has_candidate"], "county_fips"]) == ["04013", "47157"]
    assert prices[PRICE].notna().all()
    assert prices.set_index("county_fips").loc["47157", PRICE] == pytest.approx(
        table("retail_price_county").set_index("county_fips").loc["47157", PRICE])
    assert pyogrio.read_info(file, layer="prices")["layer_metadata"]["as_of"] == "2024-11-30"


@pytest.mark.parametrize(("as_of", "whose", "year"), [("2024-11-30", "county", 2023), ("2024-05-31", "state", 2022)])
def test_a_price_that_was_not_yet_known_gives_way_to_the_states(as_of, whose, year, tmp_path):
    # Prices by county of 2023 came out with the reports of October 2024.
    (tmp_path / "plan.gpkg").write_bytes(layers(instance(as_of=as_of), sample.plan()))
    prices = read(tmp_path / "plan.gpkg", "prices")
    assert set(prices["price_of"]) == {whose}
    assert set(prices["price_year"]) == {year}
    assert prices.groupby("state_abbr")[PRICE].nunique().max() == 1 or whose == "county"


def test_before_any_price_was_known_there_is_none(tmp_path):
    (tmp_path / "plan.gpkg").write_bytes(layers(instance(as_of="1990-01-01"), sample.plan()))
    assert read(tmp_path / "plan.gpkg", "prices")[PRICE].isna().all()


def styles(file):
    with closing(sqlite3.connect(file)) as database:
        query = "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD FROM layer_styles"
        return database.execute(query).fetchall()


def test_every_layer_has_a_default_style_that_is_well_formed(file):
    rows = styles(file)
    assert sorted(row[0] for row in rows) == sorted(LAYERS)
    with closing(sqlite3.connect(file)) as database:
        geometry = dict(database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall())
        assert database.execute("SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'").fetchall() == [("attributes",)]
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for layer, column, is_default, style_qml, style_sld in rows:
        assert (column, is_default) == (geometry[layer], 1)
        assert ET.fromstring(style_qml).find("renderer-v2") is not None
        assert ET.fromstring(style_sld).tag.endswith("StyledLayerDescriptor")


def test_classes_of_colour_reach_from_the_lowest_to_the_highest_price(file):
    drawn = next(ET.fromstring(row[3]) for row in styles(file) if row[0] == "prices")
    bounds = [(float(one.get("lower")), float(one.get("upper"))) for one in drawn.iter("range")]
    prices = read(file, "prices")[PRICE]
    assert (bounds[0][0], bounds[-1][1]) == (prices.min(), prices.max())
    assert all(before[1] == after[0] for before, after in itertools.pairwise(bounds))
    assert drawn.find("renderer-v2").get("attr") in read(file, "prices").columns


def test_each_class_has_its_symbol_and_labels_name_a_column(file):
    for layer, _, _, style_qml, _ in styles(file):
        drawn = ET.fromstring(style_qml)
        symbols = {symbol.get("name") for symbol in drawn.iter("symbol")}
        assert {one.get("symbol") for one in drawn.iter("range")} <= symbols
        for text in drawn.iter("text-style"):
            assert text.get("fieldName") in read(file, layer).columns


def test_a_style_says_colours_and_sizes_in_both_forms():
    style = Style("circle", (Look("few", "#102030", "#ff0000", 2.8, 0.0, 50.0),), "", "most_mw")
    marker = ET.fromstring(qml(style)).find(".//symbol/layer")
    assert {option.get("name"): option.get("value") for option in marker.find("Option")}["color"] == "16,32,48,255"
    assert {prop.get("k"): prop.get("v") for prop in marker.findall("prop")}["size"] == "2.8"
    described = sld("connections", style)
    # 2.8 mm at 0.28 mm a pixel.
    assert "<se:Size>10</se:Size>" in described
    assert "<ogc:Literal>50.0</ogc:Literal>" in described


def test_the_same_plan_gives_the_same_small_file(content):
    assert layers(instance(), sample.plan()) == content
    assert len(content) < 5e6


def test_an_answer_without_a_plan_has_candidates_alone(tmp_path):
    (tmp_path / "plan.gpkg").write_bytes(layers(instance(), sample.no_plan()))
    assert list(read(tmp_path / "plan.gpkg", "candidates")["is_chosen"]) == [False, False]
    assert len(read(tmp_path / "plan.gpkg", "chosen_sites")) == len(read(tmp_path / "plan.gpkg", "connections")) == 0


def test_a_site_in_no_known_county_has_no_prices_around_it(tmp_path):
    nowhere = b.instance(sites=(b.site(county_fips=""),))
    (tmp_path / "plan.gpkg").write_bytes(layers(nowhere, Plan(sample.header(), {})))
    assert len(read(tmp_path / "plan.gpkg", "prices")) == 0
