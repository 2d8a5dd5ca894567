"""Cost and performance of power plants and batteries, from NREL's Annual Technology Baseline 2024."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

TECHNOLOGIES = {
    "Gas-CC": "gas_combined_cycle",
    "Gas-CC_H_1x1": "gas_combined_cycle_h_1x1",
    "Gas-CC_H_2x1": "gas_combined_cycle_h_2x1",
    "Gas-CT": "gas_combustion_turbine",
    "Gas-CT_aero": "gas_combustion_turbine_aero",
    "battery_li": "battery_lithium_ion",
    "onshore_wind_115hh_170rd": "onshore_wind",
    "utility_pv": "utility_solar",
}
FIGURES = {
    "capex_usd_per_kw": "capex_usd2022_per_kw",
    "capex_usd_per_kwh": "capex_usd2022_per_kwh",
    "fom_usd_per_kw_yr": "fixed_cost_usd2022_per_kw_year",
    "fom_usd_per_kwh_yr": "fixed_cost_usd2022_per_kwh_year",
    "vom_usd_per_mwh": "variable_cost_usd2022_per_mwh",
    "heat_rate_mmbtu_per_mwh": "heat_rate_mmbtu_per_mwh",
    "round_trip_efficiency": "round_trip_efficiency",
}


def derive(sources: Path) -> pd.DataFrame:
    """One row per technology, case and year in which the plant enters service."""
    table = read_source(sources, "power/generation_costs_atb2024.csv")
    result = table.rename(columns={"scenario": "case", **FIGURES})
    result["technology"] = table["technology"].map(TECHNOLOGIES)
    result[list(FIGURES.values())] = result[list(FIGURES.values())].round(4)
    columns = ["technology", "case", "year", *FIGURES.values()]
    return result[columns].sort_values(["technology", "case", "year"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "generation_costs.csv")


if __name__ == "__main__":
    run(main)
