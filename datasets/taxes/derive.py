"""State taxes: sales tax, top corporate income tax, and gross receipts tax where a state has one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

# States whose rate holds a local part that is the same everywhere in the state.
UNIFORM_LOCAL = ("CA", "UT", "VA")


def derive(sources: Path) -> pd.DataFrame:
    """One row per state and the District of Columbia; rates are fractions."""
    table = read_source(sources, "sites/state_taxes.csv")
    taxes = {
        "state_abbr": table["state_abbr"],
        "sales_tax_fraction": (table["state_sales_tax_rate_pct_2025"] / 100).round(6),
        "sales_tax_holds_local_part": table["state_abbr"].isin(UNIFORM_LOCAL),
        "corporate_income_tax_top_fraction": table["corporate_income_tax_top_rate_2024"],
        "gross_receipts_tax_fraction": table["gross_receipts_tax_rate_used"],
    }
    return pd.DataFrame(taxes).sort_values("state_abbr", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "taxes.csv")


if __name__ == "__main__":
    run(main)
