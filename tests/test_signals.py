"""Ctrl-C and SIGTERM in every phase of a solve: what is held is audited and written, or it is said exactly what is there."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.core import interrupts
from optimizer.plan.folder import read_plan
from optimizer.scenario import new_scenario
from tests.output.runs import signalled, started

BOTH = (signal.SIGINT, signal.SIGTERM)

HELD = {
    "extract": ("import optimizer.workflow.question as q; at(q, 'extract_tables', waits)", signal.SIGINT),
    "audit": ("import optimizer.workflow.question as q; at(q, 'audit', waits)", signal.SIGHUP),
    "polish": ("import optimizer.solve.search.goals as g; at(g, 'tidied', waits)", signal.SIGINT),
    "verify": ("import optimizer.workflow.whole_way as w; at(w, 'verify', waits)", signal.SIGTERM),
    "write": ("import optimizer.plan.folder as f; at(f, '_write_tables', waits)", signal.SIGTERM),
    "swap": ("import optimizer.files.holding as h; at(h, 'put_in_place', waits)", signal.SIGINT),
}
"""Where a plan is held: each phase with the signal that comes in it."""


@pytest.fixture
def scenario(tmp_path):
    new_scenario(tmp_path / "first")
    return tmp_path


@pytest.mark.parametrize("phase", HELD)
def test_a_plan_that_is_held_is_audited_and_written(scenario: Path, phase: str) -> None:
    before, number = HELD[phase]
    code, out, err = signalled(started(before, scenario, "solve", "first"), scenario, number)
    assert (code, "Traceback" in err) == (130, False), err
    assert "Stopped by you" in err
    plan = read_plan(scenario / "plans" / "first")
    assert plan.header["audit"]["passed"] is True
    assert "Written: plans/first" in out
    assert CliRunner().invoke(app, ["check", str(scenario / "plans" / "first")]).exit_code == 0
    assert {path.name for path in (scenario / "plans").iterdir()} == {"first"}


@pytest.mark.parametrize("number", BOTH)
@pytest.mark.parametrize("before", [
    "import optimizer.cli.solving as s; at(s, 'assemble', waits)", "import optimizer.workflow.whole_way as w; at(w, 'build', waits)"])
def test_where_nothing_is_held_yet_nothing_was_written_is_said_and_so(scenario: Path, before: str, number: signal.Signals) -> None:
    code, out, err = signalled(started(before, scenario, "solve", "first"), scenario, number)
    assert (code, out, err.splitlines()[-1]) == (130, "", "Stopped by you before a plan was found; nothing was written.")
    assert {path.name for path in scenario.iterdir()} == {"first", "here"}


@pytest.mark.parametrize("number", BOTH)
def test_while_the_page_is_drawn_the_plan_is_there_and_that_is_text(scenario: Path, number: signal.Signals, monkeypatch) -> None:
    monkeypatch.setenv("LINGERS", str(scenario / "here"))
    before = "import optimizer.report.handout as h; h._MAKERS = dict.fromkeys(h._MAKERS, 'tests.report.makers:lingers')"
    code, out, err = signalled(started(before, scenario, "solve", "first"), scenario, number)
    assert (code, "Written: plans/first" in out) == (130, True)
    assert err.splitlines()[-1] == (
        "Stopped by you: the plan in plans/first is whole, what is made of it is not there. Make it: gigasite report plans/first")
    assert read_plan(scenario / "plans" / "first").header["audit"]["passed"] is True


def test_an_older_plan_stays_where_the_search_is_ended_before_it_holds_one(scenario: Path, monkeypatch) -> None:
    assert CliRunner().invoke(app, ["solve", str(scenario / "first"), "--out", str(scenario / "p")]).exit_code == 0
    older = (scenario / "p" / "plan.json").read_bytes()
    before = "import optimizer.workflow.whole_way as w; at(w, 'compile_model', waits)"
    words = ("solve", "first", "--out", "p", "--force", "--gap", "0.01")
    code, _, err = signalled(started(before, scenario, *words), scenario, signal.SIGTERM)
    assert (code, "nothing was written" in err) == (130, True)
    assert (scenario / "p" / "plan.json").read_bytes() == older


def test_signals_wait_where_they_are_shielded_and_come_where_it_is_exposed() -> None:
    with interrupts.heard():
        with interrupts.shielded():
            signal.raise_signal(signal.SIGTERM)
            with interrupts.shielded(firm=True), interrupts.exposed():
                pass
            with pytest.raises(KeyboardInterrupt), interrupts.exposed():
                pytest.fail("it should not come so far")
            with interrupts.exposed():  # it comes once
                pass
            assert interrupts.were_heard()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_what_was_ignored_when_the_command_began_stays_so() -> None:
    """As ``nohup`` and a shell that begins a command in the background leave it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interrupts.heard():
            signal.raise_signal(signal.SIGHUP)
            assert not interrupts.were_heard()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    with interrupts.heard(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGHUP)
