"""The bundled West Texas portfolio: it solves, the mix beats the index at dear prices, and every number has a source."""

from __future__ import annotations

import tomllib
from functools import cache

import pytest

from optimizer.plan.plan import Plan
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.workflow.whole_way import plan
from tests.benchmarks import west_texas

FOLDER = west_texas.FOLDER


@cache
def solved(mix: str, year: str) -> Plan:
    """Solve a mix at the prices of a year once for all tests."""
    return plan(FOLDER, west_texas.mix_overrides(mix, year))


def test_every_number_has_a_source_that_was_known() -> None:
    about = tomllib.loads((FOLDER / "scenario.toml").read_text(encoding="utf-8"))
    assert about["provenance"] == {"table": "sources.csv", "require_source": True, "refuse_after_as_of": True}
    instance = assemble(read_scenario(FOLDER, (), fill_sites))
    assert [row for row in instance.assumptions if not row.kind or not row.source] == []


@pytest.mark.parametrize(("mix", "year"), [("all", "2022"), ("index only", "2022"), ("all", "2024"), ("index only", "2024")])
def test_the_plan_is_audited_and_the_typical_days_are_within_two_percent(mix: str, year: str) -> None:
    header = solved(mix, year).header
    assert header["audit"]["passed"]
    assert header["verification"]["passed"]
    assert header["typical_hours_error"] < 0.02
    assert header["goals"][-1]["gap"] <= 1e-3


def test_at_the_prices_of_2022_all_of_the_mix_is_taken_and_halves_the_cost_of_the_index() -> None:
    mix, index = solved("all", "2022"), solved("index only", "2022")
    assert west_texas.cost_musd(mix) < 0.6 * west_texas.cost_musd(index)
    sizes = west_texas.megawatts(mix)
    assert sizes["wind"] == sizes["solar"] == 300.0
    assert min(sizes["turbines"], sizes["battery"]) > 20.0
    assert west_texas.megawatts(index) == dict.fromkeys(sizes, 0.0)


def test_at_the_prices_of_2024_no_agreement_and_no_turbine_is_taken_and_the_mix_is_worth_little() -> None:
    mix, index = solved("all", "2024"), solved("index only", "2024")
    sizes = west_texas.megawatts(mix)
    assert sizes["wind"] == sizes["solar"] == sizes["turbines"] == 0.0
    assert 0.9 * west_texas.cost_musd(index) < west_texas.cost_musd(mix) < west_texas.cost_musd(index)


def test_nothing_but_power_is_paid_for() -> None:
    ledger = solved("all", "2022").tables["ledger"]
    assert set(ledger["group"]) <= {"capital", "operations", "delay", "residual"}
    assert set(ledger.loc[ledger["group"].isin(("capital", "residual")), "line"]) == {"batteries"}


def test_every_run_of_the_readme_is_a_run() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    names = [row["name"] for kind in ("mix", "break") for row in west_texas.RUNS[kind]]
    assert [name for name in names if f"| {name} |" not in text] == []
