"""What is wrong with a change is told on the line of the study's file that makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.bundled import scenario_path
from optimizer.core.errors import Problem, ScenarioError, StudyError
from optimizer.solve.highs.settings import SolveSettings
from optimizer.study.file.origins import Origins
from optimizer.study.file.study_file import read_study
from optimizer.study.runs.designs import runs_of
from optimizer.study.runs.further_runs import end_runs
from optimizer.study.runs.questions import Questions

TEXT = """[study]
design = "one_at_a_time"
set = ["gpus.H100.prize=5"]

[[factors]]
name = "late"
by = "later"
path = "ramps.memfis/*.from"
values = [6]

[[factors]]
name = "price"
unit = "USD"
path = "gpus.H100.price_usd"
values = [30000, -5]

[[named]]
name = "typo"
set = ["gpus.H100.price_usd=31000", "sites.forbiden=[]"]

[[breakpoints]]
factor = "price"
low = -10
high = 40000
precision = 1000
watch = ["host"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "wrong.toml"
    found.write_text(TEXT)
    return found


def problems(file: Path) -> tuple[type[ScenarioError], list[Problem]]:
    study = read_study(file)
    runs = runs_of(study)
    questions = Questions(scenario_path("quickstart"), SolveSettings(), Origins(study, file))
    with pytest.raises(ScenarioError) as raised:
        questions.ask([*runs, *end_runs(study, len(runs))])
    return type(raised.value), list(raised.value.problems)


def test_each_change_is_told_where_the_file_makes_it(file: Path) -> None:
    kind, found = problems(file)
    assert kind is StudyError
    assert {(problem.file, problem.where, problem.field) for problem in found} == {
        (str(file), "line 3", "study.set"),
        (str(file), "line 5", "factors.late"),
        (str(file), "line 11", "factors.price"),
        (str(file), "line 19", "named.typo.set"),
        (str(file), "line 21", "breakpoints.0"),
    }
    told = {problem.field: problem.message for problem in found}
    assert told["factors.late"].startswith("ramps.memfis/*.from>>=6: ramps has no row 'memfis/*'; did you mean 'memphis/*'?")
    assert told["factors.late"].endswith("(in run late = 6 months)")
    assert told["factors.price"].startswith("gpus.H100.price_usd=-5: -5 is outside the range")
    assert told["breakpoints.0"].startswith("gpus.H100.price_usd=-10: -10 is outside the range")
    assert "did you mean 'forbidden'? (in run typo)" in told["named.typo.set"]


def test_a_change_that_the_file_does_not_make_stays_with_the_command_line(file: Path) -> None:
    study = read_study(file)
    (base, *_) = runs_of(study)
    given = Problem("--set", "gpus.H100.price=1", "gpus.H100.price", "there is no 'price' here")
    elsewhere = Problem("tables/sites.csv", "row 1", "land", "is missing")
    origins = Origins(study, file)
    assert [origins.placed(problem, base) for problem in (given, elsewhere)] == [given, elsewhere]
    assert [origins.is_placed(problem) for problem in (given, elsewhere)] == [False, False]


def test_a_path_that_is_wrong_is_told_once_for_all_values_and_a_value_for_itself(file: Path) -> None:
    file.write_text(TEXT.replace("values = [6]", "values = [6, 9, 12]").replace("values = [30000, -5]", "values = [30000, -5, -7]"))
    _, found = problems(file)
    told = [problem.message for problem in found if problem.field.startswith("factors.")]
    assert len(told) == 3
    assert told[0].startswith("ramps.memfis/*.from>>=6: ")
    assert told[0].endswith("(in run late = 6 months and 2 others)")
    assert [message.partition(":")[0] for message in told[1:]] == ["gpus.H100.price_usd=-5", "gpus.H100.price_usd=-7"]


def test_a_field_of_the_study_is_told_by_its_line_where_it_stands(file: Path) -> None:
    origins = Origins(read_study(file), file)
    placed = Problem(str(file), "line 5", "study.set", "there is no 'prize'")
    problems = [Problem("study", "", "study.design", "no"), Problem("wrong", "", "study.hours_max", "too long"), placed]
    with pytest.raises(StudyError) as raised, origins.placing():
        raise StudyError(problems)
    assert [(problem.file, problem.where, problem.field, problem.message) for problem in raised.value.problems] == [
        (str(file), "line 2", "study.design", "no"),
        (str(file), "", "study.hours_max", "too long"),
        (str(file), "line 5", "study.set", "there is no 'prize'"),
    ]
