"""Borders of the counties, decoded from the Census Bureau's 1:10,000,000 cartographic boundaries as packed in us-atlas."""

from __future__ import annotations

from pathlib import Path

import geopandas

from datasets.deriving import read_source, run, write_table
from datasets.topology import COUNTY_TOPOLOGY, Topology


def derive(sources: Path) -> geopandas.GeoDataFrame:
    """One valid polygon or multipolygon per county of the dataset ``counties``, in EPSG:4326."""
    names = read_source(sources, "sites/counties.csv").set_index("county_fips")
    shapes = Topology(sources / COUNTY_TOPOLOGY).shapes("counties")
    codes = sorted(code for code in shapes if code in names.index)
    columns = {"county_fips": codes, "state_abbr": list(names.loc[codes, "state_abbr"])}
    return geopandas.GeoDataFrame(columns, geometry=[shapes[code] for code in codes], crs="EPSG:4326")


def main(sources: Path, out: Path) -> None:
    """Write the table into the folder ``out``."""
    write_table(derive(sources), out, "county_borders.parquet")


if __name__ == "__main__":
    run(main)
