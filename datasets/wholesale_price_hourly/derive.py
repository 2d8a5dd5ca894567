"""Hourly wholesale prices of the market hubs in 2022 and 2024, as EIA collected them from the markets, gaps filled."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

YEARS = (2022, 2024)
UNIT = "_usd_per_mwh"


def year_rows(sources: Path, year: int) -> pd.DataFrame:
    """All series of one year, one row per series and hour."""
    table = read_source(sources, f"power/lmp_hourly_{year}_gapfilled.csv")
    rows = table.melt("utc_hour_beginning", var_name="series_id", value_name="price_usd_per_mwh")
    rows["series_id"] = rows["series_id"].str.removesuffix(UNIT)
    rows["hour_utc"] = pd.to_datetime(rows["utc_hour_beginning"], utc=True).astype("datetime64[ms, UTC]")
    return rows.assign(year=year, known_from=f"{year + 1}-01-01")


def derive(sources: Path) -> pd.DataFrame:
    """One row per series and hour, hours without a gap; texts as categories, so that the file stays small."""
    rows = pd.concat([year_rows(sources, year) for year in YEARS], ignore_index=True)
    rows = rows.astype({"series_id": "category", "known_from": "category", "year": "int16"})
    columns = ["series_id", "year", "hour_utc", "price_usd_per_mwh", "known_from"]
    return rows[columns].sort_values(["series_id", "hour_utc"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "wholesale_price_hourly.parquet")


if __name__ == "__main__":
    run(main)
