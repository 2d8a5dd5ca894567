"""Natural gas prices of industrial customers by state and year, from EIA."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table


def census_divisions(sources: Path) -> pd.Series:
    """Census division of every state, as the projections name them; Alaska and Hawaii are Pacific."""
    mapping = read_source(sources, "power/county_mapping.csv").dropna(subset=["reeds_cendiv"])
    divisions = mapping.groupby("state")["reeds_cendiv"].agg(lambda names: names.mode().iloc[0])
    return pd.concat([divisions, pd.Series({"AK": "Pacific", "HI": "Pacific"})]).str.lower()


def derive(sources: Path) -> pd.DataFrame:
    """One row per state and year; a price that EIA withholds is blank."""
    table = read_source(sources, "power/natural_gas_price_state_annual.csv")
    table = table.rename(columns={
        "state": "state_abbr", "industrial_usd_per_mcf": "industrial_price_usd_per_mcf",
        "industrial_usd_per_mmbtu": "industrial_price_usd_per_mmbtu",
    })  # fmt: skip
    table["census_division"] = table["state_abbr"].map(census_divisions(sources))
    table["known_from"] = (table["year"] + 1).astype(str) + "-04-30"
    prices = ["industrial_price_usd_per_mmbtu", "industrial_price_usd_per_mcf"]
    columns = ["state_abbr", "year", "census_division", *prices, "known_from"]
    return table[columns].sort_values(["state_abbr", "year"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "gas_price_state_annual.csv")


if __name__ == "__main__":
    run(main)
