"""Baseline water stress of the states: rank and category of WRI's Aqueduct 3.0."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

COLUMNS = {
    **{"state_abbr": "state_abbr", "rank_most_stressed_first": "stress_rank", "wri_category": "stress_category"},
    "category_code_1_5": "stress_level",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per ranked state, the District of Columbia among them; Hawaii is not ranked."""
    table = read_source(sources, "sites/state_water_stress_wri2019.csv")
    return table[list(COLUMNS)].rename(columns=COLUMNS).sort_values("state_abbr", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "water_stress.csv")


if __name__ == "__main__":
    run(main)
