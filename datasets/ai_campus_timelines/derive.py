"""Dated steps of the AI campuses: buildings, power and compute in service, from Epoch AI's Frontier Data Centers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.dating import EPOCH_SNAPSHOT
from datasets.deriving import read_source, run, write_table

COLUMNS = (
    *("campus", "date", "is_projection", "known_from", "buildings_operational", "it_power_mw", "facility_power_mw"),
    *("h100_equivalents", "capital_cost_musd_2025", "compute_cost_musd_2025", "construction_cost_musd_2025", "observation"),
)


def derive(sources: Path) -> pd.DataFrame:
    """One row per campus and date; what lies after the snapshot is a projection made at it.

    All rows are known from the snapshot: when a step was seen is not said, and some were inferred from later images.
    """
    table = read_source(sources, "sites/ai_campus_timelines_epoch.csv").rename(columns={"name": "campus"})
    parts = ("capital", "compute", "construction")
    costs = {f"{part}_cost_musd_2025": (table[f"{part}_cost_2025_usd_bn"] * 1000).round(1) for part in parts}
    table = table.assign(
        **costs,
        is_projection=table["date"] > EPOCH_SNAPSHOT,
        known_from=EPOCH_SNAPSHOT,
        buildings_operational=table["buildings_operational"].astype("Int64"),
        h100_equivalents=table["h100_equivalents"].round().astype("Int64"),
        observation=table["construction_status"].str.split().str.join(" "),
    )
    return table[list(COLUMNS)].sort_values(["campus", "date"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "ai_campus_timelines.csv")


if __name__ == "__main__":
    run(main)
