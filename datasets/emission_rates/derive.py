"""Emission rates and the mix of generation by eGRID subregion, by state and for the country, from EPA's eGRID2023."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

KG_PER_LB = 0.45359237  # exact, by definition of the pound
COUNTRY = "U.S."
TONNES = {"co2_lb_per_mwh": "co2_t_per_mwh", "co2e_lb_per_mwh": "co2e_t_per_mwh",
          "nonbaseload_co2_lb_per_mwh": "nonbaseload_co2_t_per_mwh",
          "nonbaseload_co2e_lb_per_mwh": "nonbaseload_co2e_t_per_mwh"}  # fmt: skip
KILOGRAMS = {f"{gas}_lb_per_mwh": f"{gas}_kg_per_mwh" for gas in ("ch4", "n2o", "nox", "so2")}
FUELS = ("coal", "oil", "gas", "other_fossil", "nuclear", "hydro", "biomass", "wind", "solar", "geothermal", "other")


def area_rows(table: pd.DataFrame, kind: str, column: str) -> pd.DataFrame:
    """Rows of one source table under the columns ``area_type`` and ``area``; the country's row is named ``US``."""
    table = table.rename(columns={column: "area"})
    country = table["area"] == COUNTRY
    return table.assign(area_type=country.map({True: "country", False: kind}), area=table["area"].where(~country, "US"))


def derive(sources: Path) -> pd.DataFrame:
    """One row per area, metric units; the country once, from the subregion file, which has its non-baseload rate too."""
    subregions = area_rows(read_source(sources, "power/egrid2023_subregion.csv"), "subregion", "egrid_subregion")
    states = area_rows(read_source(sources, "power/egrid2023_state.csv"), "state", "state")
    table = pd.concat([subregions, states[states["area_type"] == "state"]], ignore_index=True)
    table = table.rename(columns={"subregion_name": "area_name"})
    tonnes = pd.DataFrame({new: (table[old] * KG_PER_LB / 1000).round(6) for old, new in TONNES.items()})
    kilograms = pd.DataFrame({new: (table[old] * KG_PER_LB).round(6) for old, new in KILOGRAMS.items()})
    table["area_name"] = table["area_name"].fillna("United States").where(table["area_type"] != "state")
    keys = table[["area_type", "area", "year", "area_name"]]
    rest = table[["grid_gross_loss_fraction", "net_generation_mwh", *(f"{fuel}_fraction" for fuel in FUELS)]]
    return pd.concat([keys, tonnes, kilograms, rest], axis=1).sort_values(["area_type", "area"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "emission_rates.csv")


if __name__ == "__main__":
    run(main)
