"""The way of a question goes down once: which wings the workflow enters during one solve, and who calls whom."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import FrameType

import pytest

import optimizer
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance

PACKAGE = Path(optimizer.__file__).parent
WINGS = ("core", "files", "billing", "data", "scenario", "plan", "model", "solve", "explain", "audit", "verify", "study", "report",
         "workflow", "cli")
"""From the lowest to the highest."""

PUT_AWAY = {"carry", "release", "__exit__", "failures_as_json", "peak_memory_mb"}
"""What is done when a step is over: for the next solve, and for the account of this one."""

Call = tuple[str, str, str]
"""Wing of the caller, wing and name of what is called."""


def _wing(frame: FrameType | None) -> str:
    """Wing of a frame, or of the nearest of its callers that has one; empty where none has."""
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(PACKAGE) and file.parent != PACKAGE:
            return file.relative_to(PACKAGE).parts[0]
        frame = frame.f_back
    return ""


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    instance = assemble(read_scenario(PACKAGE.parent / "scenarios" / "quickstart", (), fill_sites))
    found: list[Call] = []
    wings: dict[str, bool] = {}

    def note(frame: FrameType, event: str, _: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and wings.setdefault(name, Path(name).is_relative_to(PACKAGE)):
            caller, called = _wing(frame.f_back), _wing(frame)
            if caller and caller != called:
                found.append((caller, called, frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        solve_instance(instance, SolveSettings())
    finally:
        sys.setprofile(before)
    return found


def _entered(calls: list[Call]) -> Iterator[str]:
    steps = (wing for caller, wing, name in calls if caller == "workflow" and wing not in ("core", "plan") and name not in PUT_AWAY)
    return (wing for wing, _ in groupby(steps))


def test_the_workflow_enters_wing_after_wing(calls: list[Call]) -> None:
    # docs/architecture.md, The way of a question: what is open, the model, its solution, its tables, why so, is it right, does it hold.
    assert list(_entered(calls)) == ["solve", "model", "solve", "model", "explain", "audit", "verify"]


def test_nothing_climbs_back_to_ask(calls: list[Call]) -> None:
    up = {call for call in calls if WINGS.index(call[1]) > WINGS.index(call[0])}
    assert up == {("solve", "workflow", "report")}  # progress, for who listens
