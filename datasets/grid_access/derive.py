"""How near the high-voltage grid is to a county, how much its zone can import, and what a spur line costs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

COLUMNS = {
    **{"county_fips": "county_fips", "line_km_100_to_161kv": "line_100_to_161kv_km", "line_km_220_to_287kv": "line_220_to_287kv_km"},
    **{"line_km_345kv": "line_345kv_km", "line_km_500kv": "line_500kv_km", "line_km_735_and_abovekv": "line_735kv_km"},
    **{"line_km_dc": "line_dc_km", "line_km_not_available": "line_unknown_voltage_km"},
    **{"line_km_ge_220kv": "line_220kv_and_above_km", "line_km_ge_345kv": "line_345kv_and_above_km"},
    "centroid_dist_to_line_ge_220kv_km": "distance_to_220kv_km",
    "centroid_dist_to_line_ge_345kv_km": "distance_to_345kv_km",
    "naris_import_capability_mw": "import_capability_mw",
    **{"spur_n_points": "spur_points", "spur_dist_min_km": "spur_min_km", "spur_dist_median_km": "spur_median_km"},
    **{"spur_cost_min_usd_per_mw": "spur_min_usd_per_mw", "spur_cost_median_usd_per_mw": "spur_median_usd_per_mw"},
    **{"lbnl_queue_gen_capacity_mw_max": "generator_queue_mw", "lbnl_queue_gas_mw_max": "generator_queue_gas_mw"},
}
# The line tiles hold nothing beyond these states: elsewhere the distance is to another land's lines, and no line does not mean none.
NOT_COVERED = ("AK", "AS", "GU", "HI", "MP", "PR", "VI")
# Where no route was found the source charges a penalty (San Francisco: 183 million USD per MW); the dearest real median is 1.3 million.
SPUR_PENALTY_USD_PER_MW = 10_000_000


def derive(sources: Path) -> pd.DataFrame:
    """One row per county of the contiguous United States and the District of Columbia."""
    table = read_source(sources, "sites/county_grid.csv")
    table = table[~table["state_abbr"].isin(NOT_COVERED)][list(COLUMNS)].rename(columns=COLUMNS)
    median = table["spur_median_usd_per_mw"]
    table["spur_median_usd_per_mw"] = median.where(median < SPUR_PENALTY_USD_PER_MW)
    table["spur_points"] = table["spur_points"].astype("Int64")
    return table.sort_values("county_fips", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "grid_access.csv")


if __name__ == "__main__":
    run(main)
