"""The table of a study: a row per run, strict types, and nothing missing that reads as a number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from optimizer.study.answers.table import compared, gap_musd, has_plan, is_answered, is_unsolved, plain, records, study_table
from optimizer.study.engine.outcome import FIGURES
from optimizer.study.file.spreads import Listed
from optimizer.study.runs.designs import Run
from tests.study import made

MIXED = made.factor("gas", by="set", base=None, spread=Listed(("none", 4.5)), whole=False, unit="USD")
TRUTH = made.factor("exempt", by="set", base=True, spread=Listed((True, False)), whole=False, unit="")


def four_runs() -> pd.DataFrame:
    asked = made.study("one_at_a_time", made.factor(), MIXED, TRUTH)
    return made.table(
        asked,
        ({"slip": 0, "exempt": True}, made.plan(100.0, "a")),
        ({"slip": 3, "gas": "none", "exempt": False}, made.plan(0.0, "", ready="", ready_months=None)),
        ({"slip": 6, "gas": 4.5}, made.none()),
        ({"slip": 12}, None),
    )


def test_columns_and_types():
    table = four_runs()
    head = ["run", "name", "phase", "fixed", "set", "factor.slip", "factor.gas", "factor.exempt", "status", "message"]
    assert list(table.columns) == [*head, *FIGURES, "seconds", "key"]
    types = table.dtypes.astype(str).to_dict()
    assert types["run"] == "int64"
    assert types["factor.slip"] == types["objective_musd"] == types["ready_months"] == types["seconds"] == "float64"
    assert types["factor.exempt"] == types["verification_passed"] == "boolean"
    assert {types[name] for name in ("name", "phase", "fixed", "set", "factor.gas", "status", "message", "host", "ready", "key")} == {"str"}


def test_a_table_without_any_plan_has_the_same_types():
    empty = made.table(made.study("named"), ({}, made.none()))
    held = made.table(made.study("named"), ({}, made.plan(1.0)))
    assert empty.dtypes.equals(held.dtypes)


def test_what_is_missing_is_never_zero_and_never_an_empty_text():
    table = four_runs()
    for row in (2, 3):
        assert table.loc[row, list(FIGURES)].isna().all()
    assert table["host"].tolist()[:2] == ["a", ""]  # a plan that runs nowhere says so
    assert np.isnan(table.loc[1, "ready_months"])
    assert table["objective_musd"].tolist()[:2] == [100.0, 0.0]
    assert table["status"].tolist() == ["optimal", "optimal", "infeasible", "not_run"]
    assert np.isnan(table.loc[3, "seconds"])
    assert table["factor.gas"].isna().tolist() == [True, False, False, True]
    assert table["factor.gas"].tolist()[1:3] == ["none", "4.5"]
    assert table["factor.exempt"].isna().tolist() == [False, False, True, True]


def test_the_set_options_are_those_of_the_command_line():
    run = Run(0, "base", {}, ("gpus.*.supply*=0.5", "title=It's on"), None)
    table = study_table(made.study("named"), [run], {})
    assert table["set"].tolist() == ["""--set 'gpus.*.supply*=0.5' --set 'title=It'"'"'s on'"""]


def test_what_became_of_a_run():
    table = made.table(made.study("named"), *[({}, made.plan(1.0)), *(({}, made.none(status)) for status in (
        "infeasible", "no_plan_in_time", "wrong_input", "audit_failed", "failed", "quarantined")), ({}, None)])
    assert has_plan(table).tolist() == [True] + 7 * [False]
    assert is_answered(table).tolist() == [True, True] + 6 * [False]
    assert is_unsolved(table).tolist() == 3 * [False] + 4 * [True] + [False]


@pytest.mark.parametrize(("design", "runs"), [
    ("one_at_a_time", [0, 1, 2, 3]), ("named", [0, 1, 2, 3]), ("grid", [1, 2]), ("monte_carlo", [1, 2]), ("sobol", [1, 2]),
])
def test_draws_are_compared_without_the_base_and_the_named_runs_beside_them(design, runs):
    from optimizer.study.file.definition import Named

    asked = made.study(design, made.factor(), named=(Named("gas_off", "", ()),))
    table = made.table(asked, *[({"slip": slip}, made.plan(1.0)) for slip in (0, 3, 6, 0)], ({"slip": 3}, made.plan(2.0), "b"))
    assert compared(asked, table)["run"].tolist() == runs


def test_cells_for_json():
    row = records(four_runs())[1]
    assert plain(row["ready_months"]) is None
    assert plain(row["verification_passed"]) is True
    assert plain(row["factor.slip"], made.factor()) == 3
    assert isinstance(plain(row["factor.slip"], made.factor()), int)
    assert isinstance(plain(row["factor.slip"]), float)
    assert plain(row["host"]) == ""
    assert plain(pd.NA) is None


def test_the_gap_in_money():
    rows = records(made.table(made.study("named"), ({}, made.plan(100.0, bound_musd=97.0)), ({}, made.plan(100.0, bound_musd=None))))
    assert [gap_musd(row) for row in rows] == [3.0, float("inf")]


def test_the_table_survives_parquet(tmp_path):
    table = four_runs()
    table.to_parquet(tmp_path / "study.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "study.parquet"), table)
