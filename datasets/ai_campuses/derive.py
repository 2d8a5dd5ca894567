"""Campuses for AI with place, power and dates, from Epoch AI's Frontier Data Centers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

COLUMNS = {
    **{"name": "campus", "owner": "owner", "users": "users", "energy_companies": "energy_companies", "country": "country"},
    **{"address": "address", "lat": "lat", "lon": "lon", "location_precision": "location_precision", "county_fips": "county_fips"},
    **{"power_mw_as_of_2026_05": "facility_power_mw", "h100_equivalents_as_of_2026_05": "h100_equivalents"},
    **{"capital_cost_musd_2025": "capital_cost_musd_2025", "first_observed_construction_date": "construction_date"},
    **{"first_power_date": "first_power_date", "first_power_mw": "first_power_mw"},
    **{"first_row_already_powered": "powered_when_first_seen", "first_power_is_projection": "first_power_is_projection"},
    **{"lead_time_observed": "lead_time_observed", "months_construction_to_first_power": "construction_to_first_power_months"},
    **{"max_power_date": "max_power_date", "max_power_mw": "max_power_mw", "facility_mw_per_it_mw": "facility_ratio"},
    **{"months_to_50mw": "to_50mw_months", "months_to_100mw": "to_100mw_months", "months_to_300mw": "to_300mw_months"},
}
SPELLING = {"Coreweave": "CoreWeave", "Google Deepmind": "Google DeepMind", "Softbank": "SoftBank"}
SUSPECT = {"SUSPECT_address_in_epoch_says_goodyear_az": "suspect_address"}


def derive(sources: Path) -> pd.DataFrame:
    """One row per campus, as the snapshot of May 2026 has it."""
    table = read_source(sources, "sites/ai_campuses_epoch.csv")
    table = table.replace({"owner": SPELLING, "users": SPELLING, "location_precision": SUSPECT})
    measured = ~table["first_row_already_powered"] & ~table["first_power_is_projection"]
    table = table.assign(
        lead_time_observed=measured & table["months_construction_to_first_power"].notna(),
        capital_cost_musd_2025=(table["capital_cost_2025_usd_bn_as_of_2026_05"] * 1000).round(1),
        h100_equivalents_as_of_2026_05=table["h100_equivalents_as_of_2026_05"].round().astype("Int64"),
    )
    return table[list(COLUMNS)].rename(columns=COLUMNS).sort_values("campus", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "ai_campuses.csv")


if __name__ == "__main__":
    run(main)
