"""The flagship takes from the datasets what is there: filled when it is read, or figures of the tables by the rules of its README."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from optimizer.core.instance import Instance
from optimizer.data.catalogue import counties, scenario_path, table
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites

FLAGSHIP = scenario_path("xai-2024")
SITES = pd.read_csv(FLAGSHIP / "sites.csv", dtype={"county_fips": "str"}).set_index("site_id")
STATES = SITES["county_fips"].map(counties()["state_abbr"])


def rows(name: str) -> pd.DataFrame:
    frame = pd.read_csv(FLAGSHIP / f"{name}.csv")
    return frame.assign(county_fips=frame["site_id"].map(SITES["county_fips"]), state_abbr=frame["site_id"].map(STATES))


@cache
def flagship() -> Instance:
    return assemble(read_scenario(FLAGSHIP, (), fill_sites))


def test_construction_is_the_mean_times_the_index_of_the_county():
    index = table("construction_cost").set_index("county_fips")["construction_cost_index"]
    mean = {"greenfield": 11.7, "retrofit": 8.0, "conversion": 8.0, "build_to_suit": 0.0, "colocation": 0.0}
    filled = {(site.site_id, mode.mode): mode.capex_musd_per_mw for site in flagship().sites for mode in site.modes}
    expected = {key: mean[key[1]] * index[SITES.loc[key[0], "county_fips"]] for key in filled}
    assert len(filled) == 23
    assert filled == pytest.approx(expected, abs=0.0051)
    # Shelby County 1.0043: 8.0 x 1.0043 = 8.03; Storey County 1.1398: 11.7 x 1.1398 = 13.34.
    assert (filled["memphis", "retrofit"], filled["giga_nevada", "greenfield"]) == (8.03, 13.34)


def test_what_is_filled_is_marked_with_source_and_day():
    filled = [one for one in flagship().assumptions if "filled: " in one.source]
    # 17 owned halls, 30 offers of gas and the grids of 22 sites; nothing else is left to the datasets.
    assert sorted({(one.column, sum(other.column == one.column for other in filled)) for one in filled}) == [
        ("capex_musd_per_mw", 17), ("gas_usd_per_mmbtu", 30), ("grid_t_per_mwh", 22),
    ]
    assert {(one.column, one.kind, one.quality, one.as_of) for one in filled} == {
        ("capex_musd_per_mw", "assumption", "secondary", "2024-05-31"), ("gas_usd_per_mmbtu", "fact", "primary", "2024-04-30"),
        ("grid_t_per_mwh", "later_measure", "primary", "2025-01-31"),
    }
    assert all(one.source.startswith(("https://www.eia.gov/", "https://www.epa.gov/")) for one in filled)


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
    tariffs = tariffs[tariffs["kind"] == "firm"]  # the index has hourly prices
    assert tariffs["energy_usd_per_mwh"].to_numpy() == pytest.approx(0.65 * tariffs["state_abbr"].map(mean).to_numpy(), abs=0.06)


def test_gas_is_the_industrial_price_of_the_state_in_2023():
    prices = table("gas_price_state_annual")
    price = prices[prices["year"] == 2023].set_index("state_abbr")["industrial_price_usd_per_mmbtu"]
    filled = {(site.site_id, gas.contract_id): gas.gas_usd_per_mmbtu for site in flagship().sites for gas in site.onsite_gas}
    assert len(filled) == 30
    assert filled == pytest.approx({key: price[STATES[key[0]]] for key in filled}, abs=0.0051)
    # Tennessee: 5.51 USD/Mcf over 1.037 MMBtu/Mcf = 5.313. The dearer price of 2022 is 7.715, that of 2024 is withheld.
    assert filled["memphis", "gas_temporary"] == 5.31


def test_sales_tax_is_the_rate_of_the_state():
    rate = STATES.map(table("taxes").set_index("state_abbr")["sales_tax_fraction"])
    assert SITES["sales_tax_fraction"].to_numpy() == pytest.approx(rate.to_numpy(), abs=1e-6)
