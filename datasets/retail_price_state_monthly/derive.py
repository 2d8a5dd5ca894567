"""Average retail prices of electricity by state and month, from Form EIA-861M."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

SECTORS = ("commercial", "industrial", "total")
PRELIMINARY_LAG_MONTHS = 3  # the Electric Power Monthly brings a month in the last week of the second month after it


def known_from(table: pd.DataFrame) -> pd.Series:
    """Day from which a row could be known: final figures come with the annual form, preliminary ones within three months."""
    month = pd.to_datetime({"year": table["year"], "month": table["month"], "day": 1})
    first_issue = month + pd.DateOffset(months=PRELIMINARY_LAG_MONTHS)
    revision = pd.to_datetime({"year": table["year"] + 1, "month": 10, "day": 31})
    return first_issue.where(table["data_status"] == "preliminary", revision).dt.strftime("%Y-%m-%d")


def derive(sources: Path) -> pd.DataFrame:
    """One row per state and month."""
    table = read_source(sources, "power/retail_price_state_monthly.csv")
    table = table.rename(columns={"state": "state_abbr"})
    table = table.rename(columns={f"{sector}_usd_per_mwh": f"{sector}_price_usd_per_mwh" for sector in SECTORS})
    table["known_from"] = known_from(table)
    figures = [f"{sector}_{measure}" for sector in SECTORS for measure in ("price_usd_per_mwh", "sales_mwh")]
    columns = ["state_abbr", "year", "month", *figures, "data_status", "known_from"]
    return table[columns].sort_values(["state_abbr", "year", "month"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "retail_price_state_monthly.csv")


if __name__ == "__main__":
    run(main)
