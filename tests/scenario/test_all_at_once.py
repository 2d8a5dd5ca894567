"""All problems of a file at once: what one wrong value hides is told beside it, as far as the other values can be read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from optimizer.core.errors import ScenarioError
from optimizer.scenario import read_scenario
from optimizer.scenario.read.partly_read import partly_read
from optimizer.scenario.read.table_rows import ROW_MODELS
from optimizer.scenario.schema.describe_fields import field_of, is_numeric
from optimizer.scenario.schema.rows import ModeRow
from tests.scenario.fault import replace

TABLES = ("sites", "modes", "tariffs", "onsite_gas", "ramps")


def refused(folder: Path) -> list[str]:
    """Problems as text."""
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    return [str(problem) for problem in caught.value.problems]


def problems(folder: Path) -> list[str]:
    """Problems as text, none where it is read."""
    try:
        read_scenario(folder)
    except ScenarioError as error:
        return [str(problem) for problem in error.problems]
    return []


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / f"{table}.csv").read_text(encoding="utf-8").splitlines()))


def put(folder: Path, table: str, cells: dict[str, str], row: int = 0) -> None:
    """Write cells into a row of a table, in columns that are added where they are not there."""
    rows = rows_of(folder, table)
    rows[row] |= cells
    columns = list(dict.fromkeys(column for one in rows for column in one))
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def told(folder: Path, *parts: tuple[str, ...]) -> None:
    """One problem of each of these parts, and no other."""
    said = refused(folder)
    assert len(said) == len(parts), said
    for wanted in parts:
        assert any(all(part in one for part in wanted) for one in said), (wanted, said)


def test_a_wrong_number_hides_no_contradiction_of_its_row(folder: Path) -> None:
    put(folder, "tariffs", {"mw_min": "60", "energy_usd_per_mwh": "fourty"})
    put(folder, "modes", {"initial_it_mw": "120", "lead_months": "-1"})
    told(
        folder, ("tariffs.csv, row 2", "energy_usd_per_mwh", "fourty"),
        ("tariffs.csv, row 2", "mw_min", "60 MW is more than mw_max = 50 MW"),
        ("modes.csv, row 2", "lead_months", "-1"), ("modes.csv, row 2", "initial_it_mw", "120 MW is more than max_it_mw = 100 MW"),
    )


def test_a_contradiction_with_a_number_that_cannot_be_read_is_not_told(folder: Path) -> None:
    put(folder, "tariffs", {"mw_min": "60", "mw_max": "fifty"})
    told(folder, ("tariffs.csv, row 2", "mw_max", "fifty"))


def test_what_excludes_itself_is_told_beside_a_wrong_number(folder: Path) -> None:
    put(folder, "onsite_gas", {"buy_usd_per_kw": "900", "max_months": "6", "unit_mw": "-2.5"})
    told(
        folder, ("onsite_gas.csv, row 2", "unit_mw", "-2.5"), ("both of rent_usd_per_kw_month and buy_usd_per_kw",),
        ("min_months", "12 months is more than max_months = 6"),
    )


@pytest.mark.parametrize("table", TABLES)
def test_one_wrong_number_is_one_problem(folder: Path, table: str) -> None:
    """Of every column of numbers in turn: nothing is said that would not be so with the number mended."""
    whole = (folder / f"{table}.csv").read_text(encoding="utf-8")
    for column in ROW_MODELS[table].model_fields:
        field = field_of(ROW_MODELS[table], column)
        if field is None or not is_numeric(field) or column in ("lat", "lon"):
            continue
        said = {}
        for cell in ("ten", "0", "1"):
            put(folder, table, {column: cell})
            said[cell] = problems(folder)
            (folder / f"{table}.csv").write_text(whole, encoding="utf-8")
        beside = [one for one in said["ten"] if "'ten'" not in one]
        assert len(said["ten"]) == len(beside) + 1, (column, said)
        assert {*beside} <= {*said["0"]} | {*said["1"]}, (column, said)


def test_a_text_that_is_wrong_leaves_the_row_unread() -> None:
    assert partly_read(ModeRow, {"site_id": "a", "mode": "retrofit", "cooling": "wet", "lead_months": "x"}) is None


def test_dates_are_held_against_each_other_where_the_horizon_cannot_be_read(folder: Path) -> None:
    toml = folder / "scenario.toml"
    replace(toml, 'start = "2024-06"', 'start = "June 2024"')
    replace(toml, 'until = "2026-05"', 'until = "2024-08"')
    told(folder, ("horizon.start", "June 2024"), ("until", "2024-08 is before wanted_from = 2024-12"))


def test_dates_are_held_against_the_horizon_where_only_something_else_of_it_is_wrong(folder: Path) -> None:
    toml = folder / "scenario.toml"
    replace(toml, 'period = "month"', 'period = "week"')
    replace(toml, 'wanted_from = "2024-12"', 'wanted_from = "2034-12"')
    said = refused(folder)
    assert any("horizon.period" in one for one in said)
    assert any("2034-12 is after the end of the horizon" in one for one in said)


def test_a_wrong_sum_of_a_purse_does_not_hide_what_no_purse_pays(folder: Path) -> None:
    toml = folder / "scenario.toml"
    replace(toml, '"2024-06" = 1200.0', '"2024-06" = "much"')
    replace(toml, '["operations", "lease", "rent"]', '["operations", "lease"]')
    told(folder, ("budget.purses.equity.amounts", "much"), ("no purse may pay rent", "'rent'"))


def test_what_a_purse_that_is_right_names_is_checked_beside_one_that_is_not(folder: Path) -> None:
    toml = folder / "scenario.toml"
    replace(toml, '["capital", "deposits"]', '"capital"')
    replace(toml, '["operations", "lease", "rent"]', '["operation", "lease", "rent"]')
    told(folder, ("budget.purses.equity.pays_for",), ("there is no ledger group 'operation'",))
