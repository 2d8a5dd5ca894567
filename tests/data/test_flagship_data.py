"""The flagship takes from the datasets what is there: its figures are those of the tables, by the rules its README states."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.catalogue import counties, scenario_path, table

FLAGSHIP = scenario_path("xai-2024")
SITES = pd.read_csv(FLAGSHIP / "sites.csv", dtype={"county_fips": "str"}).set_index("site_id")
STATES = SITES["county_fips"].map(counties()["state_abbr"])


def rows(name: str) -> pd.DataFrame:
    frame = pd.read_csv(FLAGSHIP / f"{name}.csv")
    return frame.assign(county_fips=frame["site_id"].map(SITES["county_fips"]), state_abbr=frame["site_id"].map(STATES))


def test_construction_is_the_mean_times_the_index_of_the_county():
    modes = rows("modes")
    modes = modes[modes["capex_musd_per_mw"] > 0]
    mean = modes["mode"].map({"greenfield": 11.7, "retrofit": 8.0, "conversion": 8.0})
    index = modes["county_fips"].map(table("construction_cost").set_index("county_fips")["construction_cost_index"])
    assert len(modes) > 15
    assert modes["capex_musd_per_mw"].to_numpy() == pytest.approx((mean * index).to_numpy(), abs=0.0051)


def test_greenfield_land_is_200_acres_at_the_value_of_the_county():
    modes = rows("modes")
    modes = modes[modes["mode"] == "greenfield"]
    value = modes["county_fips"].map(table("land_value").set_index("county_fips")["land_median_usd_per_acre"])
    assert modes["land_musd"].to_numpy() == pytest.approx((200 * value / 1e6).to_numpy(), abs=0.06)


def test_power_is_the_mean_industrial_price_of_the_state_in_the_year_to_march_2024():
    monthly = table("retail_price_state_monthly")
    month = monthly["year"] * 100 + monthly["month"]
    year = monthly[(month >= 202304) & (month <= 202403)]
    mean = year.groupby("state_abbr")["industrial_price_usd_per_mwh"].mean()  # of the twelve months, unweighted
    tariffs = rows("tariffs")
    assert tariffs["energy_usd_per_mwh"].to_numpy() == pytest.approx(0.65 * tariffs["state_abbr"].map(mean).to_numpy(), abs=0.06)


def test_gas_is_the_industrial_price_of_the_state_in_2023():
    gas = rows("onsite_gas")
    prices = table("gas_price_state_annual")
    price = prices[prices["year"] == 2023].set_index("state_abbr")["industrial_price_usd_per_mmbtu"]
    assert gas["gas_usd_per_mmbtu"].to_numpy() == pytest.approx(gas["state_abbr"].map(price).to_numpy(), abs=0.0051)


def test_sales_tax_is_the_rate_of_the_state():
    rate = STATES.map(table("taxes").set_index("state_abbr")["sales_tax_fraction"])
    assert SITES["sales_tax_fraction"].to_numpy() == pytest.approx(rate.to_numpy(), abs=1e-6)
