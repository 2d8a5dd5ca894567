"""What does not fit together in a study: each fault alone, named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.study.file.study_file import read_study
from tests.study.test_study_file import problems_of, written


def breakpoint_of(name: str, numbers: tuple[float, float, float], watch: str = '["host"]') -> str:
    low, high, precision = numbers
    return f'\n[[breakpoints]]\nfactor = "{name}"\nlow = {low}\nhigh = {high}\nprecision = {precision}\nwatch = {watch}'


ONE = '[study]\ndesign = "{design}"\n{head}\n[[factors]]\nname = "x"\npath = "a.b"\n{lines}\n'
RANGE = 'unit = "USD"\nlow = 1\nhigh = 2'


@pytest.mark.parametrize(
    ("lines", "field", "says"),
    [
        ('values = [1]\ndistribution = { kind = "uniform", low = 0, high = 1 }', "factors.x.distribution", "stands beside values"),
        ("values = [1]\nlow = 0\nhigh = 1", "factors.x.low", "stands beside values"),
        ("values = []", "factors.x.values", "at least 1"),
        ("values = [1, 2, 1.0]", "factors.x.values", "twice"),
        ("values = [inf]", "factors.x.values.0", "is not a value"),
        ('unit = "USD"\nlow = 2', "factors.x.high", "is required beside low"),
        ('unit = "USD"\nlow = 2\nhigh = 2', "factors.x.low", "2 is not below high, 2"),
        ("low = 1\nhigh = 2", "factors.x.unit", "is required and missing"),
        ("", "factors.x.values", "is required and missing"),
        ('by = "times"\nvalues = ["a"]', "factors.x.values", "takes numbers alone"),
        ('by = "times"\nvalues = [2]\nbase = "a"', "factors.x.base", "takes a number"),
        ('by = "later"\nvalues = [2.5]', "factors.x.whole", "2.5 is not a whole number"),
        ('by = "later"\nvalues = [2]\nwhole = false', "factors.x.whole", "counts whole months"),
        ("values = [true]\nwhole = true", "factors.x.whole", "is for numbers"),
        ('by = "between"\nlow = -1\nhigh = 1.5', "factors.x", "from -1 (from_low)"),
        ('by = "between"\ndistribution = { kind = "normal", mean = 0, sd = 0.3 }', "factors.x", "from -1 (from_low)"),
        ('paths = ["a.c"]\nvalues = [1]', "factors.x.path", "stands beside paths"),
        ("distribution = 3", "factors.x.distribution", "should be a table"),
        ('values = [1]\n[[factors]]\nname = "x"\npath = "c.d"\nvalues = [1]', "factors.1.name", "the name of another"),
        ('values = [1]\n[[named]]\nname = "base"\nset = ["a.b=1"]', "named.base.name", "the scenario as it is"),
        ('values = [1]\n[[named]]\nname = "n"\nset = ["a.b"]', "named.n.set", "must be as for --set"),
        ('values = [1]\n[[named]]\nname = "n"\nset = []', "named.n.set", "at least 1"),
        ('values = [1]\n[[correlations]]\nfactors = ["x", "y"]\nrho = 0.5', "correlations.0.factors", "there is no factor 'y'"),
        (RANGE + breakpoint_of("y", (1, 2, 1)), "breakpoints.0.factor", "there is no factor 'y'"),
        (RANGE + breakpoint_of("x", (2, 1, 1)), "breakpoints.0.low", "is not below high, 1"),
        (RANGE + breakpoint_of("x", (1, 2, 3)), "breakpoints.0.precision", "is more than lies between"),
        (RANGE + breakpoint_of("x", (1, 2, 1), '["host", "host"]'), "breakpoints.0.watch", "names something twice"),
        ('values = ["a"]' + breakpoint_of("x", (1, 2, 1)), "breakpoints.0.factor", "takes texts or truths"),
        ('by = "later"\nvalues = [2]' + breakpoint_of("x", (1, 9, 0.5)), "breakpoints.0.precision", "0.5 is not whole"),
        ('by = "between"\nvalues = [1]' + breakpoint_of("x", (-2, 1, 0.5)), "breakpoints.0.low", "-2 is outside the range"),
    ],
)
def test_a_wrong_item_is_named(tmp_path: Path, lines: str, field: str, says: str) -> None:
    design = "monte_carlo" if "correlations" in lines else "grid"
    problems = problems_of(tmp_path, ONE.format(design=design, head="", lines=lines))
    assert [problem.field.startswith(field) and says in problem.message for problem in problems] == [True], problems
    assert all(problem.where.startswith("line ") for problem in problems)


@pytest.mark.parametrize(
    ("inside", "field", "says"),
    [
        ('kind = "triangle", low = 0', "kind", "did you mean 'triangular'?"),
        ('kind = "triangular", low = 0, high = 2', "mode", "takes low, mode, high"),
        ('kind = "triangular", low = 0, mode = 3, high = 2', "mode", "between low and high"),
        ('kind = "uniform", low = 0, high = 2, sd = 1', "sd", "nothing of the kind uniform"),
        ('kind = "uniform", low = 3, high = 2', "low", "is not below"),
        ('kind = "normal", mean = 0, sd = 0', "sd", "more than 0"),
        ('kind = "normal", mean = 0, sd = 1, low = 3, high = 1', "low", "is not below"),
        ('kind = "lognormal", median = -1, sigma = 1', "median", "more than 0"),
        ('kind = "discrete", values = [1, 2], weights = [1]', "weights", "1 weights for 2 values"),
        ('kind = "discrete", values = [1], weights = [0]', "weights", "are all 0"),
        ('kind = "discrete", values = [1], weights = [-1]', "weights.0", "at least 0"),
    ],
)
def test_a_wrong_distribution_is_named(tmp_path: Path, inside: str, field: str, says: str) -> None:
    lines = f'unit = ""\ndistribution = {{ {inside} }}'
    (problem,) = problems_of(tmp_path, ONE.format(design="monte_carlo", head="", lines=lines))
    assert (problem.where, problem.field) == ("line 8", f"factors.x.distribution.{field}")
    assert says in problem.message


@pytest.mark.parametrize(
    ("design", "head", "lines", "field", "says"),
    [
        ("sobol", "samples = 100", RANGE, "study.samples", "such as 128"),
        ("sobol", "samples = 8", "values = [1, 2]", "factors.x.values", "sobol draws from a range"),
        ("morris", "levels = 5", RANGE, "study.levels", "5 is odd"),
        ("morris", "", "values = [1, 2]", "factors.x.values", "morris draws from a range"),
        ("morris", "", 'unit = ""\ndistribution = { kind = "normal", mean = 0, sd = 1 }', "factors.x.distribution", "from end to end"),
        ("morris", "", 'distribution = { kind = "discrete", values = [1], weights = [1] }', "factors.x.distribution", "is not discrete"),
        ("grid", 'candidates = ["memphis"]', RANGE, "study.candidates", "is for regret = true"),
        ("grid", 'regret = true\ncandidates = ["memphis", "memphis"]', RANGE, "study.candidates", "twice"),
        ("grid", 'signed = "yes"', RANGE, "study.signed", "allowed: true or false"),
        ("named", "signed = true", RANGE + breakpoint_of("x", (1, 2, 1)), "study.signed", "there are none"),
        ("grid", "cvar_fraction = 0", RANGE, "study.cvar_fraction", "more than 0 to 1"),
        ("grid", 'set = ["a.b"]', RANGE, "study.set.0", "must be as for --set"),
        ("grid", 'name = "a b"', RANGE, "study.name", "letters, digits"),
        ("named", "", RANGE + '\n[[named]]\nname = "n"\nset = ["a.b=1"]', "factors.x.name", "nothing changes x"),
        (
            "grid",
            "",
            RANGE + '\n[[factors]]\nname = "y"\npath = "c"\nvalues = [1]\n[[correlations]]\nfactors = ["x", "y"]\nrho = 0.1',
            "correlations.0",
            "for the design monte_carlo",
        ),
    ],
)
def test_what_does_not_fit_the_design_is_named(tmp_path: Path, design: str, head: str, lines: str, field: str, says: str) -> None:
    (problem,) = problems_of(tmp_path, ONE.format(design=design, head=head, lines=lines))
    assert problem.field == field
    assert says in problem.message


def test_a_factor_that_is_wrong_is_not_one_that_is_missing(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, '[study]\ndesign = "grid"\n[[factors]]\npath = "a.b"\nvalues = [1]\n')
    assert (problem.field, problem.message) == ("factors.0.name", "is required and missing")
    (problem,) = problems_of(tmp_path, '[study]\ndesign = "grid"\n')
    assert problem.field == "study.design"
    assert "write at least one [[factors]]" in problem.message


@pytest.mark.parametrize("design", ["sobol", "morris"])
def test_a_package_that_is_missing_is_named(tmp_path: Path, design: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (problem,) = problems_of(tmp_path, ONE.format(design=design, head="samples = 8", lines=RANGE))
    assert "pip install 'gigasite[study]'" in problem.message


def three(*correlations: tuple[str, str, float]) -> str:
    factors = "".join(f'[[factors]]\nname = "{name}"\nunit = "USD"\npath = "a.{name}"\nlow = 0\nhigh = 1\n' for name in "xyz")
    pairs = "".join(f'[[correlations]]\nfactors = ["{one}", "{other}"]\nrho = {rho}\n' for one, other, rho in correlations)
    return f'[study]\ndesign = "monte_carlo"\n{factors}{pairs}'


def test_a_factor_that_is_not_there_is_told_with_all_else_that_is_wrong_where_it_is_named(tmp_path: Path) -> None:
    wrong = three(("x", "Y", 1.0)) + breakpoint_of("zz", (1, 2, 0))
    found = {problem.field: problem.message for problem in problems_of(tmp_path, wrong.replace("monte_carlo", "monte_karlo"))}
    values = ["study.design", "correlations.0.rho", "breakpoints.0.precision"]
    assert list(found) == [*values, "correlations.0.factors", "breakpoints.0.factor"]
    assert found["correlations.0.factors"] == "there is no factor 'Y'; did you mean 'y'?"
    assert found["breakpoints.0.factor"].startswith("there is no factor 'zz'")


@pytest.mark.parametrize("item", ["[[correlations]]\nfactors = [[1], 2]\nrho = 0.5", "correlations = [3]", "correlations = 3"])
def test_what_is_no_name_of_a_factor_is_none_that_is_not_there(tmp_path: Path, item: str) -> None:
    """Wrong of kind, and told as that."""
    found = problems_of(tmp_path, f"{item}\n" * (not item.startswith("[")) + three() + item * item.startswith("["))
    assert found
    assert not [problem for problem in found if "there is no factor" in problem.message]


def test_correlations_that_cannot_hold_together(tmp_path: Path) -> None:
    """x with y and with z at 0.9: y and z cannot then be opposed; at 0.7 they can be alike."""
    (problem,) = problems_of(tmp_path, three(("x", "y", 0.9), ("x", "z", 0.9), ("y", "z", -0.5)))
    assert "cannot hold together" in problem.message
    assert read_study(written(tmp_path, three(("x", "y", 0.9), ("x", "z", 0.9), ("y", "z", 0.7)))).correlations[2].rho == 0.7


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("x", "y", 0.1), ("y", "x", 0.2)], "is given twice"),
        ([("x", "x", 0.1)], "takes two different factors"),
    ],
)
def test_a_correlation_of_a_pair_stands_once(tmp_path: Path, pairs: list[tuple[str, str, float]], says: str) -> None:
    (problem,) = problems_of(tmp_path, three(*pairs))
    assert says in problem.message


def test_a_correlation_needs_values_that_are_drawn(tmp_path: Path) -> None:
    text = three(("x", "idle", 0.5)) + '[[factors]]\nname = "idle"\npath = "a.c"\n'
    (problem,) = problems_of(tmp_path, text + breakpoint_of("idle", (1, 2, 1)))
    assert "idle has no values that could be drawn" in problem.message
