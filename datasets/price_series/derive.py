"""The hourly wholesale price series of every county, how well it fits, and whether a customer there may buy at it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import current_counties, read_source, run, write_table
from datasets.price_series.hubs import hub_in_market
from datasets.utility_county.derive import derive as utility_counties
from datasets.utility_county.markets import county_markets

# Neighbours of PJM's west, for whose own hubs no series may be redistributed.
PJM_NEIGHBOURS = {"IL": "miso_rt_illinois_hub", "IN": "miso_rt_indiana_hub", "OH": "miso_rt_indiana_hub",
                  "MI": "miso_rt_indiana_hub", "KY": "miso_rt_indiana_hub"}  # fmt: skip

OPENNESS = {"true": 0, "unknown": 1, "false": 2}


def by_market_and_state(sources: Path) -> pd.DataFrame:
    """Series of each market and state: a neighbour's hub is a proxy, and PJM's own series is not among the tables."""
    table = read_source(sources, "power/rto_state_to_lmp_series.csv")
    own = ~table["basis"].str.contains("PROXY|nearest hub")
    result = table.assign(series_id=table["lmp_series"], quality=own.map({True: "own_hub", False: "state_proxy"}))
    result["basis"] = result["basis"].replace({
        "same state": "hub of the state", "only hub available": "only hub of the market with a series",
        "SPP north (judgement)": "northern hub of the market", "SPP south (judgement)": "southern hub of the market",
        "nearest hub (judgement)": "nearest hub of the market",
    })  # fmt: skip
    result["basis"] = result["basis"].where(result["rto"] != "none", "no market: shape of a neighbour hub only, not its level")
    return result.loc[result["rto"] != "PJM", ["rto", "state", "series_id", "quality", "basis"]]


def with_neighbours(table: pd.DataFrame) -> pd.DataFrame:
    """PJM's counties with the hub of a neighbour in the west; what has no series yet has none."""
    neighbour = table["state"].map(PJM_NEIGHBOURS).where(table["rto"] == "PJM")
    found = neighbour.notna()
    table["series_id"] = table["series_id"].fillna(neighbour)
    table["quality"] = table["quality"].mask(found, "state_proxy").fillna("none")
    table["basis"] = table["basis"].mask(found, "nearest hub of the neighbour market MISO").fillna("no series")
    return table


def wholesale_answers(utilities: pd.DataFrame) -> pd.DataFrame:
    """The most open answer among the utilities of each county, the utility that gives it, and how many there are.

    Of several with the same answer the one with the largest business sales per county of its territory is named.
    """
    table = utilities.assign(weight=(utilities["business_sales_mwh"] / utilities["utility_counties"]).fillna(0.0))
    table["openness"] = table["wholesale_allowed"].map(OPENNESS)
    table = table.sort_values(["county_fips", "openness", "weight", "eia_utility_id"], ascending=[True, True, False, True])
    first = table.groupby("county_fips").first()
    return pd.DataFrame(
        {
            "wholesale_allowed": first["wholesale_allowed"],
            "wholesale_utility_id": first["eia_utility_id"].astype("Int64"),
            "wholesale_utility_name": first["utility_name"],
            "utilities": table.groupby("county_fips").size().astype("Int64"),
            "utilities_allowing": (table["openness"] == OPENNESS["true"]).groupby(table["county_fips"]).sum().astype("Int64"),
        }
    ).reset_index()


def county_series(sources: Path, utilities: pd.DataFrame) -> pd.DataFrame:
    """Market, series, quality and basis of every county."""
    counties = current_counties(read_source(sources, "power/county_mapping.csv"))[["county_fips", "state", "county_name", "rto"]]
    counties["rto"] = county_markets(counties, utilities).to_numpy()
    places = read_source(sources, "sites/counties.csv")[["county_fips", "centroid_lat", "centroid_lon"]]
    table = counties.merge(places, on="county_fips", validate="one_to_one")
    table = with_neighbours(table.merge(by_market_and_state(sources), on=["rto", "state"], how="left", validate="many_to_one"))
    hubs = table.apply(hub_in_market, axis=1)
    table["series_id"] = hubs.fillna(table["series_id"])
    table["basis"] = table["basis"].mask(hubs.notna(), "hub of the part of the market that holds the county, our assignment")
    return table.rename(columns={"state": "state_abbr"})


def derive(sources: Path) -> pd.DataFrame:
    """One row per county of the states and the District of Columbia."""
    utilities = utility_counties(sources)
    table = county_series(sources, utilities)
    table = table.merge(wholesale_answers(utilities), on="county_fips", how="left", validate="one_to_one")
    table["wholesale_allowed"] = table["wholesale_allowed"].fillna("unknown")
    columns = ["county_fips", "state_abbr", "rto", "series_id", "quality", "basis", "wholesale_allowed", "wholesale_utility_id",
               "wholesale_utility_name", "utilities", "utilities_allowing"]  # fmt: skip
    return table[columns].sort_values("county_fips", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "price_series.csv")


if __name__ == "__main__":
    run(main)
