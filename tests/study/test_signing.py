"""Which runs are asked again with contracts held, what is refused, and that a question with contracts is one of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.core.bundled import scenario_path
from optimizer.core.errors import StudyError
from optimizer.solve.highs.settings import SolveSettings
from optimizer.solve.search.committed_contract import CommittedContract, contracts_as_json
from optimizer.study.answers.table import study_table
from optimizer.study.file.definition import Named
from optimizer.study.file.spreads import Listed
from optimizer.study.runs.designs import Run, runs_of
from optimizer.study.runs.estimate import require_time, solves_of
from optimizer.study.runs.questions import Questions, key_of
from optimizer.study.runs.signing import PHASE, committed_runs, require_signable
from tests import builders as b
from tests.study import made
from tests.study.hand import asked

GRID = CommittedContract("a", "grid", "firm", "2024-01", (("2024-01", 1.0), ("2024-02", 3.0)))
SETTINGS = SolveSettings()
SLIP = made.factor("slip", spread=Listed((3, 6)))
STUDY = made.study("grid", SLIP, signed=True, named=(Named("dear", "Dear", ("p=2",)),))


def test_every_run_with_a_plan_is_asked_again_and_the_scenario_as_it_is_not() -> None:
    """Base, slips of 3 and 6 (which has no plan), and a named run."""
    runs = runs_of(STUDY)
    assert [run.name for run in runs] == ["base", "slip = 3 months", "slip = 6 months", "dear"]
    outcomes = {0: made.plan(1.0), 1: made.plan(1.0), 2: made.none(), 3: made.plan(2.0)}
    table = study_table(STUDY, runs, outcomes)
    again = committed_runs(table, runs, (GRID,))
    assert [(run.index, run.name, run.starts_from, run.phase, run.fixed) for run in again] == [
        (4, "slip = 3 months, contracts signed", 1, PHASE, ""),
        (5, "dear, contracts signed", 3, PHASE, ""),
    ]
    assert [run.overrides for run in again] == [runs[1].overrides, runs[3].overrides]
    assert committed_runs(table, runs, ()) == []


def test_a_question_with_contracts_held_is_another() -> None:
    """Neither the free run's answer nor that of another contract, or of other MW, is taken for it; the instance stays as it is."""
    instance = b.instance()
    more = replace(GRID, mw=(("2024-01", 1.0), ("2024-02", 3.5)))
    keys = [key_of(instance, SETTINGS, held) for held in ((), (GRID,), (more,), (GRID, more), (replace(GRID, begin="2024-02"),))]
    assert len(set(keys)) == 5
    assert keys[0] == key_of(instance, SETTINGS)


def test_contracts_go_with_the_task_and_the_scenario_is_that_of_the_free_run() -> None:
    free = Run(1, "r", {}, ("gpus.H100.price_usd*=2",), None)
    again = replace(free, index=2, starts_from=1, phase=PHASE)
    questions = Questions(scenario_path("quickstart"), SETTINGS)
    (knowing,), (held,) = questions.ask([free]), questions.pack_committed([again], (GRID,))
    assert held.instance == knowing.instance
    assert held.key == key_of(knowing.instance, SETTINGS, (GRID,)) != knowing.key
    assert (held.task(b"start").signed, knowing.task(None).signed) == ((GRID,), ())
    assert held.task(b"start").index == 2


def test_contracts_are_told_by_their_first_and_their_most_mw() -> None:
    assert contracts_as_json((GRID,)) == [
        {"site_id": "a", "contract_id": "grid", "kind": "firm", "begin": "2024-01", "mw_first": 1.0, "mw": 3.0}
    ]


def test_it_is_refused_where_there_is_nothing_to_hold_or_cost_is_not_all() -> None:
    """Each problem once, with the first run that has it."""
    require_signable([("base", asked())])
    early = replace(asked(), goals=("earliest", "min_cost"))
    with pytest.raises(StudyError) as raised:
        require_signable([("base", asked()), ("x", early), ("y", early), ("z", replace(asked(), has_contracts=False))])
    assert [(problem.field, problem.message) for problem in raised.value.problems] == [
        ("study.signed", "What having signed costs is told by cost alone; the scenario's goals are earliest, min_cost. Leave out signed. "
                         "(In run x.)"),
        ("study.signed", "There are no power contracts to be held: the scenario has no [contracts]. Leave out signed. (In run z.)"),
    ]


def test_the_runs_asked_again_are_counted() -> None:
    """Base, two slips and a named run, and the three again."""
    assert solves_of(STUDY, asked()) == 4 + 3
    assert solves_of(replace(STUDY, signed=False), asked()) == 4


def test_a_study_that_would_take_too_long_is_told_to_leave_them_out() -> None:
    with pytest.raises(StudyError, match=r"Give fewer values, leave out signed, set a time_limit_s, use more workers"):
        require_time(replace(STUDY, hours_max=1.0), 7, 3600.0, 1)
