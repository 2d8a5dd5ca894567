"""Terms that utilities ask of very large new customers, as the press and the commissions reported them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

# utility of the source: (utility, status, in force from, known from); a proposal is known from the day its decision was expected.
DATES = {
    "AEP Ohio": ("AEP Ohio", "approved", "2025-07-23", "2025-07-09"),
    "DTE Electric": ("DTE Electric", "approved with conditions", None, "2025-12-18"),
    "Dominion Energy Virginia": ("Dominion Energy Virginia", "approved", "2027-01-01", "2025-11-25"),
    "TVA (via MLGW and other local power companies)": ("Tennessee Valley Authority", "proposed", None, "2026-08-20"),
}
FIGURES = {
    "min_load_mw": "load_from_mw",
    "minimum_take_fraction": "minimum_take_fraction",
    "minimum_td_fraction": "minimum_delivery_demand_fraction",
    "minimum_generation_fraction": "minimum_generation_demand_fraction",
    "min_load_factor": "load_factor_from_fraction",
    "contract_term_years": "term_years",
    "load_ramp_years": "ramp_years",
    "exit_fee": "exit_terms",
    "other": "other_terms",
    "quoted_at": "quoted_at",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per tariff; what no report gave is blank."""
    table = read_source(sources, "power/large_load_tariff_terms.csv").rename(columns={"state": "state_abbr", **FIGURES})
    names = ["utility", "status", "in_force_from", "known_from"]
    dated = pd.DataFrame([DATES[utility] for utility in table["utility"]], columns=names, index=table.index)
    table = table.drop(columns=["utility", "status"]).join(dated)
    columns = ["utility", "state_abbr", "rto", "tariff", "status", "in_force_from", *FIGURES.values(), "known_from"]
    return table[columns].sort_values(["utility", "tariff"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "large_load_tariffs.csv")


if __name__ == "__main__":
    run(main)
