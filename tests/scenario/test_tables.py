"""Tables of every kind of file give the same scenario."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pandas as pd
import pytest

from optimizer.assemble import assemble
from optimizer.errors import ScenarioError
from optimizer.scenario import read_scenario
from optimizer.scenario.tables import read_cells
from tests.scenario.fault import replace


def test_parquet_says_the_same_as_csv(folder: Path) -> None:
    expected = assemble(read_scenario(folder)).sha256()
    for name in ("sites", "modes", "tariffs", "ramps", "onsite_gas"):
        pd.read_csv(folder / f"{name}.csv", dtype={"county_fips": str}).to_parquet(folder / f"{name}.parquet")
        replace(folder / "scenario.toml", f'"{name}.csv"', f'"{name}.parquet"')
    assert assemble(read_scenario(folder)).sha256() == expected


@pytest.mark.parametrize(("suffix", "crs"), [("geojson", 4326), ("gpkg", 5070)])
def test_a_geometry_gives_the_place(folder: Path, suffix: str, crs: int) -> None:
    sites = pd.read_csv(folder / "sites.csv", dtype={"county_fips": str})
    points = geopandas.points_from_xy(sites["lon"], sites["lat"], crs=4326)
    frame = geopandas.GeoDataFrame(sites.drop(columns=["lat", "lon"]), geometry=points).to_crs(crs)
    frame.to_file(folder / f"sites.{suffix}")
    replace(folder / "scenario.toml", '"sites.csv"', f'"sites.{suffix}"')
    memphis = read_scenario(folder).tables.sites[0]
    assert (memphis.lat, memphis.lon) == (pytest.approx(35.06), pytest.approx(-90.15))


def test_rows_count_from_the_header_and_empty_ones_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b\n1,"x, y"\n\n2\n', encoding="utf-8")
    assert read_cells(tmp_path / "t.csv") == (["a", "b"], [(2, {"a": "1", "b": "x, y"}), (4, {"a": "2", "b": ""})])


def test_other_files_are_no_tables(folder: Path) -> None:
    (folder / "sites.xlsx").write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"allowed: \.csv, \.parquet"):
        read_scenario(folder, ["sites.table=sites.xlsx"])


def test_a_damaged_parquet_file_is_a_problem(folder: Path) -> None:
    (folder / "sites.parquet").write_text("no parquet", encoding="utf-8")
    with pytest.raises(ScenarioError, match="cannot be read") as caught:
        read_scenario(folder, ["sites.table=sites.parquet"])
    assert len(caught.value.problems) == 1  # what refers to its rows says nothing new
