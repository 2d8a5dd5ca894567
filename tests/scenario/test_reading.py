"""Reading: the template, sources, positions, the schema and the counties."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from optimizer.core.errors import OutputExists, ScenarioError
from optimizer.core.toml_places import lines_of
from optimizer.data.catalogue import counties, dataset_path, scenario_path
from optimizer.scenario import new_scenario, read_scenario, schema_json, schema_text
from optimizer.scenario.read.wrong_units import unit_hint
from optimizer.scenario.schema.rows import ROW_MODELS
from tests.scenario.fault import DATED, NO_PROVENANCE, REQUIRED, SOURCE_COLUMNS, replace

EVERY_TABLE = ("sites", "modes", "tariffs", "onsite_gas", "ramps", "gpus", "workloads", "rentals", "budget", "horizon")


def test_the_template_reads(folder: Path) -> None:
    scenario = read_scenario(folder)
    assert [site.site_id for site in scenario.tables.sites] == ["memphis", "abilene", "lordstown"]
    assert scenario.config.contracts is not None


@pytest.mark.parametrize(("name", "expected"), [("my-scenario", "my-scenario"), ("Plan B (2)", "Plan-B-2"), ("??", "first")])
def test_a_new_scenario_is_named_like_its_folder(tmp_path: Path, name: str, expected: str) -> None:
    assert read_scenario(new_scenario(tmp_path / name)).config.scenario.name == expected


def test_new_does_not_overwrite(folder: Path) -> None:
    with pytest.raises(OutputExists):
        new_scenario(folder)


def test_a_source_for_every_number_is_enough(folder: Path) -> None:
    replace(folder / "scenario.toml", NO_PROVENANCE, REQUIRED + "#")
    rows = [f"{table},*,*,assumption,,2024-05,,All" for table in EVERY_TABLE]
    (folder / "sources.csv").write_text(SOURCE_COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")
    assert len(read_scenario(folder).cells) > 90


@pytest.mark.parametrize("table", EVERY_TABLE)
def test_numbers_of_every_table_need_a_source(folder: Path, table: str) -> None:
    replace(folder / "scenario.toml", NO_PROVENANCE, REQUIRED + "#")
    rows = [f"{other},*,*,assumption,,2024-05,,All" for other in EVERY_TABLE if other != table]
    (folder / "sources.csv").write_text(SOURCE_COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    *first, last = caught.value.problems
    assert all(f"add a row {table}," in problem.message for problem in first)
    assert f"add a row {table}," in last.message or f"more of table {table} have no source" in last.message


def test_of_many_numbers_without_a_source_ten_are_named(folder: Path) -> None:
    replace(folder / "scenario.toml", NO_PROVENANCE, REQUIRED + "#")
    rows = [f"{table},*,*,assumption,,2024-05,,All" for table in EVERY_TABLE if table != "ramps"]
    (folder / "sources.csv").write_text(SOURCE_COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")
    with (folder / "ramps.csv").open("a", encoding="utf-8") as ramps:
        ramps.writelines(f"lordstown,grid,2025-{month:02d},30\n" for month in range(1, 10))
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    # 5 rows of the template and 9 new ones are 14 MW without a source.
    assert len(caught.value.problems) == 11
    summary = caught.value.problems[-1]
    assert (summary.file, summary.where) == ("sources.csv", "")
    assert summary.message == "... and 4 more of table ramps have no source; key * covers a whole column"


@pytest.mark.parametrize("kind", ["negotiated_offer", "later_measure"])
def test_two_kinds_of_source_may_be_later(folder: Path, kind: str) -> None:
    replace(folder / "scenario.toml", NO_PROVENANCE, DATED + "#")
    (folder / "sources.csv").write_text(f"{SOURCE_COLUMNS}modes,*,lead_months,{kind},press,2025-03-01,,Later\n", encoding="utf-8")
    assert read_scenario(folder).provenance.source_of("modes", "memphis/retrofit", "lead_months") is not None


def test_a_source_of_the_same_month_or_year_is_not_later(folder: Path) -> None:
    replace(folder / "scenario.toml", NO_PROVENANCE, DATED + "#")
    dates = {"lead_months": "2024", "land_musd": "2024-05", "max_it_mw": "2024-05-31"}
    rows = [f"modes,*,{column},fact,press,{date},,\n" for column, date in dates.items()]
    (folder / "sources.csv").write_text(SOURCE_COLUMNS + "".join(rows), encoding="utf-8")
    assert len(read_scenario(folder).provenance.rows) == 3


def test_positions_of_every_form_of_toml() -> None:
    text = 'a.b = 1 # [x]\n[t]\n"k 1" = """\n[no]\n"""\nl = [\n  { name = "#", v = 2 },\n  3,\n]\n[[i]]\nx = 1\n[[i]]\n'
    text += 'z = [["a"], [\n"b"]]\n[i.s]\ny = 2\n'
    lines = lines_of(text)
    expected = {
        ("a", "b"): 1,
        ("t", "k 1"): 3,
        ("t", "l"): 6,
        ("t", "l", "0", "v"): 7,
        ("t", "l", "1"): 8,
        ("i", "0", "x"): 11,
        ("i", "1"): 12,
        ("i", "1", "z", "1", "0"): 14,
        ("i", "1", "s", "y"): 16,
    }
    assert {path: lines.get(path) for path in expected} == expected
    assert ("no",) not in lines


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("energy_usd_per_mwh", 52_000, "USD/GWh: 52 "),
        ("heat_rate_mmbtu_per_mwh", "9700", "Btu/kWh: 9.7 "),
        ("mw_max", 150_000, "kW: 150 "),
        ("capex_musd_per_mw", 11_700_000, "USD: 11.7 "),
        ("capex_musd_per_mw", 8_000, "thousand USD: 8 "),
        ("delay_cost_musd_per_month", 33_000, "thousand USD: 33 "),
        ("delay_cost_musd_per_month", 33_000_000, "USD: 33 "),
        ("utilisation", 85, "percent: 0.85 "),
        ("lat", -90.15, "longitude"),
    ],
)
def test_a_wrong_unit_is_guessed(name: str, value: float | str, hint: str) -> None:
    assert hint in unit_hint(name, value)


@pytest.mark.parametrize(
    ("name", "value"), [("energy_usd_per_mwh", -42), ("utilisation", 8500), ("lead_months", 5000), ("mw_max", "many")]
)
def test_no_unit_is_guessed_where_none_fits(name: str, value: float | str) -> None:
    assert unit_hint(name, value) == ""


def test_the_schema_names_every_table_and_field() -> None:
    text, schema = schema_text(), json.loads(schema_json())
    assert set(schema["tables"]) == set(ROW_MODELS)
    assert "Changing values: --set path=value" in text
    assert "strike_usd_per_mwh" in schema["tables"]["ppas"]["required"]
    assert "from" in schema["tables"]["ramps"]["properties"]
    line = next(line for line in text.splitlines() if line.strip().startswith("energy_usd_per_mwh"))
    assert line.split(None, 1)[1] == "Price of energy; not with kind index or a rate (0, or 1 to 2000 USD/MWh; default: none)"


def test_every_set_that_the_schema_shows_works(folder: Path) -> None:
    shown = [quoted or bare for quoted, bare in re.findall(r"--set (?:'([^']+)'|(\S+=\S+))", schema_text())]
    examples = [text for text in shown if not text.startswith("path=")]
    assert len(examples) == 19
    head, *rows = (folder / "ramps.csv").read_text(encoding="utf-8").splitlines()
    dated = [f"{head},from_high", *(f"{row},2026-03" for row in rows)]
    (folder / "ramps.csv").write_text("\n".join(dated) + "\n", encoding="utf-8")
    for example in examples:
        assert read_scenario(folder, [example]).sha256 != read_scenario(folder).sha256


def test_every_field_says_what_it_means() -> None:
    schema = json.loads(schema_json())
    fields = {**schema["$defs"], **schema["tables"]}
    missing = [
        f"{record}.{name}"
        for record, content in fields.items()
        for name, field in content["properties"].items()
        if "description" not in field
    ]
    assert missing == []


def test_counties() -> None:
    frame = counties()
    assert len(frame) > 3000
    assert (frame.loc["47157", "county_name"], frame.loc["47157", "state_abbr"]) == ("Shelby", "TN")
    # Memphis City Hall, 35.148 N 90.053 W, is in Shelby County.
    assert frame.loc["47157", "lat_min"] < 35.148 < frame.loc["47157", "lat_max"]
    assert frame.loc["47157", "lon_min"] < -90.053 < frame.loc["47157", "lon_max"]
    low, high = frame["lat"].between(frame["lat_min"], frame["lat_max"]), frame["lon"].between(frame["lon_min"], frame["lon_max"])
    assert (low & high).all()


def test_paths_of_what_is_bundled() -> None:
    assert (dataset_path("counties") / "README.md").is_file()
    with pytest.raises(FileNotFoundError):
        dataset_path("no_such_table")
    with pytest.raises(FileNotFoundError):
        scenario_path("no_such_scenario")
