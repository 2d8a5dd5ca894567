"""Runs of a study: each question once, after the run it starts from, in an order that does not depend on who is quick."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.solve.highs.settings import SolveSettings
from optimizer.study.engine.engine import Died, Event, Finished, Started
from optimizer.study.engine.outcome import Outcome, Task
from optimizer.study.engine.progress_tracker import StudyProgress
from optimizer.study.engine.runlog import RunLog
from optimizer.study.engine.runner import run_all
from optimizer.study.runs.packed_run import PackedRun
from tests import builders as b
from tests.study.fakes import IDENTITY, PACKED, chain, objectives, run


class Scripted:
    """An engine without workers: of what it holds it ends the task that its turns pick; ``dying`` says how often a run's worker dies."""

    def __init__(self, capacity: int, turns: list[int], dying: dict[int, int] | None = None) -> None:
        self.capacity = capacity
        self.turns = turns
        self.dying = dict(dying or {})
        self.held: list[Task] = []
        self.submitted: list[tuple[int, bytes | None]] = []
        self.closed = 0

    def submit(self, task: Task) -> None:
        assert task.index not in [held.index for held in self.held]
        assert task.instance == b.instance()
        self.submitted.append((task.index, task.start))
        self.held.append(task)

    def wait(self, timeout_s: float) -> list[Event]:
        turn = self.turns.pop(0) if self.turns else 0
        task = self.held.pop(turn % len(self.held))
        if self.dying.get(task.index, 0) > 0:
            self.dying[task.index] -= 1
            return [Started(task.index), Died(task.index, "killed by SIGKILL")]
        objective = 100.0 + task.index + (0.0 if task.start is None else float(task.start) / 100)
        outcome = Outcome(task.index, task.key, "optimal", "", {"objective_musd": objective}, None, str(objective).encode())
        return [Started(task.index), Finished(task.index, outcome)]

    def close(self) -> None:
        self.closed += 1


def solved(folder: Path, asked: list[PackedRun], engine: Scripted) -> dict[int, float | None]:
    with RunLog(folder, IDENTITY, resume=True) as log:
        run_all(log, asked, engine)
        return objectives(log, asked)


