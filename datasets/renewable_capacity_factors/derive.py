"""Hourly capacity factors of solar and wind fleets in 2024 by region of the EIA-930 grid monitor."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table


def derive(sources: Path) -> pd.DataFrame:
    """One row per region, technology and hour."""
    table = read_source(sources, "power/renewable_cf_hourly_2024.csv")
    rows = table.melt("utc_hour_beginning", var_name="series", value_name="capacity_factor")
    names = rows["series"].str.extract(r"^(?P<region>[a-z]+)_(?P<technology>solar|wind)_cf$")
    rows["region"] = names["region"].str.upper().astype("category")
    rows["technology"] = names["technology"].astype("category")
    rows["hour_utc"] = pd.to_datetime(rows["utc_hour_beginning"], utc=True).astype("datetime64[ms, UTC]")
    columns = ["region", "technology", "hour_utc", "capacity_factor"]
    return rows[columns].sort_values(["region", "technology", "hour_utc"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "renewable_capacity_factors.parquet")


if __name__ == "__main__":
    run(main)
