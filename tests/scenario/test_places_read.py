"""Where a site stands is read from one thing: layers, columns and geometries that could mean two places are refused, with both told."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely

from optimizer.core.errors import PlaceError, ScenarioError
from optimizer.data.places import to_degrees
from optimizer.scenario import read_scenario
from tests.scenario.fault import replace


def layer(folder: Path, *, with_columns: bool = False, crs: int = 4326) -> geopandas.GeoDataFrame:
    """The template's sites as points; with their columns lat and lon too."""
    sites = pd.read_csv(folder / "sites.csv", dtype={"county_fips": str})
    points = geopandas.points_from_xy(sites["lon"], sites["lat"], crs=4326)
    kept = sites if with_columns else sites.drop(columns=["lat", "lon"])
    return geopandas.GeoDataFrame(kept, geometry=points).to_crs(crs)


def use(folder: Path, name: str) -> None:
    replace(folder / "scenario.toml", '"sites.csv"', f'"{name}"')


def refused(folder: Path, *overrides: str) -> list[tuple[str, str, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides)
    return [(problem.file, problem.where, problem.field, problem.message) for problem in caught.value.problems]


def write_geojson(folder: Path, frame: geopandas.GeoDataFrame, **members: object) -> None:
    data = json.loads(frame.to_json(drop_id=True))
    data.pop("crs", None)
    (folder / "sites.geojson").write_text(json.dumps({**data, **members}), encoding="utf-8")
    use(folder, "sites.geojson")


def test_of_two_layers_one_must_be_named(folder: Path) -> None:
    layer(folder).to_file(folder / "sites.gpkg", layer="sites")
    layer(folder).iloc[:1].to_file(folder / "sites.gpkg", layer="other")
    use(folder, "sites.gpkg")
    assert refused(folder) == [("sites.gpkg", "", "", 'holds 2 layers: sites, other; say which, sites.layer = "sites"')]
    assert len(read_scenario(folder, ["sites.layer=sites"]).tables.sites) == 3
    assert [problem[3] for problem in refused(folder, "sites.layer=site")] == ["has no layer 'site'; known: sites, other"]


def test_a_layer_is_of_a_geopackage_alone(folder: Path) -> None:
    assert "sites.layer is for a GeoPackage" in refused(folder, "sites.layer=sites")[0][3]


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "parquet"])
def test_columns_that_contradict_the_geometry_are_refused_with_both(folder: Path, suffix: str) -> None:
    frame = layer(folder, with_columns=True)
    frame.loc[1, "lat"] = 33.5  # the geometry says 32.5, 111 km to the south
    if suffix == "parquet":
        frame.to_parquet(folder / "sites.parquet")
    else:
        frame.to_file(folder / f"sites.{suffix}")
    use(folder, f"sites.{suffix}")
    ((file, where, _, message),) = refused(folder)
    assert (file, where) == (f"sites.{suffix}", "row 3 (abilene)")
    assert "lat and lon say 33.5, -99.78, the geometry says 32.5000, -99.7800: two places" in message


def test_columns_that_agree_with_the_geometry_are_taken_to_the_last_digit(folder: Path) -> None:
    frame = layer(folder, with_columns=True, crs=5070)
    frame["lat"] += 0.004  # people round
    frame.to_file(folder / "sites.gpkg")
    use(folder, "sites.gpkg")
    assert read_scenario(folder).tables.sites[0].lat == pytest.approx(35.064, abs=1e-12)


def test_a_place_within_its_area_agrees_with_it(folder: Path) -> None:
    frame = layer(folder, with_columns=True)
    frame["geometry"] = [shapely.box(point.x - 0.3, point.y - 0.01, point.x + 0.01, point.y + 0.3) for point in frame.geometry]
    frame.to_parquet(folder / "sites.parquet")
    use(folder, "sites.parquet")
    assert read_scenario(folder).tables.sites[0].lat == 35.06


def test_empty_columns_take_the_geometry_row_by_row(folder: Path) -> None:
    frame = layer(folder, with_columns=True)
    frame.loc[0, ["lat", "lon"]] = None
    write_geojson(folder, frame)
    assert read_scenario(folder).tables.sites[0].lat == pytest.approx(35.06)


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:LOCAL::17", "my grid", None])
def test_geojson_in_a_system_nobody_knows_is_refused_with_both_readings(folder: Path, crs: str | None) -> None:
    member = None if crs is None else {"type": "name", "properties": {"name": crs}}
    write_geojson(folder, layer(folder), crs=member)
    (message,) = (problem[3] for problem in refused(folder))
    assert "coordinate system" in message
    assert "not known" in message
    assert "save it in EPSG:4326" in message
    if crs == "my grid":
        assert "[-90.15, 35.06] (longitude, latitude)" in message


