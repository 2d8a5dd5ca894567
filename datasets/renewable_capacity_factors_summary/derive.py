"""What each hourly series of solar and wind capacity factors looks like over 2024, and what is doubtful about it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

LEVELS = {
    "ok": "ok",
    "capacity lags new build (max>1)": "too high",
    "low: EIA-930 solar under-reported vs installed capacity": "too low",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per region and technology; ``level`` says where the mean is known to be off."""
    table = read_source(sources, "power/renewable_cf_summary_2024.csv")
    result = pd.DataFrame(
        {
            "region": table["region"],
            "technology": table["tech"],
            "year": 2024,
            "mean_capacity_mw": table["mean_capacity_mw"],
            "generation_gwh": (table["generation_twh"] * 1000).round(1),
            "capacity_factor": table["capacity_factor"],
            "p99_capacity_factor": table["p99_cf"],
            "maximum_unclipped_capacity_factor": table["max_hourly_cf"],
            "filled_hours": table["missing_hours_filled"],
            "level": table["quality"].map(LEVELS),
        }
    )
    return result.sort_values(["region", "technology"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "renewable_capacity_factors_summary.csv")


if __name__ == "__main__":
    run(main)
