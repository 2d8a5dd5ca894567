"""Projected natural gas prices of power plants by census division, from EIA's Annual Energy Outlook 2026."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

CASES = {
    "AEO2026 baseline": "baseline",
    "AEO2026 high oil and gas supply": "high_supply",
    "AEO2026 low oil and gas supply": "low_supply",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per census division, case and year."""
    table = read_source(sources, "power/natural_gas_electric_sector_aeo2026.csv")
    result = pd.DataFrame(
        {
            "census_division": table["census_division"].str.lower(),
            "case": table["scenario"].map(CASES),
            "year": table["year"],
            "price_usd2025_per_mmbtu": table["usd2025_per_mmbtu"].round(4),
        }
    )
    return result.sort_values(["census_division", "case", "year"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "gas_price_projection.csv")


if __name__ == "__main__":
    run(main)
