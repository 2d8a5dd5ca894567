"""Which utilities serve which county, and whether a large customer of each may buy at a wholesale price."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import current_counties, read_source, run, write_table
from datasets.retail_price_utility.derive import derive as utility_prices
from datasets.utility_county.markets import markets_of_utilities

# States where any large customer may choose its supplier; elsewhere deliveries for others are capped, closed or special cases.
OPEN_STATES = {"CT", "DC", "DE", "IL", "MA", "MD", "ME", "NH", "NJ", "NY", "OH", "PA", "RI", "TX"}
KEYS = ["eia_utility_id", "state_abbr"]


def utilities(sources: Path) -> pd.DataFrame:
    """One row per utility and state: ownership, balancing authorities, business sales, business sales delivered for others."""
    prices = utility_prices(sources)
    prices = prices[prices["part"].isin(["A", "C"])]  # B and D are sold by marketers over the wires of a utility of C
    prices["business_sales_mwh"] = prices[["commercial_sales_mwh", "industrial_sales_mwh"]].sum(axis=1)
    prices["delivered_mwh"] = prices["business_sales_mwh"].where(prices["part"] == "C", 0.0)
    groups = prices.groupby(KEYS)
    first = groups[["ownership", "ba_codes"]].first()
    return first.join(groups[["business_sales_mwh", "delivered_mwh"]].sum()).reset_index()


def wholesale_allowed(table: pd.DataFrame) -> pd.Series:
    """``true``, ``false`` or ``unknown`` for the utility of every row.

    True: the utility delivers energy of other suppliers to businesses, in a state open to all. Unknown: it does so in a state that
    limits choice, or it filed the short form, which does not tell, in a state with some choice. Else false.
    """
    delivers = table["delivered_mwh"] > 0
    is_open = table["state_abbr"].isin(OPEN_STATES)
    some_choice = table["state_abbr"].isin(OPEN_STATES | set(table.loc[delivers, "state_abbr"]))
    silent = table["delivered_mwh"].isna() & some_choice
    answer = pd.Series("false", index=table.index)
    return answer.mask(delivers & is_open, "true").mask((delivers & ~is_open) | silent, "unknown")


def authorities_2018(sources: Path) -> pd.DataFrame:
    """Balancing authority and market of each utility in each county, territories of 2018; no row where the authority is missing."""
    table = current_counties(read_source(sources, "power/county_utility_ba_2018.csv"))
    table = table.loc[table["ba_code"].notna() & (table["ba_code"] != "Missing"), ["eia_utility_id", "county_fips", "ba_code", "rto"]]
    return table.drop_duplicates(["eia_utility_id", "county_fips"])


def derive(sources: Path) -> pd.DataFrame:
    """One row per utility and county of its territory in 2023."""
    territory = read_source(sources, "power/service_territory_county_2023.csv").dropna(subset=["county_fips"])
    territory = territory.rename(columns={"state": "state_abbr"})
    territory["utility_counties"] = territory.groupby(KEYS)["county_fips"].transform("size")
    table = current_counties(territory)
    table = table.merge(utilities(sources), on=KEYS, how="left", validate="many_to_one")
    table = table.merge(authorities_2018(sources), on=["eia_utility_id", "county_fips"], how="left", validate="one_to_one")
    single = table["ba_codes"].where(~table["ba_codes"].str.contains(";", na=True) & (table["ba_codes"] != ""))
    table["balancing_authority"] = table["ba_code"].fillna(single)
    table["rto"] = markets_of_utilities(table)
    table["form"] = table["short_form"].map({"Y": "short"}).fillna("long")
    table["wholesale_allowed"] = wholesale_allowed(table)
    columns = ["eia_utility_id", "county_fips", "state_abbr", "utility_name", "ownership", "form", "balancing_authority", "rto",
               "utility_counties", "business_sales_mwh", "wholesale_allowed"]  # fmt: skip
    return table[columns].sort_values(["eia_utility_id", "county_fips"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "utility_county.csv")


if __name__ == "__main__":
    run(main)