def by_hand(count: int) -> dict[int, float]:
    """Objectives of the chain: 100 plus the index plus a hundredth of that of half the index."""
    values = {0: 100.0}
    for index in range(1, count):
        values[index] = 100.0 + index + values[index // 2] / 100
    return values


def test_a_run_begins_after_the_one_it_starts_from_and_with_its_solution(tmp_path: Path) -> None:
    engine = Scripted(1, [])
    found = solved(tmp_path, chain(4), engine)
    assert found == {0: 100.0, 1: 102.0, 2: 103.02, 3: 104.02}
    assert engine.submitted == [(0, None), (1, b"100.0"), (2, b"102.0"), (3, b"102.0")]


@settings(deadline=None, max_examples=30)
@given(turns=st.lists(st.integers(0, 20), max_size=40), capacity=st.integers(1, 5), deaths=st.sets(st.integers(0, 11), max_size=4))
def test_results_depend_neither_on_the_order_of_ends_nor_on_workers_nor_on_a_death(
    tmp_path_factory: pytest.TempPathFactory, turns: list[int], capacity: int, deaths: set[int]
) -> None:
    engine = Scripted(capacity, turns, dict.fromkeys(deaths, 1))
    found = solved(tmp_path_factory.mktemp("study"), chain(12), engine)
    assert found == pytest.approx(by_hand(12))
    assert sorted(index for index, _ in engine.submitted) == sorted([*range(12), *deaths])


def test_runs_that_ask_the_same_are_solved_once(tmp_path: Path) -> None:
    """Runs 1 and 3 ask what run 0 asks; run 4 starts from run 3, so from the solution of run 0."""
    keys = ["a", "a", "b", "a", "c"]
    starts = [None, 0, 0, 1, 3]
    asked = [PackedRun(run(index, starts[index]), key, SolveSettings(), PACKED) for index, key in enumerate(keys)]
    engine = Scripted(2, [])
    found = solved(tmp_path, asked, engine)
    assert [index for index, _ in engine.submitted] == [0, 2, 4]
    assert found == {0: 100.0, 1: 100.0, 2: 103.0, 3: 100.0, 4: 105.0}


def test_a_run_whose_workers_die_twice_is_given_up_and_the_rest_finish(tmp_path: Path) -> None:
    """Run 1 never ends: 2 and 3, which would start from it, start from nothing."""
    engine = Scripted(2, [], {1: 9})
    seen: list[StudyProgress] = []
    asked = chain(4)
    with RunLog(tmp_path, IDENTITY) as log:
        run_all(log, asked, engine, seen.append)
        assert objectives(log, asked) == {0: 100.0, 1: None, 2: 102.0, 3: 103.0}
        given_up = log.outcome("key1", 1)
    assert [index for index, _ in engine.submitted].count(1) == 2
    assert given_up is not None
    assert given_up.status == "quarantined"
    assert given_up.message == "Given up after 2 workers died of it: killed by SIGKILL."
    assert (seen[-1].quarantined, seen[-1].done, seen[-1].asked, seen[-1].running) == (1, 4, 4, 0)


def test_what_is_done_is_not_solved_again(tmp_path: Path) -> None:
    solved(tmp_path, chain(3), Scripted(1, []))
    again = Scripted(1, [])
    assert solved(tmp_path, chain(5), again) == pytest.approx(by_hand(5))
    assert again.submitted == [(3, b"102.0"), (4, b"103.02")]


def test_a_later_phase_starts_from_runs_of_the_one_before(tmp_path: Path) -> None:
    asked = [PackedRun(run(7, 2, "fixed"), "other", SolveSettings(), PACKED)]
    with RunLog(tmp_path, IDENTITY) as log:
        run_all(log, chain(3), Scripted(1, []))
        engine = Scripted(1, [])
        run_all(log, asked, engine)
    assert engine.submitted == [(7, b"103.02")]


def test_progress_counts_and_remembers_the_best_and_the_worst(tmp_path: Path) -> None:
    seen: list[StudyProgress] = []
    with RunLog(tmp_path, IDENTITY) as log:
        run_all(log, chain(3), Scripted(1, []), seen.append)
        assert [(at.done, at.best_musd, at.worst_musd) for at in seen] == [
            (0, None, None),
            (0, None, None),
            (1, 100.0, 100.0),
            (1, 100.0, 100.0),
            (2, 100.0, 102.0),
            (2, 100.0, 102.0),
            (3, 100.0, 103.02),
        ]
        again: list[StudyProgress] = []
        run_all(log, chain(3), Scripted(1, []), again.append)
    assert [(at.done, at.per_minute, at.best_musd, at.worst_musd) for at in again] == [(3, None, 100.0, 103.02)]
    assert seen[-1].per_minute == pytest.approx(60 * 3 / seen[-1].seconds)
    assert seen[-1].seconds_left == 0


def test_ctrl_c_closes_the_engine_and_leaves_nothing_at_work(tmp_path: Path) -> None:
    class Interrupted(Scripted):
        def wait(self, timeout_s: float) -> list[Event]:
            if len(self.submitted) > 3:
                raise KeyboardInterrupt
            return [*super().wait(timeout_s), *(Started(task.index) for task in self.held)]

    engine = Interrupted(2, [])
    with RunLog(tmp_path, IDENTITY) as log:
        with pytest.raises(KeyboardInterrupt):
            run_all(log, chain(12), engine)
        assert engine.closed == 1
        done = len(log.keys_done())
    assert done > 0
    again = Scripted(2, [])
    assert solved(tmp_path, chain(12), again) == pytest.approx(by_hand(12))
    assert len(again.submitted) == 12 - done
