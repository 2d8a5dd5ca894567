"""Figures of the place tables, against numbers worked out by hand or read in the source, and the traps of the sources."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point

from datasets.cards import readme
from datasets.dating import EPOCH_SNAPSHOT, known_from
from datasets.pue_model.derive import pue, year_of

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
PLACE_TABLES = [
    "ai_campus_timelines", "ai_campuses", "building_facts", "cities", "climate", "construction_cost", "counties", "county_borders",
    "datacenter_incentives", "gpus", "grid_access", "hazard", "land_value", "pue_model", "taxes", "water_stress",
]  # fmt: skip


def csv(table: str, keys: str | list[str] | None = None) -> pd.DataFrame:
    frame = pd.read_csv(DATASETS / table / f"{table}.csv", dtype={"county_fips": "str"}, keep_default_na=False, na_values=[""])
    return frame.set_index(keys) if keys else frame


@pytest.mark.parametrize("table", PLACE_TABLES)
def test_the_card_fits_its_table_and_its_readme(table: str) -> None:
    card = json.loads((DATASETS / table / "datapackage.json").read_text(encoding="utf-8"))
    resource = card["resources"][0]
    path = DATASETS / table / resource["path"]
    frame = geopandas.read_parquet(path) if path.suffix == ".parquet" else csv(table)
    keys = resource["schema"]["primaryKey"]
    assert [field["name"] for field in resource["schema"]["fields"]] == list(frame.columns)
    assert not frame.duplicated(keys).any()
    assert frame[keys].equals(frame.sort_values(keys, ignore_index=True)[keys])
    assert card["gigasite"]["coverage"]["rows"] == len(frame)
    assert (DATASETS / table / "README.md").read_text(encoding="utf-8") == readme(card)


@pytest.mark.parametrize("table", ["climate", "construction_cost", "grid_access", "hazard", "land_value"])
def test_every_county_of_a_table_is_a_county(table: str) -> None:
    assert set(csv(table, "county_fips").index) <= set(csv("counties", "county_fips").index)


def test_counties_keep_the_codes_of_2017() -> None:
    counties = csv("counties", "county_fips")
    assert counties.index.str.fullmatch(r"\d{5}").all()
    assert {"11000", "46113", "51515"} & set(counties.index) == set()
    assert counties.loc["46102", ["county_name", "rto"]].tolist() == ["Oglala Lakota", "SPP"]
    assert counties.loc["11001", ["rto", "iecc_zone"]].tolist() == ["PJM", "4A"]


@pytest.mark.parametrize(
    ("county", "rto", "authority", "utility", "zone"),
    [
        ("47157", "none", "TVA", "City of Memphis - (TN)", "3A"),
        ("48441", "ERCOT", "ERCO", "AEP Texas North Company", "3B"),
        ("51107", "PJM", "PJM", "Virginia Electric & Power Co", "4A"),
        # By whole sales Grant shows Avista, Dallas Garland, and Ector (Odessa) the market of a neighbour.
        ("53025", "none", "GCPD", "PUD No 2 of Grant County", "5B"),
        ("48113", "ERCOT", "ERCO", "Oncor Electric Delivery Company LLC", "3A"),
        ("48135", "ERCOT", "ERCO", "Oncor Electric Delivery Company LLC", "3B"),
    ],
)
def test_the_utility_that_serves_a_county_ranks_first(county: str, rto: str, authority: str, utility: str, zone: str) -> None:
    row = csv("counties", "county_fips").loc[county]
    assert row[["rto", "balancing_authority", "utility_largest", "iecc_zone"]].tolist() == [rto, authority, utility, zone]


def test_a_balancing_authority_of_a_market_lies_in_that_market() -> None:
    counties = csv("counties", "county_fips")
    market = {"CISO": "CAISO", "ERCO": "ERCOT", "ISNE": "ISONE", "MISO": "MISO", "NYIS": "NYISO", "PJM": "PJM", "SWPP": "SPP"}
    known = counties[counties["balancing_authority"].notna()]
    assert (known["balancing_authority"].map(market).fillna("none") == known["rto"]).all()


def test_borders_are_valid_and_the_right_way_up() -> None:
    borders = geopandas.read_parquet(DATASETS / "county_borders" / "county_borders.parquet").set_index("county_fips")
    assert borders.crs.to_epsg() == 4326
    assert borders.geometry.is_valid.all()
    assert set(borders.geom_type) == {"Polygon", "MultiPolygon"}
    assert list(borders.index) == list(csv("counties", "county_fips").index)
    for county, lat, lon in [("48441", 32.45, -99.73), ("51107", 39.04, -77.49), ("47157", 35.07, -90.09), ("02020", 61.2, -149.9)]:
        assert list(borders.index[borders.contains(Point(lon, lat))]) == [county]


def test_the_areas_of_the_borders_are_those_of_the_table() -> None:
    # EPSG:6933 keeps areas. The source computed its own, to a tenth of a square kilometre: small islands differ by up to 2 percent.
    borders = geopandas.read_parquet(DATASETS / "county_borders" / "county_borders.parquet").set_index("county_fips")
    ratio = borders.to_crs(6933).area / 1e6 / csv("counties", "county_fips")["area_km2"]
    assert ratio.between(0.97, 1.03).all()


def test_climate_is_in_celsius() -> None:
    # Autauga: 47.4 F and 81.0 F are (47.4 - 32) / 1.8 = 8.56 and 27.22 degrees Celsius.
    assert csv("climate", "county_fips").loc["01001", ["january_normal_temp_c", "july_normal_temp_c"]].tolist() == [8.6, 27.2]


def test_air_without_and_with_compressors() -> None:
    # Up to 12 C the dry cooler (8 K) makes water of 20 C alone: 1 + 0.07 + 0.015 + 0.05. At 24 C compressors take all: evaporator 15 C,
    # condenser 36 C, lift 21 K; 0.45 x 288.15 / 21 = 6.1746; 1.135 + 1 / 6.1746 = 1.29695.
    assert pue(np.array([-20.0, 12.0, 24.0]), "air") == pytest.approx([1.135, 1.135, 1.29695], abs=1e-5)


def test_liquid_still_gives_a_fifth_of_its_heat_to_the_air() -> None:
    # At 24 C warm water needs no compressor: 1.085 + 0.8 x 0.02 + 0.2 x (0.05 + 0.16195) = 1.14339.
    assert pue(np.array([24.0]), "liquid") == pytest.approx([1.14339], abs=1e-5)


def test_the_year_has_the_mean_of_its_normals() -> None:
    outdoor = year_of(0.0, 24.0, "A")
    assert outdoor.mean() == pytest.approx(12.0)
    # Mean of January over hours and weather, and half the range of the mean day.
    assert outdoor[0].mean() == pytest.approx(0.0)
    assert outdoor[6].mean(axis=1).max() - outdoor[6].mean() == pytest.approx(5.5)


def test_pue_falls_with_the_cold_and_with_liquid_and_peaks_above_its_mean() -> None:
    table = csv("pue_model", ["cooling", "iecc_zone"])
    for cooling in ("air", "liquid"):
        moist = table.loc[cooling].loc[["1A", "2A", "3A", "4A", "5A", "6A", "7A"], "annual_pue"]
        assert moist.is_monotonic_decreasing
    assert (table.loc["air", "annual_pue"] > table.loc["liquid", "annual_pue"]).all()
    assert (table["peak_facility_ratio"] > table["annual_pue"]).all()
    assert set(csv("counties", "county_fips")["iecc_zone"].dropna()) == set(table.loc["air"].index)


def test_construction_cost_is_the_mean_of_its_parts() -> None:
    # Autauga: 1 + (-0.0236 - 0.0204 + 0.0113) / 3 = 0.9891.
    assert csv("construction_cost", "county_fips").loc["01001", "construction_cost_index"] == pytest.approx(0.9891)


def test_taxes_are_fractions() -> None:
    taxes = csv("taxes", "state_abbr")
    assert taxes.loc["VA", ["sales_tax_fraction", "sales_tax_holds_local_part"]].tolist() == [0.053, True]
    assert taxes.loc["TN", ["sales_tax_fraction", "corporate_income_tax_top_fraction"]].tolist() == [0.07, 0.065]
    assert len(taxes) == 51


def test_no_row_about_an_incentive_means_unknown() -> None:
    table = csv("datacenter_incentives", "state_abbr")
    assert set(table.index) == set(csv("taxes", "state_abbr").index)
    assert table["incentive"].value_counts().to_dict() == {"unknown": 31, "yes": 20}
    assert table.loc["TN", "incentive"] == "unknown"
    assert table.loc["OH", "status"] == "suspended"
    assert table.loc["MS", ["min_investment_musd", "min_jobs", "known_from"]].tolist() == [50, 50, "2023-12-31"]


def test_grid_access_holds_no_column_of_others_and_no_penalty() -> None:
    table = csv("grid_access", "county_fips")
    assert not [column for column in table.columns if "osm" in column or "thermal" in column]
    assert pd.isna(table.loc["06075", "spur_median_usd_per_mw"])
    assert table["spur_median_usd_per_mw"].max() < 2e6
    assert not set(csv("counties", "county_fips").loc[table.index, "state_abbr"]) & {"AK", "HI", "PR"}


def test_lead_times_count_only_where_they_were_observed() -> None:
    campuses = csv("ai_campuses", "campus")
    observed = campuses[campuses["lead_time_observed"]]
    assert not (observed["powered_when_first_seen"] | observed["first_power_is_projection"]).any()
    assert observed["construction_to_first_power_months"].notna().all()
    # Pryor was in service when first seen, Goodnight is a projection, Lordstown has no dates.
    assert not campuses.loc[["Google Pryor (North)", "Goodnight", "OpenAI Stargate Lordstown"], "lead_time_observed"].any()
    assert not [column for column in campuses.columns if "construction_usd" in column]


def test_steps_of_campuses_are_known_from_the_snapshot_and_not_from_their_date() -> None:
    timelines = csv("ai_campus_timelines")
    assert (timelines["is_projection"] == (timelines["date"] > EPOCH_SNAPSHOT)).all()
    # Steps before the snapshot were partly inferred from later images, those after it are projections made at it.
    assert set(timelines["known_from"]) == {EPOCH_SNAPSHOT}


def test_gpu_figures_are_per_gpu() -> None:
    gpus = csv("gpus", ["gpu", "figure", "case"])["value"]
    # A node of 8 at 310,000 USD, a rack of 72 at 120 kW, 700 W.
    assert gpus["H100", "server_price_usd", "hgx_h100_8-gpu_node.price"] == 38_750
    assert gpus["GB200", "it_power_kw", "gb200_nvl72.rack_power"] == pytest.approx(120 / 72, abs=1e-3)
    assert gpus["H100", "chip_power_kw", "h100_sxm.tdp"] == 0.7


def test_building_facts_share_their_units() -> None:
    facts = csv("building_facts", ["topic", "figure"])
    # 46 weeks of 52.1786 a year are 10.58 months; four years are 48.
    assert facts.loc[("equipment_lead_time", "switchgear"), "value_low"] == pytest.approx(10.58)
    assert facts.loc[("grid_lead_time", "us_average_grid_connection"), ["value", "unit"]].tolist() == [48, "months"]
    assert not facts["unit"].isin(["weeks", "years"]).any()


@pytest.mark.parametrize(
    ("as_of", "day"),
    [
        ("2024-06-05", "2024-06-05"),
        ("2024-02", "2024-02-29"),
        ("2024-Q3", "2024-09-30"),
        ("2011 law", "2011-12-31"),
        ("~2015-2023", "2023-12-31"),
        ("2019-2026", "2026-05-23"),
    ],
)
def test_a_figure_is_known_from_the_last_day_its_source_names(as_of: str, day: str) -> None:
    assert known_from(as_of) == day


def test_a_date_without_a_year_is_refused() -> None:
    with pytest.raises(ValueError, match="no year"):
        known_from("lately")
