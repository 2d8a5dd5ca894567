"""The schema of a study's file: types, ranges and defaults in words, and a JSON Schema that accepts what the reader accepts."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.core.bundled import scenario_path
from optimizer.study.file.describe import study_schema_json, study_schema_text
from optimizer.study.file.records import StudySection
from optimizer.study.file.study_file import read_study

STUDIES = sorted(scenario_path("quickstart").parent.glob("*/studies/*.toml"))


@pytest.mark.parametrize("line", [
    "  samples          Runs drawn, points of sobol (a power of 2), walks of morris (whole number: 1 to 1,000,000; default: 200)",
    "  hours_max        Hours beyond which a study is refused (number: more than 0; default: 24.0)",
    "  rho              Correlation of their ranks (number: more than -1 to less than 1; required)",
    "  set              --set texts of this run (list, each text; required)",
    "  whole            Numbers are rounded to whole ones; none: for later alone (true or false; default: none)",
    "  triangular       From low to high, mode most likely (takes: low, mode, high)",
    "  times            Multiplies a number, or every amount of a table by date (--set: *=; base: 1; unit: times)",
])
def test_a_field_is_told_with_type_range_and_default(line: str) -> None:
    assert line in study_schema_text().splitlines()


def test_the_command_prints_it_and_that_of_a_scenario_without_being_asked() -> None:
    def told(*words: str) -> str:
        return CliRunner().invoke(app, ["schema", *words]).stdout

    assert told("study") == study_schema_text() + "\n"
    assert told("study", "--json") == study_schema_json() + "\n"
    assert told("scenario") == told() != told("study")
    assert CliRunner().invoke(app, ["schema", "plan"]).exit_code == 2


@pytest.mark.parametrize("file", STUDIES, ids=lambda file: f"{file.parent.parent.name}-{file.stem}")
def test_the_json_schema_knows_every_key_of_the_bundled_studies(file: Path) -> None:
    schema = json.loads(study_schema_json())
    read_study(file)
    data = tomllib.loads(file.read_text())
    assert set(data) <= set(schema["properties"])
    for section, model in {"factors": "FactorItem", "named": "NamedItem", "breakpoints": "BreakpointItem"}.items():
        assert all(set(item) <= set(schema["$defs"][model]["properties"]) for item in data.get(section, []))
    assert set(data["study"]) <= set(schema["$defs"]["StudySection"]["properties"]) == set(StudySection.model_fields)


def test_the_json_schema_refers_only_to_what_it_holds() -> None:
    schema = json.loads(study_schema_json())
    referred = {part.split('"')[0] for part in study_schema_json().split("#/$defs/")[1:]}
    assert referred == set(schema["$defs"])
