"""Fair market value of land in the counties (model of private land sales), and farm real estate of their state beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

COLUMNS = {
    **{"county_fips": "county_fips", "n_points": "grid_points", "land_fmv_p10_usd_per_acre": "land_p10_usd_per_acre"},
    **{"land_fmv_median_usd_per_acre": "land_median_usd_per_acre", "land_fmv_p90_usd_per_acre": "land_p90_usd_per_acre"},
    "farm_real_estate_2017_usd_per_acre": "state_farm_2017_usd_per_acre",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per county that has a value of its own or of its state's farm land."""
    farms = read_source(sources, "sites/state_farm_real_estate_usda.csv")[["state_abbr", "farm_real_estate_2017_usd_per_acre"]]
    table = read_source(sources, "sites/county_land_value.csv").merge(farms, on="state_abbr", how="left")
    table = table[list(COLUMNS)].rename(columns=COLUMNS)
    table["grid_points"] = table["grid_points"].astype("Int64")
    valued = table[["land_median_usd_per_acre", "state_farm_2017_usd_per_acre"]].notna().any(axis="columns")
    return table[valued].sort_values("county_fips", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "land_value.csv")


if __name__ == "__main__":
    run(main)
