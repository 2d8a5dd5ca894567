"""Average retail prices of electricity by state and year, from Form EIA-861."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

SECTORS = ("commercial", "industrial", "total")


def derive(sources: Path) -> pd.DataFrame:
    """One row per state and year; ``known_from`` is the last day of the October in which EIA issues the final figures."""
    table = read_source(sources, "power/retail_price_state_annual.csv")
    table = table.rename(columns={"state": "state_abbr"})
    table = table.rename(columns={f"{sector}_usd_per_mwh": f"{sector}_price_usd_per_mwh" for sector in SECTORS})
    table["known_from"] = (table["year"] + 1).astype(str) + "-10-31"
    measures = ("price_usd_per_mwh", "sales_mwh", "customers")
    columns = ["state_abbr", "year", *(f"{sector}_{measure}" for sector in SECTORS for measure in measures), "known_from"]
    return table[columns].sort_values(["state_abbr", "year"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "retail_price_state_annual.csv")


if __name__ == "__main__":
    run(main)
