"""Estimated retail price of commercial and industrial electricity in every county, 2023, with its spread over utilities."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import current_counties, read_source, run, write_table
from datasets.retail_price_county.utilities import utility_prices
from datasets.retail_price_state_annual.derive import derive as state_prices
from datasets.retail_price_utility.derive import derive as parts_of_bills
from datasets.utility_county.derive import derive as utility_counties

YEAR = 2023
SECTORS = ("commercial", "industrial")


def method_names(methods: pd.Series) -> str:
    """Names of the methods that the utilities of a county needed, in alphabetical order."""
    return ";".join(sorted(methods.unique()))


def county_means(territory: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Mean price of each county over its utilities, weighted by sales per county of their territory, and its spread."""
    table = territory.merge(prices, on=["eia_utility_id", "state_abbr"])
    table["weight_mwh"] = table["sales_mwh"] / table["utility_counties"]
    table["weighted"] = table["weight_mwh"] * table["price"]
    groups = table.groupby("county_fips")
    return pd.DataFrame(
        {
            "price": groups["weighted"].sum() / groups["weight_mwh"].sum(),
            "min": groups["price"].min(),
            "max": groups["price"].max(),
            "utilities": groups.size(),
            "method": groups["method"].agg(method_names),
        }
    )


def sector_columns(counties: pd.DataFrame, means: pd.DataFrame, sector: str) -> pd.DataFrame:
    """Columns of one sector; where no utility gives a price, that of the state."""
    found = means.reindex(counties.index)
    state = counties[f"{sector}_price_usd_per_mwh"]
    return pd.DataFrame(
        {
            f"{sector}_price_usd_per_mwh": found["price"].fillna(state).round(2),
            f"{sector}_price_min_usd_per_mwh": found["min"].round(2),
            f"{sector}_price_max_usd_per_mwh": found["max"].round(2),
            f"{sector}_utilities": found["utilities"].fillna(0).astype("int64"),
            f"{sector}_method": found["method"].fillna("state_average"),
            f"{sector}_state_price_usd_per_mwh": state,
        }
    )


def derive(sources: Path) -> pd.DataFrame:
    """One row per county; the figures are estimates, see the card."""
    states = state_prices(sources).query("year == @YEAR").set_index("state_abbr")
    counties = current_counties(read_source(sources, "power/county_mapping.csv"))
    counties = counties.set_index("county_fips")[["state"]].sort_index().join(states, on="state")
    territory, parts = utility_counties(sources), parts_of_bills(sources)
    means = {sector: county_means(territory, utility_prices(parts, sector)) for sector in SECTORS}
    keys = counties[["state"]].rename(columns={"state": "state_abbr"}).assign(year=YEAR)
    return keys.join([sector_columns(counties, means[sector], sector) for sector in SECTORS]).reset_index()


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "retail_price_county.csv")


if __name__ == "__main__":
    run(main)
