"""Estimated retail price of commercial and industrial electricity in every county, 2023, with its spread over utilities."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import current_counties, read_source, run, write_table

SECTORS = ("commercial", "industrial")
METHODS = {
    "bundled": "bundled",
    "bundled + (delivery + state average energy-only price)": "bundled_and_delivered",
    "delivery + state average energy-only price": "delivered",
    "TX competitive area: state average retail-provider bundled price": "texas_retail_providers",
    "state average 2023 (no utility data)": "state_average",
}


def method_names(text: str) -> str:
    """Names of the methods that the utilities of a county needed, in alphabetical order."""
    return ";".join(sorted(METHODS[part] for part in text.split("; ")))


def sector_columns(table: pd.DataFrame, sector: str) -> pd.DataFrame:
    """Price, lowest and highest utility, number of utilities, method and state average of one sector."""
    return pd.DataFrame(
        {
            f"{sector}_price_usd_per_mwh": table[f"{sector}_usd_per_mwh"],
            f"{sector}_price_min_usd_per_mwh": table[f"{sector}_min_utility_usd_per_mwh"],
            f"{sector}_price_max_usd_per_mwh": table[f"{sector}_max_utility_usd_per_mwh"],
            f"{sector}_utilities": table[f"{sector}_n_utilities"],
            f"{sector}_method": table[f"{sector}_method"].map(method_names),
            f"{sector}_state_price_usd_per_mwh": table[f"state_{sector}_2023_usd_per_mwh"],
        }
    )


def derive(sources: Path) -> pd.DataFrame:
    """One row per county; the figures are estimates, see the card."""
    table = current_counties(read_source(sources, "power/county_retail_price_2023.csv"))
    keys = table[["county_fips", "state"]].rename(columns={"state": "state_abbr"}).assign(year=2023)
    sectors = [sector_columns(table, sector) for sector in SECTORS]
    return pd.concat([keys, *sectors], axis=1).sort_values("county_fips", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "retail_price_county.csv")


if __name__ == "__main__":
    run(main)
