"""Figures of the power tables, against numbers worked out by hand or published elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from datasets.cards import readme
from datasets.deriving import current_counties, read_source, sources_folder
from datasets.price_series.hubs import hub_in_market
from datasets.retail_price_state_monthly.derive import known_from
from datasets.utility_county.derive import wholesale_allowed
from datasets.utility_county.markets import county_markets

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
SOURCES = sources_folder()
needs_sources = pytest.mark.skipif(SOURCES is None, reason="no source tables: set GIGASITE_SOURCES to their folder")
POWER_TABLES = [
    "emission_rates", "gas_price_projection", "gas_price_state_annual", "generation_costs", "large_load_tariffs", "price_series",
    "renewable_capacity_factors", "renewable_capacity_factors_summary", "retail_price_county", "retail_price_state_annual",
    "retail_price_state_monthly", "retail_price_utility", "utility_county", "wholesale_price_hourly", "wholesale_price_summary",
]  # fmt: skip


def csv(table: str, keys: list[str]) -> pd.DataFrame:
    return pd.read_csv(DATASETS / table / f"{table}.csv", dtype={"county_fips": "str", "wholesale_allowed": "str"}).set_index(keys)


@pytest.mark.parametrize("table", POWER_TABLES)
def test_the_readme_says_what_the_card_says(table: str) -> None:
    card = json.loads((DATASETS / table / "datapackage.json").read_text(encoding="utf-8"))
    assert (DATASETS / table / "README.md").read_text(encoding="utf-8") == readme(card)


@pytest.mark.parametrize("table", POWER_TABLES)
def test_the_card_names_the_columns_and_the_key_of_its_table(table: str) -> None:
    card = json.loads((DATASETS / table / "datapackage.json").read_text(encoding="utf-8"))
    resource = card["resources"][0]
    path = DATASETS / table / resource["path"]
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype={"county_fips": "str"})
    assert [field["name"] for field in resource["schema"]["fields"]] == list(frame.columns)
    keys = resource["schema"]["primaryKey"]
    assert not frame.duplicated(keys).any()
    assert frame[keys].equals(frame.sort_values(keys, ignore_index=True)[keys])
    assert card["gigasite"]["coverage"]["rows"] == len(frame)


def test_pounds_become_tonnes() -> None:
    rates = csv("emission_rates", ["area_type", "area"])
    # eGRID2023 rev1: Alabama 713.976 lb/MWh CO2e; x 0.45359237 / 1000 = 0.323854.
    assert rates.loc[("state", "AL"), "co2e_t_per_mwh"] == pytest.approx(0.323854, abs=1e-6)
    # AZNM 740.81 lb/MWh CO2: 0.336026 t; NOx 0.379 lb: 0.171912 kg.
    assert rates.loc[("subregion", "AZNM"), "co2_t_per_mwh"] == pytest.approx(0.336026, abs=1e-6)
    assert rates.loc[("subregion", "AZNM"), "nox_kg_per_mwh"] == pytest.approx(0.171912, abs=1e-6)
    assert (rates.index.get_level_values("area_type") == "country").sum() == 1


def test_a_utilitys_price_is_its_revenue_over_its_sales() -> None:
    prices = csv("retail_price_utility", ["eia_utility_id", "state_abbr", "part"])
    # Alaska Electric Light & Power 2023: 14,141.0 thousand USD over 124,527 MWh = 113.56 USD/MWh.
    assert prices.loc[(213, "AK", "A"), "industrial_price_usd_per_mwh"] == 113.56
    assert not prices.index.get_level_values("eia_utility_id").isin([88888, 99999]).any()
    assert "Behind the Meter" not in set(prices["ownership"])


def test_a_month_is_known_when_it_was_issued() -> None:
    table = pd.DataFrame({"year": [2024, 2023, 2022], "month": [1, 12, 6], "data_status": ["preliminary", "preliminary", "final"]})
    assert known_from(table).tolist() == ["2024-04-01", "2024-03-01", "2023-10-31"]


def test_summary_of_a_series_is_that_of_its_hours() -> None:
    hours = pd.read_parquet(DATASETS / "wholesale_price_hourly" / "wholesale_price_hourly.parquet")
    one = hours[(hours["series_id"] == "ercot_rt_west") & (hours["year"] == 2022)]
    steps = one["hour_utc"].diff().dropna()
    assert len(one) == 8760
    assert (steps == pd.Timedelta(hours=1)).all()
    summary = csv("wholesale_price_summary", ["series_id", "year"]).loc[("ercot_rt_west", 2022)]
    assert summary["mean_usd_per_mwh"] == pytest.approx(one["price_usd_per_mwh"].mean(), abs=0.005)
    assert summary["negative_hours_fraction"] == pytest.approx((one["price_usd_per_mwh"] < 0).mean(), abs=5e-5)
    assert set(one["known_from"]) == {"2023-01-01"}


def test_every_county_has_a_series_that_exists_or_none() -> None:
    counties = csv("price_series", ["county_fips"])
    series = set(csv("wholesale_price_summary", ["series_id", "year"]).index.get_level_values("series_id"))
    assert set(counties["series_id"].dropna()) <= series
    assert (counties["series_id"].isna() == (counties["quality"] == "none")).all()
    assert not ((counties["rto"] == "PJM") & (counties["quality"] == "own_hub")).any()


@pytest.mark.parametrize(
    ("county_fips", "rto", "series_id", "quality", "allowed", "utility_id"),
    [
        ("48441", "ERCOT", "ercot_rt_west", "own_hub", "true", 20404),  # Abilene: the wires of AEP Texas North
        ("48201", "ERCOT", "ercot_rt_houston", "own_hub", "true", 8901),  # Houston: CenterPoint
        ("47157", "none", "miso_rt_mississippi_hub", "state_proxy", "false", 12293),  # Memphis: its own utility, no market
        ("17031", "PJM", "miso_rt_illinois_hub", "state_proxy", "true", 4110),  # Chicago: no series of PJM
        ("51107", "PJM", None, "none", "unknown", 19876),  # Loudoun: choice in Virginia is limited
        ("36061", "NYISO", "nyiso_rt_j_new_york_city", "own_hub", "true", 4226),  # Manhattan: Consolidated Edison
    ],
)
def test_known_counties(county_fips: str, rto: str, series_id: str | None, quality: str, allowed: str, utility_id: int) -> None:
    county = csv("price_series", ["county_fips"]).loc[county_fips]
    assert (county["rto"], county["quality"], county["wholesale_allowed"]) == (rto, quality, allowed)
    assert county["wholesale_utility_id"] == utility_id
    assert (None if pd.isna(county["series_id"]) else county["series_id"]) == series_id


def test_a_utility_answers_by_what_it_delivers_and_where() -> None:
    table = pd.DataFrame(
        {"state_abbr": ["OH", "OH", "OH", "VA", "VA", "VA", "GA"], "delivered_mwh": [5.0, 0.0, None, 5.0, 0.0, None, None]}
    )
    # Ohio is open to all, Virginia has some choice since one utility delivers, Georgia has none, so that silence means no.
    assert wholesale_allowed(table).tolist() == ["true", "false", "unknown", "unknown", "false", "unknown", "false"]


def test_the_larger_utility_moves_a_county_of_texas_only() -> None:
    mapping = pd.DataFrame({"county_fips": ["48201", "48473", "22001"], "rto": ["MISO", "MISO", "MISO"]})
    utilities = pd.DataFrame(
        {
            "county_fips": ["48201", "48201", "48473", "48473", "22001"],
            "state_abbr": ["TX", "TX", "TX", "TX", "LA"],
            "rto": ["ERCOT", "MISO", "ERCOT", "MISO", "ERCOT"],
            "business_sales_mwh": [60.0, 20.0, 10.0, 20.0, 9.0],
            "utility_counties": [10, 10, 10, 10, 1],  # per county 6 against 2, 1 against 2, and one that is not in Texas
        }
    )
    assert county_markets(mapping, utilities).tolist() == ["ERCOT", "MISO", "MISO"]


@pytest.mark.parametrize(
    ("rto", "name", "lat", "lon", "hub"),
    [
        ("ERCOT", "Dallas County", 32.8, -96.8, "ercot_rt_north"),
        ("ERCOT", "Travis County", 30.3, -97.8, "ercot_rt_south"),
        ("CAISO", "Santa Clara County", 37.2, -121.7, "caiso_rt_np_15"),
        ("CAISO", "Kern County", 35.3, -118.7, "caiso_rt_zp_26"),
        ("NYISO", "St. Lawrence County", 44.5, -75.1, "nyiso_rt_d_north"),
        ("MISO", "Orleans County", 30.0, -89.9, None),
    ],
)
def test_hub_of_a_county(rto: str, name: str, lat: float, lon: float, hub: str | None) -> None:
    assert hub_in_market({"rto": rto, "county_name": name, "centroid_lat": lat, "centroid_lon": lon}) == hub


def test_a_countys_price_is_that_of_its_utilities() -> None:
    prices = csv("retail_price_county", ["county_fips"])
    # Memphis has one utility, which sells full service: its price, no spread.
    memphis = prices.loc["47157"]
    assert memphis["industrial_price_usd_per_mwh"] == memphis["industrial_price_min_usd_per_mwh"] == 69.79
    # Chicago: ComEd sold 1,349,827 MWh at 63.40 and delivered 25,358,007 MWh at 23.53 plus 57.07 for the energy of Illinois:
    # (1,349,827 x 63.40 + 25,358,007 x 80.60) / 26,707,834 = 79.73.
    assert prices.loc["17031", "industrial_price_usd_per_mwh"] == pytest.approx(79.73, abs=0.011)
    # Oncor's customers pay the mean of the retail providers of Texas, 67.05, the lowest in Dallas.
    assert prices.loc["48113", "industrial_price_min_usd_per_mwh"] == pytest.approx(67.05, abs=0.011)
    assert "texas_retail_providers" in prices.loc["48113", "industrial_method"]


def test_no_price_from_a_county_without_a_utility_but_the_states() -> None:
    prices = csv("retail_price_county", ["county_fips"])
    alone = prices["industrial_method"] == "state_average"
    assert alone.sum() == 61
    assert (prices.loc[alone, "industrial_price_usd_per_mwh"] == prices.loc[alone, "industrial_state_price_usd_per_mwh"]).all()
    assert prices.loc[alone, ["industrial_price_min_usd_per_mwh", "industrial_price_max_usd_per_mwh"]].isna().all(axis=None)


@needs_sources
def test_the_county_estimate_meets_the_one_collected_with_the_sources() -> None:
    # Made by others from the same form: the two agree to the cent they were rounded to.
    theirs = current_counties(read_source(SOURCES, "power/county_retail_price_2023.csv")).set_index("county_fips")
    ours = csv("retail_price_county", ["county_fips"])
    for sector in ("commercial", "industrial"):
        apart = (ours[f"{sector}_price_usd_per_mwh"] - theirs[f"{sector}_usd_per_mwh"]).abs()
        assert apart.max() < 0.011, apart.idxmax()
        assert apart.notna().all()
