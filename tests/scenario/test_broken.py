"""Every broken scenario is refused with the exact place, and several faults at once with all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.errors import Problem, ScenarioError
from optimizer.scenario import new_scenario, read_scenario
from optimizer.scenario.read.suggestions import meant_by_text
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


def test_more_gpus_than_a_site_takes_cannot_stand_there(folder: Path) -> None:
    standing = "gpus.H100.initial_gpus.memphis=5000"
    assert read_scenario(folder, [standing, "sites.memphis.max_gpus=5000"]).tables.sites[0].max_gpus == 5000
    (problem,) = problems_of(folder, standing, "sites.memphis.max_gpus=4999")
    assert problem.field == "max_gpus"
    assert "5,000 GPUs stand there on the first day (initial_gpus), more than max_gpus = 4,999" in problem.message


@pytest.mark.parametrize("amounts", ['{ "2024-06" = 0 }', '{ "2024-06" = 6 }', '{ "2024-06" = 0.3 }'])
def test_a_small_purse_is_a_question_worth_asking(folder: Path, amounts: str) -> None:
    # 0.3 a month for 24 months are 7.2 million USD; 16,000 GPUs cost 540: too few, but no other unit.
    every_month = ["budget.purses.equity.every_month=true"] if "0.3" in amounts else []
    assert read_scenario(folder, [f"budget.purses.equity.amounts={amounts}", *every_month]).config.budget is not None


def test_a_word_that_is_not_allowed_is_answered_once(folder: Path) -> None:
    (problem,) = problems_of(folder, "sites.memphis.sales_tax_exempt=yes")
    assert problem.message == "'yes' is not allowed; allowed: true, false, unknown"


@pytest.mark.parametrize(
    ("text", "number"),
    [("7%", "0.07"), ("1,000", "1000"), ("1,234.5", "1234.5"), ("$8.0", "8"), ("30k", "30000"), ("1,2", "1.2"), ("1.5M", "1500000")],
)
def test_the_number_that_was_meant_is_named(text: str, number: str) -> None:
    assert meant_by_text(text, is_optional=True) == f"; write {number}"


@pytest.mark.parametrize("text", ["many", "1.000,5", "12 MW", "1,2,3", "1.2.3", "%"])
def test_no_number_is_guessed_where_none_is_clear(text: str) -> None:
    assert meant_by_text(text, is_optional=True) == ""


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
