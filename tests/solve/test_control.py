"""Time limits, Ctrl-C and a worker that dies: the best solution so far is never lost, and the next solve works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.solve import Answer, HighsProcess, Progress, SolveSettings, compile_model
from optimizer.solve.highs import runner
from tests.solve.models import deaf, hard_assignment, two_item_knapsack


def assert_best_so_far(answer: Answer, reason: str) -> None:
    assert (answer.stop_reason, answer.held) == (reason, "best_found")
    assert answer.objective is not None
    assert answer.bound is not None
    assert answer.gap is not None
    assert answer.bound < answer.objective
    assert answer.gap == pytest.approx((answer.objective - answer.bound) / answer.objective)


def assert_works(highs: HighsProcess) -> None:
    assert highs.solve(compile_model(two_item_knapsack()), SolveSettings(gap=0)).objective == pytest.approx(110)


def test_time_limit_gives_the_best_so_far_with_its_gap_and_progress_on_the_way(highs: HighsProcess) -> None:
    steps: list[Progress] = []
    answer = highs.solve(hard_assignment(), SolveSettings(gap=0, time_limit_s=1.5), on_progress=steps.append)
    assert_best_so_far(answer, "time_limit")
    assert 1.0 < answer.seconds < 1.5 + runner.GRACE_S
    assert 2 <= len(steps) <= 1.5 * 4 + 3
    assert [step.seconds for step in steps] == sorted(step.seconds for step in steps)
    assert steps[-1].objective is not None
    assert steps[-1].objective >= answer.objective  # type: ignore[operator]


def test_a_maximised_model_reports_in_its_own_sense(highs: HighsProcess) -> None:
    least = hard_assignment()
    # The most of minus the miss: objectives are negative, and the bound lies above them.
    most = replace(least, costs=-least.costs, offset=-least.offset, maximize=True)
    steps: list[Progress] = []
    answer = highs.solve(most, SolveSettings(gap=0, time_limit_s=0.8), on_progress=steps.append)
    assert answer.objective is not None
    assert answer.bound is not None
    assert steps[-1].bound is not None
    assert steps[-1].objective is not None
    assert answer.objective < answer.bound <= -1 + 1e-9
    assert steps[-1].objective <= answer.objective <= steps[-1].bound


def test_a_time_limit_of_zero_holds_nothing(highs: HighsProcess) -> None:
    answer = highs.solve(hard_assignment(), SolveSettings(time_limit_s=0))
    assert answer.stop_reason == "time_limit"


def test_ctrl_c_gives_the_best_so_far(highs: HighsProcess) -> None:
    timer = threading.Timer(1.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    answer = highs.solve(hard_assignment(), SolveSettings(gap=0, time_limit_s=60))
    timer.join()
    assert_best_so_far(answer, "interrupted")
    assert answer.seconds < 10
    assert_works(highs)


def test_ctrl_c_on_a_deaf_search_ends_by_killing_it(highs: HighsProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "GRACE_S", 0.0)
    timer = threading.Timer(0.6, signal.raise_signal, [signal.SIGINT])
    timer.start()
    answer = highs.solve(deaf(), SolveSettings(presolve=False))
    timer.join()
    assert (answer.stop_reason, answer.held) == ("interrupted", "nothing")
    monkeypatch.undo()
    assert_works(highs)


def test_watchdog_kills_what_does_not_heed_its_time_limit_and_keeps_the_best(
    highs: HighsProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The patience of the parent is made shorter than the limit HiGHS is given, as if HiGHS did not look at its clock.
    monkeypatch.setattr(runner, "GRACE_S", -58.0)
    answer = highs.solve(hard_assignment(), SolveSettings(gap=0, time_limit_s=60))
    assert_best_so_far(answer, "time_limit")
    assert answer.seconds == pytest.approx(2.0, abs=1.0)
    monkeypatch.undo()
    assert_works(highs)


def test_a_worker_that_dies_leaves_its_best_solution_to_the_next_and_says_so(highs: HighsProcess) -> None:
    """Killed after 1.5 of 4 s: another process goes on from the best solution in the time that is left."""
    threading.Timer(1.5, os.kill, [highs.process_id, signal.SIGKILL]).start()
    answer = highs.solve(hard_assignment(), SolveSettings(gap=0, time_limit_s=4))
    assert_best_so_far(answer, "time_limit")
    ((name, what),) = highs.failures[-1].failed
    assert (name, highs.failures[-1].answered_by) == ("HiGHS", "HiGHS without presolve")
    assert "ended (code -9)" in what
    assert_works(highs)


def test_an_error_of_the_callers_own_does_not_leave_the_old_search_running(highs: HighsProcess) -> None:
    def refuse(step: Progress) -> None:
        raise RuntimeError("the caller's own")

    with pytest.raises(RuntimeError, match="the caller's own"):
        highs.solve(hard_assignment(), SolveSettings(gap=0, time_limit_s=60), on_progress=refuse)
    assert_works(highs)


def test_the_worker_imports_neither_pyomo_nor_pandas() -> None:
    code = (
        "import sys, optimizer.solve.highs.highs_worker; print([name for name in ('pyomo', 'pandas', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PRINTS_WITHOUT_LEAVE = """
