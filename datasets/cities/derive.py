"""Cities that users of inference live in: in the United States from 50,000 inhabitants, elsewhere from a million."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from datasets.deriving import read_source, run, write_table

COLUMNS = ("geoname_id", "city", "country_code", "admin1_code", "lat", "lon", "population", "timezone", "county_fips")


def derive(sources: Path) -> pd.DataFrame:
    """One row per city, by its GeoNames number."""
    table = read_source(sources, "sites/demand_cities.csv", dtype={"admin1_code": "str"})
    return table[list(COLUMNS)].sort_values("geoname_id", ignore_index=True)


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "cities.csv")


if __name__ == "__main__":
    run(main)
