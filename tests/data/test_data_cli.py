"""``gigasite data``: what a person sees, and the exit codes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from optimizer.data.catalogue import dataset_names, table

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "optimizer.cli", "data", *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_list_names_every_table_with_its_rows_years_licence_and_trust():
    done = run("list")
    assert done.returncode == 0
    for name in dataset_names():
        assert name in done.stdout
    rows = {row["table"]: row for row in json.loads(run("list", "--json").stdout)}
    assert rows["retail_price_county"]["rows"] == len(table("retail_price_county"))
    assert rows["retail_price_county"]["estimate"] is True
    assert all(row[word] for row in rows.values() for word in ("rows", "years", "licence", "trust", "bytes"))


def test_show_prints_the_card_units_and_rows():
    done = run("show", "taxes", "--head", "2")
    assert "sales_tax_fraction" in done.stdout
    assert "First 2 rows" in done.stdout
    shown = json.loads(run("show", "retail_price_county", "--head", "1", "--json").stdout)
    assert shown["head"][0]["county_fips"] == "01001"
    assert shown["estimate"] is True
    missing = run("show", "texas")
    assert missing.returncode == 2
    assert "there is no dataset 'texas'" in missing.stderr


def test_check_passes_and_a_broken_table_is_exit_code_2(tmp_path: Path):
    done = run("check", "taxes", "gpus")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "2 tables checked, 0 faults.")
    # A copy of the product with one tax in percent instead of a share.
    for folder in ("optimizer", "datasets/taxes"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "datasets/taxes/taxes.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("TX,0.0625", "TX,6.25"), encoding="utf-8")
    broken = run("check", cwd=tmp_path)
    assert broken.returncode == 2
    assert "taxes, row TX, sales_tax_fraction: '6.25' is above the most" in broken.stdout


@pytest.mark.parametrize(
    ("lat", "lon", "county"), [("35.07", "-90.09", "47157"), ("32.45", "-99.73", "48441"), ("39.04", "-77.49", "51107")]
)
def test_at_gives_the_figures_of_the_tables(lat, lon, county):
    place = json.loads(run("at", lat, lon, "--json").stdout)
    assert place["county_fips"] == county
    figures = {figure["name"]: figure for figure in place["figures"]}
    for name, column in (("retail_price_county", "industrial_price_usd_per_mwh"), ("grid_access", "distance_to_345kv_km"),
                         ("hazard", "risk_score"), ("land_value", "land_median_usd_per_acre")):
        frame = table(name)
        expected = frame[frame["county_fips"] == county][column].iloc[0]
        assert figures[column]["value"] == pytest.approx(expected)
        assert figures[column]["table"] == name
        assert figures[column]["source"]
        assert figures[column]["quality"]
        assert figures[column]["year"]
    assert place["utilities"]
    assert [city["distance_km"] for city in place["cities"]] == sorted(city["distance_km"] for city in place["cities"])


def test_at_takes_other_coordinate_systems_and_refuses_what_is_nowhere():
    # Memphis in Conus Albers (EPSG:5070): northing 1,351 km, easting 532 km.
    assert json.loads(run("at", "1351000", "532000", "--crs", "EPSG:5070", "--json").stdout)["county_fips"] == "47157"
    nowhere = run("at", "0", "0")
    assert nowhere.returncode == 2
    assert "not within 25 km of a county of the United States" in nowhere.stderr
    assert "Traceback" not in nowhere.stderr


def test_at_says_unknown_and_never_none_where_no_incentive_is_recorded():
    place = json.loads(run("at", "35.07", "-90.09", "--json").stdout)
    assert next(figure["value"] for figure in place["figures"] if figure["name"] == "datacenter_incentive") == "unknown"


def test_a_point_off_the_coast_says_so():
    done = run("at", "40.40", "-73.80")
    assert done.returncode == 0
    assert "lies in water" in done.stdout


def test_map_is_drawn_right_side_up_with_missing_counties_hatched(tmp_path: Path):
    done = run("map", "land_median_usd_per_acre", "--out", str(tmp_path / "map.png"))
    assert done.returncode == 0, done.stderr
    picture = np.asarray(Image.open(tmp_path / "map.png").convert("L"), dtype=float)
    height, width = picture.shape
    # Florida is ink at the lower right, the Atlantic off Georgia's north is blank: upside down it would be the other way round.
    dark = picture < 235
    lower_right = dark[int(0.70 * height) : int(0.85 * height), int(0.70 * width) : int(0.80 * width)].mean()
    lower_left_sea = dark[int(0.60 * height) : int(0.68 * height), int(0.02 * width) : int(0.10 * width)].mean()
    assert lower_right > 0.15 > lower_left_sea
    # Alaska, without data, is hatched: neither blank nor full.
    alaska = dark[int(0.72 * height) : int(0.90 * height), int(0.03 * width) : int(0.22 * width)].mean()
    assert 0.02 < alaska < 0.6


@pytest.mark.parametrize(("words", "says"), [
    (("map", "rto"), "rto is a text"),
    (("map", "land_median_usd_per_akre"), "did you mean 'land_median_usd_per_acre'?"),
    (("map", "risk_score", "--out", "map.bmp"), "allowed: .png, .svg, .pdf"),
])
def test_what_cannot_be_drawn_is_refused(words, says, tmp_path: Path):
    done = run(*words, cwd=ROOT)
    assert done.returncode == 2
    assert says in done.stderr