import os
import highspy
from optimizer.solve.highs import highs_worker
replies = highs_worker._claim_standard_output()
highspy.Highs()
os.write(1, b"a line that a library prints past its own options")
replies.write(b"for the parent")
replies.flush()
"""


def run_alone(script: Path) -> tuple[str, str]:
    """Standard output and standard error of a script in a process of its own, with the tests' modules at hand."""
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), *sys.path])
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path})
    return done.stdout, done.stderr


def test_the_worker_prints_nothing(tmp_path: Path) -> None:
    """HiGHS 1.16 greets with its version when it is first made, also where output is off; a page of messages is not the place.

    Nor does it print of a tree search, a linear program by simplex and by interior point, one without an answer, one cut short.
    """
    script = tmp_path / "solve.py"
    script.write_text(
        "from optimizer.solve import HighsProcess, SolveSettings, compile_model\n"
        "from tests.solve.models import deaf, hard_assignment, two_item_knapsack\n"
        "def asked(compiled, **settings):\n"
        "    with HighsProcess() as highs:\n"
        "        print(highs.solve(compiled, SolveSettings(**{'gap': 0, **settings})).stop_reason)\n"
        "small, knapsack = hard_assignment(8, 1), compile_model(two_item_knapsack())\n"
        "asked(small)\n"
        "asked(small, presolve=False)\n"
        "asked(knapsack.with_integers_fixed(knapsack.column_lower))\n"
        "asked(knapsack.with_integers_fixed(knapsack.column_lower), options=(('solver', 'ipm'),))\n"
        "asked(deaf())\n"
        "asked(hard_assignment(), time_limit_s=0.5)\n"
    )
    printed, errors = run_alone(script)
    assert errors == ""
    assert printed.split() == ["optimal", "optimal", "optimal", "optimal", "infeasible", "time_limit"]


def test_what_a_library_prints_in_the_worker_is_read_by_nobody(tmp_path: Path) -> None:
    script = tmp_path / "prints.py"
    script.write_text(PRINTS_WITHOUT_LEAVE)
    assert run_alone(script) == ("for the parent", "")


def test_the_worker_ends_with_its_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    # No main guard: a script of a user must work as it stands.
    script.write_text(
        "import os\n"
        "from optimizer.solve import HighsProcess\n"
        "highs = HighsProcess()\n"
        "print(highs.process_id, flush=True)\n"
        "os._exit(0)\n"
    )
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    worker = int(done.stdout)
    for _ in range(50):
        if not is_running(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its parent")


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # An orphan that has ended and waits for its new parent to notice is not running.
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z")
