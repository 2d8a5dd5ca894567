"""Index of construction cost of the counties: EIA's location factors of power plants, as a stand-in for data centers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

COMPONENTS = {
    "cost_diff_combined_cycle": "combined_cycle_index",
    "cost_diff_combustion_turbine": "combustion_turbine_index",
    "cost_diff_battery": "battery_index",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per county with location factors; the index is the mean of the three components, 1 is the national base."""
    table = read_source(sources, "sites/county_construction_cost.csv").dropna(subset=list(COMPONENTS))
    components = (1 + table[list(COMPONENTS)].rename(columns=COMPONENTS)).round(4)
    index = components.mean(axis="columns").round(4).rename("construction_cost_index")
    return pd.concat([table["county_fips"], index, components], axis="columns").sort_values("county_fips", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "construction_cost.csv")


if __name__ == "__main__":
    run(main)