def test_geojson_in_a_system_that_is_known_is_read_in_it(folder: Path) -> None:
    write_geojson(folder, layer(folder, crs=5070), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5070"}})
    memphis = read_scenario(folder).tables.sites[0]
    assert (memphis.lat, memphis.lon) == (pytest.approx(35.06), pytest.approx(-90.15))


def test_geojson_of_lengths_that_names_no_system_is_refused(folder: Path) -> None:
    write_geojson(folder, layer(folder, crs=5070))
    assert "are no degrees" in refused(folder)[0][3]


def test_ids_beside_properties_are_passed_over(folder: Path) -> None:
    data = json.loads(layer(folder).to_json())  # GeoPandas writes "id": "0"
    assert data["features"][0]["id"] == "0"
    (folder / "sites.geojson").write_text("\ufeff" + json.dumps(data), encoding="utf-8")
    use(folder, "sites.geojson")
    assert len(read_scenario(folder).tables.sites) == 3


def with_xy(folder: Path, rows: str) -> None:
    head = "site_id,name,x,y,peak_facility_ratio,annual_pue,sales_tax_fraction,sales_tax_exempt\n"
    (folder / "sites.csv").write_text(head + rows, encoding="utf-8")


def test_degrees_under_a_system_of_lengths_are_refused_with_both_readings(folder: Path) -> None:
    # Read in EPSG:5070 they would be 35 m north and 90 m west of its origin, 23 N 96 W: in the Gulf of Mexico.
    with_xy(folder, "memphis,M,-90.15,35.06,1.3,1.2,0.0975,true\nabilene,A,-351000,1048000,1.3,1.2,0.08,true\n")
    found = [problem for problem in refused(folder, "sites.crs=EPSG:5070") if problem[2] == "x"]
    ((file, where, _, message),) = found
    assert (file, where) == ("sites.csv", "row 2 (memphis), column x")
    assert "the place is 35.06, -90.15" in message
    assert "in it they are 23.00, -96.00" in message


def test_lat_and_lon_beside_x_and_y_are_refused(folder: Path) -> None:
    replace(folder / "sites.csv", "site_id,name,lat,lon,", "site_id,name,x,y,")
    text = (folder / "sites.csv").read_text(encoding="utf-8").splitlines()
    (folder / "sites.csv").write_text("".join(f"{line},{'lat' if at == 0 else 35}\n" for at, line in enumerate(text)), encoding="utf-8")
    assert any("the table has lat beside x and y" in problem[3] for problem in refused(folder, "sites.crs=EPSG:4326"))


@pytest.mark.parametrize("crs", ["+proj=longlat +nadgrids=/etc/passwd", "EPSG:1", "GEOGCS[]", "https://example.org/crs"])
def test_a_system_has_a_name_and_nothing_else(folder: Path, crs: str) -> None:
    with_xy(folder, "memphis,M,-90.15,35.06,1.3,1.2,0.0975,true\n")
    assert any("there is no coordinate system" in problem[3] for problem in refused(folder, f'sites.crs="{crs}"'))


def test_a_point_asked_for_in_degrees_under_a_system_of_lengths_is_refused_too() -> None:
    with pytest.raises(PlaceError, match=r"look like degrees.* the place is 35, -90; EPSG:5070 .* in it they are 23\.00, -96\.00"):
        to_degrees(35.0, -90.0, "EPSG:5070")


def test_a_view_is_no_layer(folder: Path) -> None:
    import sqlite3

    layer(folder).to_file(folder / "sites.gpkg", layer="sites")
    with sqlite3.connect(folder / "sites.gpkg") as base:
        base.execute("CREATE VIEW trap AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT * FROM n")
        base.execute("UPDATE gpkg_contents SET table_name = 'trap'")
    use(folder, "sites.gpkg")
    assert "is no table of its own" in refused(folder)[0][3]


def test_a_layer_without_a_table_is_told(folder: Path) -> None:
    found = refused(folder, "sites.layer=sites", "sites.table=none", "sites.dataset=counties")
    assert any(field == "sites.layer" and "name the table" in message for _, _, field, message in found)
