"""Climate of the counties: IECC zone, July 2021, and the January and July normals of 1941 to 1970."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

# States that lie wholly in one zone and are missing in the source (U.S. DOE, Guide to Determining Climate Regions by County, PNNL-17211).
WHOLE_STATE = {"DC": "4A", "HI": "1A"}
COLUMNS = {
    **{"county_fips": "county_fips", "iecc_zone": "iecc_zone", "iecc_method": "iecc_method"},
    **{"july_2021_mean_temp_c": "july_2021_mean_temp_c", "july_2021_mean_rh_pct": "july_2021_mean_humidity_percent"},
    **{"july_2021_mean_wet_bulb_c": "july_2021_mean_wet_bulb_c", "january_normal_temp_c": "january_normal_temp_c"},
    **{"july_normal_temp_c": "july_normal_temp_c", "july_relative_humidity_pct_1941_1970": "july_normal_humidity_percent"},
}


def celsius(fahrenheit: pd.Series) -> pd.Series:
    """Degrees Celsius of degrees Fahrenheit, to a tenth."""
    return ((fahrenheit - 32) / 1.8).round(1)


def derive(sources: Path) -> pd.DataFrame:
    """One row per county of the dataset ``counties``."""
    table = read_source(sources, "sites/county_climate.csv")
    own, whole = table["iecc_climate_zone"], table["state_abbr"].map(WHOLE_STATE)
    table = table.assign(
        iecc_zone=own.fillna(whole),
        iecc_method=pd.Series("county", table.index).where(own.notna(), whole.where(whole.isna(), "state")),
        january_normal_temp_c=celsius(table["january_mean_temp_f_1941_1970"]),
        july_normal_temp_c=celsius(table["july_mean_temp_f_1941_1970"]),
    )
    return table[list(COLUMNS)].rename(columns=COLUMNS).sort_values("county_fips", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "climate.csv")


if __name__ == "__main__":
    run(main)
