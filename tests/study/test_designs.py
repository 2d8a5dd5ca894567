"""The runs of each design, by hand where they are few; where a search starts from; samples by what must hold of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.study.file.definition import Correlation, Factor, Named, Study
from optimizer.study.file.spreads import Listed, Normal, Range, Spread, Uniform
from optimizer.study.runs.designs import Run, count_runs, run_at, runs_of, salib_problem
from optimizer.study.runs.neighbours import nearest_before
from optimizer.study.runs.samples import sample_of

DRAWN = ("latin_hypercube", "morris", "sobol", "monte_carlo")


def factor(name: str, spread: Spread | None, base: Any = None, **given: Any) -> Factor:
    fields = {"unit": "", "paths": (f"p.{name}",), "by": "set", "whole": False}
    return Factor(name=name, title=name, base=base, spread=spread, **{**fields, **given})


PRICE = factor("price", Listed((30, 20, 40)), 30, unit="USD")
SLIP = factor("slip", Range(-2, 6), 0, unit="months", by="later", whole=True)
KIND = factor("kind", Listed(("a", "b")))
NAMED = Named("calm", "Calm", ("z.y=1",))


def study(design: Any, *factors: Factor, **given: Any) -> Study:
    return Study(name="s", title="s", design=design, factors=factors, **given)


def test_one_at_a_time() -> None:
    runs = runs_of(study("one_at_a_time", PRICE, SLIP, KIND, set=("q.r=1",), named=(NAMED,)))
    base = {"price": 30, "slip": 0}
    assert runs == (
        Run(0, "base", base, ("q.r=1",), None),
        Run(1, "price = 20 USD", {**base, "price": 20}, ("q.r=1", "p.price=20"), 0),
        Run(2, "price = 40 USD", {**base, "price": 40}, ("q.r=1", "p.price=40"), 0),
        Run(3, "slip = -2 months", {**base, "slip": -2}, ("q.r=1", "p.slip>>=-2"), 0),
        Run(4, "slip = 6 months", {**base, "slip": 6}, ("q.r=1", "p.slip>>=6"), 0),
        Run(5, "kind = a", {**base, "kind": "a"}, ("q.r=1", "p.kind=a"), 0),
        Run(6, "kind = b", {**base, "kind": "b"}, ("q.r=1", "p.kind=b"), 0),
        Run(7, "calm", base, ("q.r=1", "z.y=1"), 0),
    )


def test_a_grid_turns_the_last_factor_fastest_and_starts_from_what_is_near() -> None:
    """Distances in spans, of 20 USD and of 8 months. Run 1 may start from the base alone, runs 2 and 3 from 0 and 1, the rest from 0 to 3.

    Run 2 lies 0.75 from run 0 and 1 from run 1; run 3 lies 0.75 and 0.5 from them; run 4 lies 1.25, 1.5, 0.5 and 1 from runs 0 to 3,
    run 5 lies 0.75, 0.5, 1.5 and 1 from them, run 6 lies 1.25, 1.5, 0.5 and 2.
    """
    runs = runs_of(study("grid", PRICE, SLIP))
    assert [(run.values["price"], run.values["slip"]) for run in runs] == [(30, 0), (30, -2), (30, 6), (20, -2), (20, 6), (40, -2), (40, 6)]
    assert [run.starts_from for run in runs] == [None, 0, 0, 1, 2, 1, 2]
    assert [run.name for run in runs[:3]] == ["base", "slip = -2 months", "slip = 6 months"]
    assert runs[6].name == "price = 40 USD, slip = 6 months"
    assert runs[6].overrides == ("p.price=40", "p.slip>>=6")


def test_ties_go_to_the_first_and_texts_are_alike_or_not() -> None:
    assert nearest_before([("a",), ("b",), ("b",), ("c",), ("b",)]) == [None, 0, 1, 0, 1]
    assert nearest_before([(None,), (4.0,), (4.0,), (0.0,)]) == [None, 0, 1, 0]  # a value not known is one span away, as is 4 from 0
    assert nearest_before([(1.0, 5), (1.0, 5), (1.0, 5)]) == [None, 0, 0]


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.sampled_from(["a", "b"])), min_size=1, max_size=40))
def test_a_search_starts_from_an_earlier_run_of_the_first_half(points: list[tuple[float, str]]) -> None:
    for index, start in enumerate(nearest_before(points)):
        if index:
            assert start is not None
            assert 0 <= start < 2 ** (index.bit_length() - 1) <= index
        else:
            assert start is None


def test_named_runs() -> None:
    runs = runs_of(study("named", SLIP, set=("q.r=1",), named=(NAMED,)))
    assert runs == (Run(0, "base", {"slip": 0}, ("q.r=1",), None), Run(1, "calm", {"slip": 0}, ("q.r=1", "z.y=1"), 0))


def test_a_factor_without_values_is_moved_by_breakpoints_alone() -> None:
    asked = study("grid", PRICE, factor("idle", None, 1, by="times"))
    assert len(runs_of(asked)) == 4
    run = run_at(asked, 9, {"idle": 2}, phase="breakpoint")
    assert run == Run(9, "idle = 2", {"price": 30, "idle": 2}, ("p.idle*=2",), 0, "breakpoint")


def test_a_decision_held_at_the_base() -> None:
    run = run_at(study("grid", PRICE, SLIP), 5, {"slip": 2.0}, phase="fixed", fixed="memphis")
    assert run == Run(5, "slip = 2 months at memphis", {"price": 30, "slip": 2}, ("p.slip>>=2",), 0, "fixed", "memphis")
    assert run_at(study("grid", PRICE), 6, {}, phase="fixed", fixed="memphis").name == "base at memphis"


@pytest.mark.parametrize("design", ["one_at_a_time", "grid", "named", *DRAWN])
def test_runs_are_counted_without_making_them(design: str) -> None:
    asked = study(design, factor("a", Range(0, 1)), factor("b", Range(-1, 1), 0), samples=8, named=(NAMED, replace(NAMED, name="x")))
    runs = runs_of(asked)
    assert count_runs(asked) == len(runs)
    assert [run.index for run in runs] == list(range(len(runs)))
    assert [run.name for run in runs[-2:]] == ["calm", "x"]


def test_counts_by_hand() -> None:
    three = (PRICE, SLIP, KIND)
    assert count_runs(study("grid", *three)) == 1 + 3 * 2 * 2
    assert count_runs(study("one_at_a_time", *three)) == 1 + 2 + 2 + 2
    ranges = tuple(factor(name, Range(0, 1)) for name in "abc")
    assert count_runs(study("morris", *ranges, samples=10)) == 1 + 10 * 4
    assert count_runs(study("sobol", *ranges, samples=16)) == 1 + 16 * 5


@pytest.mark.parametrize("design", DRAWN)
def test_one_seed_one_design(design: str) -> None:
    asked = study(design, factor("a", Range(0, 1)), factor("b", Normal(5, 2, 0, 9)), samples=8, seed=0)
    assert runs_of(asked) == runs_of(asked)
    assert [run.values for run in runs_of(asked)] != [run.values for run in runs_of(replace(asked, seed=1))]
    assert len({run.name for run in runs_of(asked)}) == count_runs(asked)


def test_a_latin_hypercube_has_one_run_in_each_slice() -> None:
    runs = runs_of(study("latin_hypercube", factor("a", Range(0, 10)), factor("b", Uniform(100, 110)), samples=10))[1:]
    for name, start in (("a", 0), ("b", 100)):
        assert sorted(math.floor(float(run.values[name])) - start for run in runs) == list(range(10))


def test_morris_moves_one_factor_a_step() -> None:
    """Four levels: steps of two thirds of the range. Three factors make trajectories of four runs."""
    asked = study("morris", *(factor(name, Range(0, 3)) for name in "abc"), samples=5)
    values = np.array([[float(run.values[name]) for name in "abc"] for run in runs_of(asked)[1:]])
    assert set(values.ravel()) <= {0, 1, 2, 3}
    for trajectory in values.reshape(5, 4, 3):
        steps = np.diff(trajectory, axis=0)
        assert (np.abs(steps).sum(axis=1) == 2).all()
        assert ((steps != 0).sum(axis=0) == 1).all()  # each factor once


def test_sobol_takes_each_column_of_one_matrix_into_the_other() -> None:
    """Saltelli's order: a row of A, then that row with one factor of B at a time, then the row of B."""
    asked = study("sobol", *(factor(name, Range(0, 1)) for name in "abc"), samples=4)
    values = np.array([[float(run.values[name]) for name in "abc"] for run in runs_of(asked)[1:]]).reshape(4, 5, 3)
    for block in values:
        for place in range(3):
            mixed = block[0].copy()
            mixed[place] = block[4][place]
            assert (block[1 + place] == mixed).all()
        assert (block[0] != block[4]).all()


