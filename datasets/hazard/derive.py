"""Natural hazard of the counties: scores and expected annual losses of FEMA's National Risk Index, edition of November 2021."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

COLUMNS = {
    **{"county_fips": "county_fips", "nri_risk_score_0_100": "risk_score", "nri_risk_rating": "risk_rating"},
    **{"nri_eal_score_0_100": "expected_loss_score", "nri_eal_rating": "expected_loss_rating"},
    **{"expected_annual_loss_total_usd": "expected_annual_loss_usd"},
    **{"expected_annual_loss_buildings_usd": "expected_annual_loss_buildings_usd", "building_value_usd": "building_value_usd"},
    "eal_building_loss_rate_per_1000_usd": "building_loss_usd_per_1000_usd_year",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per county of the 50 states and the District of Columbia."""
    known = set(read_source(sources, "sites/counties.csv")["county_fips"])
    table = read_source(sources, "sites/county_hazard_fema_nri.csv")
    table = table[table["county_fips"].isin(known)][list(COLUMNS)].rename(columns=COLUMNS)
    scores = {"risk_score": 3, "expected_loss_score": 3, "expected_annual_loss_usd": 0, "expected_annual_loss_buildings_usd": 0}
    return table.round(scores).sort_values("county_fips", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "hazard.csv")


if __name__ == "__main__":
    run(main)
