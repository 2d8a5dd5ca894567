"""Counties with centroid, bounds, area and population, and the power regions and the utility they belong to."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.climate.derive import derive as climate
from datasets.deriving import current_counties, read_source, run, write_table
from datasets.topology import COUNTY_TOPOLOGY, Topology
from datasets.utility_county.derive import derive as utility_counties
from datasets.utility_county.markets import county_markets

MAPPED = {"rto": "rto", "ba_code": "balancing_authority", "egrid_subregion": "egrid_subregion", "egrid_method": "egrid_method",
          "reeds_zone_p134": "reeds_zone", "reeds_transreg": "transmission_region", "reeds_cendiv": "census_division"}  # fmt: skip
AUTHORITY = ("balancing_authority", "egrid_subregion", "egrid_method")
ERCOT = {"balancing_authority": "ERCO", "egrid_subregion": "ERCT", "egrid_method": "ba"}
COLUMNS = (
    *("county_fips", "county_name", "state_abbr", "lat", "lon", "lat_min", "lat_max", "lon_min", "lon_max", "state_name", "area_km2"),
    *(
        "population",
        "population_year",
        "rto",
        "balancing_authority",
        "authority_method",
        "utility_largest_id",
        "utility_largest",
        "egrid_subregion",
    ),
    *("egrid_method", "iecc_zone", "transmission_region", "reeds_zone", "census_division"),
)


def county_bounds(sources: Path) -> pd.DataFrame:
    """Bounds of every county's border in degrees, by code."""
    shapes = Topology(sources / COUNTY_TOPOLOGY).shapes("counties")
    bounds = pd.DataFrame.from_dict(
        {code: shape.bounds for code, shape in shapes.items()}, orient="index", columns=["lon_min", "lat_min", "lon_max", "lat_max"]
    )
    return bounds.round(4)


def power_regions(sources: Path) -> pd.DataFrame:
    """Regions of the mapping by county code, with the market that the datasets ``utility_county`` and ``price_series`` use."""
    mapping = current_counties(read_source(sources, "power/county_mapping.csv"))
    regions = mapping.set_index("county_fips")[list(MAPPED)].rename(columns=MAPPED)
    regions["rto"] = county_markets(mapping, utility_counties(sources))
    regions["balancing_authority"] = regions["balancing_authority"].replace("Missing", None)
    pacific = regions.index.str[:2].isin(("02", "15"))
    regions["census_division"] = regions["census_division"].mask(pacific, "Pacific").str.replace("_", " ")
    return regions


def largest_utilities(sources: Path) -> pd.DataFrame:
    """The utility with the most industrial sales per county of its territory (else commercial sales), id and name by county."""
    prices = current_counties(read_source(sources, "power/county_retail_price_2023.csv"))
    number = prices["industrial_largest_utility_id"].fillna(prices["commercial_largest_utility_id"]).astype("Int64")
    territory = read_source(sources, "power/service_territory_county_2023.csv")
    names = territory.drop_duplicates("eia_utility_id").set_index("eia_utility_id")["utility_name"]
    return pd.DataFrame({"utility_largest_id": number, "utility_largest": number.map(names)}).set_index(prices["county_fips"])


def authorities(sources: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Balancing authority and emission region: of the largest utility where it is in the county's market, else of the mapping.

    The mapping takes them from the utility with the largest sales anywhere, and so gives Grant (Washington) those of Avista.
    """
    utilities = current_counties(read_source(sources, "power/county_utility_ba_2018.csv")).rename(columns=MAPPED)
    utilities = utilities[utilities["balancing_authority"] != "Missing"].drop_duplicates(["county_fips", "eia_utility_id"])
    keys = pd.MultiIndex.from_arrays([table.index, table["utility_largest_id"]])
    own = utilities.set_index(["county_fips", "eia_utility_id"])[["rto", *AUTHORITY]].reindex(keys).set_axis(table.index)
    fits, in_ercot = own["rto"] == table["rto"], table["rto"] == "ERCOT"
    chosen = own[list(AUTHORITY)].where(fits, table[list(AUTHORITY)])
    chosen.loc[in_ercot, list(ERCOT)] = list(ERCOT.values())
    method = pd.Series("mapping", table.index).where(table["rto"].notna()).mask(fits, "utility").mask(in_ercot, "market")
    return chosen.assign(authority_method=method)


def derive(sources: Path) -> pd.DataFrame:
    """One row per county of the 2017 vintage whose border is drawn."""
    table = read_source(sources, "sites/counties.csv").set_index("county_fips")
    latest, census = table["population_2021_est"], table["population_2010_census_nri"]
    own = {
        **{"lat": table["centroid_lat"], "lon": table["centroid_lon"], "area_km2": table["polygon_area_sqkm"]},
        "population": latest.fillna(census).astype("Int64"),
        "population_year": pd.Series(2021, table.index).where(latest.notna(), 2010).where(census.notna()).astype("Int64"),
        "iecc_zone": climate(sources).set_index("county_fips")["iecc_zone"],
    }
    table = table[["county_name", "state_abbr", "state_name"]].assign(**own).join(county_bounds(sources), how="inner")
    table = table.join(power_regions(sources)).join(largest_utilities(sources))
    table = table.assign(**authorities(sources, table))
    return table.sort_index().rename_axis("county_fips").reset_index()[list(COLUMNS)]


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "counties.csv")


if __name__ == "__main__":
    run(main)
