"""Studies, runs and outcomes made by hand, for the tests of what a study answers. No solver is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.study.answers.table import study_table
from optimizer.study.engine.outcome import Outcome
from optimizer.study.file.definition import Factor, Study
from optimizer.study.file.spreads import Range
from optimizer.study.runs.designs import Run

_FACTOR = Factor("slip", "Slip", "months", ("ramps.a/*.from",), "later", 0, Range(0.0, 12.0), whole=True)


def factor(name: str = "slip", **changes: Any) -> Factor:
    return replace(_FACTOR, **{"name": name, "title": name.capitalize(), **changes})


def study(design: str = "one_at_a_time", *factors: Factor, **changes: Any) -> Study:
    return Study(name="test", title="Test", design=design, **{"factors": factors, **changes})


def plan(cost: float, host: str = "a", **figures: Any) -> Outcome:
    """An outcome with a plan that is proven to the last dollar."""
    way = "none" if not host else "rent" if host == "cloud" else "build"
    held = {
        "objective_musd": cost, "bound_musd": cost, "gap": 0.0, "cash_cost_musd": cost, "value_of_time_musd": 0.0, "residual_musd": 0.0,
        "nonrefundable_at_signature_musd": 0.0, "host": host, "build_or_rent": way, "sites": "" if way == "rent" else host,
        "contracts": f"{host}/grid", "it_mw": 1.0, "gpus_bought": 1000.0, "gpus_rented": 0.0, "ready": "2024-01", "ready_months": 0.0,
        "delay_months": 0.0, "verification_passed": True, "typical_hours_error": 0.0,
    }
    return Outcome(0, "", "optimal", figures={**held, **figures}, seconds={"total": 2.0})


def none(status: str = "infeasible") -> Outcome:
    return Outcome(0, "", status, "why", seconds={"total": 1.0})


Made = tuple[dict[str, Any], Outcome | None] | tuple[dict[str, Any], Outcome | None, str]


def table(asked: Study, *made: Made) -> pd.DataFrame:
    """Runs in the order of their numbers: values, outcome, and the host held where the run holds one."""
    runs, outcomes = [], {}
    for index, (values, outcome, *held) in enumerate(made):
        overrides = tuple(f"{name}={value}" for name, value in values.items())
        phase, fixed = ("fixed", held[0]) if held else ("design", "")
        runs.append(Run(index, f"run {index}", values, overrides, None, phase, fixed))
        if outcome is not None:
            outcomes[index] = replace(outcome, index=index, key=f"key {index}")
    return study_table(asked, runs, outcomes)
