"""What each hourly wholesale price series looks like over a year: mean, spread, extremes, share of hours observed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

YEARS = (2022, 2024)
UNIT = "_usd_per_mwh"
QUANTILES = {"p01": 0.01, "p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95, "p99": 0.99}
MARKETS = {"caiso": "CAISO", "ercot": "ERCOT", "isone": "ISONE", "miso": "MISO", "nyiso": "NYISO", "spp": "SPP"}
SETTLEMENTS = {"rt": "real_time", "da": "day_ahead"}


def year_rows(sources: Path, year: int) -> pd.DataFrame:
    """One row per series of the year, from its filled hours."""
    prices = read_source(sources, f"power/lmp_hourly_{year}_gapfilled.csv").drop(columns="utc_hour_beginning")
    prices.columns = prices.columns.str.removesuffix(UNIT)
    statistics = {"mean": prices.mean(), "standard_deviation": prices.std(), "minimum": prices.min()}
    statistics |= {name: prices.quantile(share) for name, share in QUANTILES.items()}
    table = pd.DataFrame({f"{name}_usd_per_mwh": values.round(2) for name, values in statistics.items()})
    table["maximum_usd_per_mwh"] = prices.max()
    table["negative_hours_fraction"] = (prices < 0).mean().round(4)
    return table.rename_axis("series_id").reset_index().assign(year=year, hours=len(prices), known_from=f"{year + 1}-01-01")


def derive(sources: Path) -> pd.DataFrame:
    """One row per series and year; ``observed_fraction`` is the share of hours that the market's file held before filling."""
    table = pd.concat([year_rows(sources, year) for year in YEARS], ignore_index=True)
    observed = read_source(sources, "power/lmp_hub_annual_summary.csv").rename(columns={"series": "series_id"})
    observed = observed.rename(columns={"coverage_fraction": "observed_fraction"})
    table = table.merge(observed[["series_id", "year", "observed_fraction"]], on=["series_id", "year"], validate="one_to_one")
    parts = table["series_id"].str.split("_", n=2, expand=True)
    table = table.assign(market=parts[0].map(MARKETS), settlement=parts[1].map(SETTLEMENTS), hub=parts[2])
    first = ["series_id", "year", "market", "settlement", "hub", "hours", "observed_fraction"]
    figures = [column for column in table.columns if column not in {*first, "known_from"}]
    return table[[*first, *figures, "known_from"]].sort_values(["series_id", "year"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "wholesale_price_summary.csv")


if __name__ == "__main__":
    run(main)
