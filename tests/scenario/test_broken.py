"""Every broken scenario is refused with the exact place, and several faults at once with all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.errors import Problem, ScenarioError
from optimizer.scenario import new_scenario, read_scenario
from tests.scenario.broken import BROKEN
from tests.scenario.fault import Broken, replace


def problems_of(folder: Path, *overrides: str) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides)
    return caught.value.problems


@pytest.mark.parametrize("broken", BROKEN, ids=[broken.kind for broken in BROKEN])
def test_a_fault_is_named_with_its_place(broken: Broken, tmp_path: Path) -> None:
    problems = problems_of(broken.write(tmp_path / "scenario"))
    found = [problem for problem in problems if (problem.file, problem.where, problem.field) == broken.problem]
    assert found, [str(problem) for problem in problems]
    assert any(all(part in problem.message for part in broken.says) for problem in found), [problem.message for problem in found]


def is_refused(folder: Path, override: str) -> bool:
    try:
        read_scenario(folder, [override])
    except ScenarioError as error:
        return len(error.problems) > 0
    return False


def test_kinds_differ() -> None:
    assert len({broken.kind for broken in BROKEN}) == len(BROKEN) >= 25


def test_three_faults_in_one_file_give_three_messages(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "scenario")
    for old, new in (
        ("months = 24", "months = 0"),
        ("price_usd = 33750", "price_usd = 33.75"),
        ('accepts = ["H100"]', 'accepts = ["H10"]'),
    ):
        replace(folder / "scenario.toml", old, new)
    problems = problems_of(folder)
    assert [problem.where for problem in problems] == ["line 12", "line 31", "line 47"]


def test_faults_in_several_files_come_at_once(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "scenario")
    replace(folder / "scenario.toml", "spares_fraction = 0.03", "spares_fraction = 3")
    replace(folder / "sites.csv", "35.06,-90.15", "36.06,-90.15")
    replace(folder / "tariffs.csv", "60,42,14", "60,52000,14")
    assert {problem.file for problem in problems_of(folder)} == {"scenario.toml", "sites.csv", "tariffs.csv"}


def test_a_missing_scenario_is_one_problem(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "nothing")
    assert (problem.file, problem.message.startswith("there is no scenario.toml")) == ("scenario.toml", True)


def test_a_gpu_may_be_free(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "scenario")
    assert read_scenario(folder, ["gpus.H100.price_usd=0"]).config.gpus[0].price_usd == 0


def test_gas_is_rented_or_bought_not_both(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "scenario")
    (problem,) = problems_of(folder, "onsite_gas.memphis/engines.buy_usd_per_kw=1500")
    assert "both of rent_usd_per_kw_month and buy_usd_per_kw" in problem.message


@pytest.mark.parametrize(
    "junk", ['"x"', "-1", "1e99", "[]", "{}", "true", '[["a"], ["b"]]', "2024-05-31", "nan", '{ "q" = 3 }', "none"]
)
def test_junk_in_place_of_a_section_or_value_is_a_problem_not_a_crash(folder: Path, junk: str) -> None:
    sections = ("scenario", "horizon", "objective", "budget", "gpus", "workloads", "rentals", "sites", "contracts", "provenance")
    values = (
        "budget.purses",
        "gpus.H100",
        "gpus.H100.supply",
        "workloads.train.accepts",
        "sites.table",
        "horizon.escalation_per_year",
    )
    refused = {path for path in (*sections, *values) if is_refused(folder, f"{path}={junk}")}
    # Optional things may be taken away or be empty; these may not.
    assert {"scenario", "horizon", "sites", "gpus", "workloads"} <= refused
