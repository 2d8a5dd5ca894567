"""What data centers cost and how long they take to build and connect: single published figures, each with date and source."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.dating import known_from
from datasets.deriving import read_source, run, write_table

EPOCH = "https://epoch.ai/data/data-centers"
# Rows whose source is another compiled table: the page that table names for the same fact.
PAGES = {
    "retrofit_colossus_1_to_100k_gpu": EPOCH,
    "mlgw_existing_substation_upgrade_to_50mw": "https://digital-stage.wreg.com/?p=2242467",
    "mlgw_new_150mw_customer_built_substation": "https://www.datacenterdynamics.com/en/news/xai-colossus-memphis-power-tva/",
    "epoch_model_construction": EPOCH,
    "epoch_facility_to_it_ratio_by_campus": EPOCH,
}
# Facts whose day is known closer than the year the compilation gives.
DAYS = {
    "greenfield_told_to_xai": "2024-03",
    "retrofit_colossus_1_to_100k_gpu": "2024-09-02",
    "mlgw_existing_substation_upgrade_to_50mw": "2024-08-01",
    "mlgw_new_150mw_customer_built_substation": "2025-05",
}
# Units of the source, the unit written here, and the factor between them; all times are months.
UNITS = {
    **{"years": ("months", 12), "weeks": ("months", 12 / 52.1786), "usd_million": ("musd", 1), "gw": ("mw", 1000)},
    **{f"usd_million_{per}": ("musd_per_mw", 1) for per in ("per_mw", "per_critical_mw", "2025_per_it_mw")},
}
# Its value is "see another table": the dataset ai_campuses has the figures themselves.
NO_VALUE = ("observed_us_ai_campuses_first_power",)
COLUMNS = ("topic", "figure", "value_low", "value", "value_high", "unit", "as_of", "known_from", "trust", "source", "note")


def derive(sources: Path) -> pd.DataFrame:
    """One row per topic and figure; ``value`` is the middle one where the source gives one."""
    table = read_source(sources, "sites/datacenter_cost_leadtime_facts.csv")
    table = table[~table["parameter"].isin(NO_VALUE)].rename(
        columns={"category": "topic", "parameter": "figure", "value_mid": "value", "confidence": "trust"}
    )
    factor = table["unit"].map({unit: number for unit, (_, number) in UNITS.items()}).fillna(1)
    for column in ("value_low", "value", "value_high"):
        table[column] = (pd.to_numeric(table[column]) * factor).round(2)
    table["unit"] = table["unit"].map({unit: name for unit, (name, _) in UNITS.items()}).fillna(table["unit"])
    table["as_of"] = table["figure"].map(DAYS).fillna(table["as_of"])
    table["known_from"] = table["as_of"].map(known_from)
    table["source"] = table["figure"].map(PAGES).fillna(table["source_url"])
    return table[list(COLUMNS)].sort_values(["topic", "figure"], ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "building_facts.csv")


if __name__ == "__main__":
    run(main)