@pytest.mark.parametrize("design", DRAWN)
def test_a_row_of_the_sample_is_the_run_after_the_base(design: str) -> None:
    asked = study(design, factor("a", Range(0, 1)), factor("b", Range(10, 30)), samples=4)
    sample = sample_of(asked)
    for row, run in zip(sample, runs_of(asked)[1:], strict=True):
        assert [run.values["a"], run.values["b"]] == pytest.approx([row[0], 10 + 20 * row[1]], abs=1e-8)


def test_the_problem_for_an_analysis() -> None:
    asked = study("sobol", factor("idle", None), factor("a", Range(0, 5)))
    assert salib_problem(asked) == {"num_vars": 1, "names": ["a"], "bounds": [[0.0, 1.0]]}


def ranks(values: list[float]) -> np.ndarray[Any, Any]:
    return np.argsort(np.argsort(values))


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.6])
def test_ranks_are_correlated_as_asked(rho: float) -> None:
    """4,000 draws: the correlation of ranks lies within 0.05 of what was asked (three standard errors), whatever the marginals."""
    asked = study(
        "monte_carlo",
        factor("a", Normal(5, 1)),
        factor("free", Range(0, 1)),
        factor("b", Range(0, 1)),
        samples=4000,
        correlations=(Correlation(("b", "a"), rho),) if rho else (),
    )
    columns = np.array([[float(run.values[name]) for name in ("a", "free", "b")] for run in runs_of(asked)[1:]]).T
    of_ranks = np.corrcoef([ranks(column) for column in columns])
    assert of_ranks[0, 2] == pytest.approx(rho, abs=0.05)
    assert of_ranks[0, 1] == pytest.approx(0, abs=0.05)
    assert of_ranks[1, 2] == pytest.approx(0, abs=0.05)
    assert columns[0].mean() == pytest.approx(5, abs=0.06)
    assert columns[0].std() == pytest.approx(1, abs=0.05)
    assert columns[2].mean() == pytest.approx(0.5, abs=0.02)
