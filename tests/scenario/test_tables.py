"""Tables of every kind of file give the same scenario."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pandas as pd
import pytest

from optimizer.core.errors import ScenarioError
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.read.tables import read_cells
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
    (tmp_path / "t.csv").write_text('a,b\n1,"x, y"\n\n , \n2,\n', encoding="utf-8")
    assert read_cells(tmp_path / "t.csv") == (["a", "b"], [(2, {"a": "1", "b": "x, y"}), (5, {"a": "2", "b": ""})], ())


def test_columns_without_name_and_cells_are_passed_over(folder: Path) -> None:
    expected = assemble(read_scenario(folder)).sha256()
    lines = (folder / "ramps.csv").read_text(encoding="utf-8").splitlines()
    (folder / "ramps.csv").write_text("".join(f"{line},,\n" for line in [*lines, ",,,"]), encoding="utf-8")
    assert assemble(read_scenario(folder)).sha256() == expected


def test_of_many_rows_that_do_not_fit_ten_are_named(folder: Path) -> None:
    header = "site_id,contract_id,from,mw\n"
    (folder / "ramps.csv").write_text(header + "memphis,grid,2024-06\n" * 13, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    assert [problem.where for problem in caught.value.problems[:10]] == [
        f"row {number} (memphis/grid/2024-06)" for number in range(2, 12)
    ]
    assert [problem.message for problem in caught.value.problems[10:]] == ["... and 3 more rows that do not fit the header"]


def test_a_missing_key_is_said_once(folder: Path) -> None:
    replace(folder / "ramps.csv", "site_id,contract_id,from,mw", "site_id,contract_id,From,mw")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    assert [problem.field for problem in caught.value.problems] == ["From", "from"]


@pytest.mark.parametrize(("cell", "meant"), [("TRUE", "true"), ("False", "false"), ("Unknown", "unknown")])
def test_spreadsheets_write_true_in_capitals(folder: Path, cell: str, meant: str) -> None:
    replace(folder / "sites.csv", "0.0975,true", f"0.0975,{cell}")
    assert read_scenario(folder).tables.sites[0].sales_tax_exempt == meant


def test_other_files_are_no_tables(folder: Path) -> None:
    (folder / "sites.xlsx").write_text("", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"allowed: \.csv, \.parquet"):
        read_scenario(folder, ["sites.table=sites.xlsx"])


def test_a_damaged_parquet_file_is_a_problem(folder: Path) -> None:
    (folder / "sites.parquet").write_text("no parquet", encoding="utf-8")
    with pytest.raises(ScenarioError, match="is no Parquet by its content") as caught:
        read_scenario(folder, ["sites.table=sites.parquet"])
    assert len(caught.value.problems) == 1  # what refers to its rows says nothing new
