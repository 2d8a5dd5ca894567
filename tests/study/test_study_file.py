"""A study file: what is read, and every problem of a wrong one on its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.errors import Problem, ScenarioError
from optimizer.study.file.study_file import (
    Breakpoint,
    Correlation,
    Discrete,
    Factor,
    Listed,
    LogNormal,
    Named,
    Normal,
    Range,
    Study,
    Triangular,
    Uniform,
    read_study,
)
from optimizer.study.runs.designs import runs_of

WHOLE = """
[study]
name = "all"
title = "Everything"
design = "monte_carlo"
set = ["horizon.months=36"]
gap = 0.001
time_limit_s = 600
seed = 7
samples = 50
levels = 6
regret = true
candidates = ["memphis"]
cvar_fraction = 0.2
hours_max = 5

[[factors]]
name = "price"
title = "Price of an H100"
unit = "USD"
path = "gpus.H100.price_usd"
base = 33750
low = 36000
high = 52000

[[factors]]
name = "slip"
paths = ["ramps.memphis/*.from", "ramps.abilene/*.from"]
by = "later"
distribution = { kind = "triangular", low = 0, mode = 2, high = 12 }

[[factors]]
name = "gas"
path = "onsite_gas.*.gas_usd_per_mmbtu"
by = "times"
distribution = { kind = "lognormal", median = 1, sigma = 0.3 }

[[factors]]
name = "rate"
unit = "share"
path = "horizon.discount_rate_per_year"
by = "plus"
distribution = { kind = "normal", mean = 0, sd = 0.02, low = -0.05 }

[[factors]]
name = "when"
path = "ramps.*.from"
by = "between"
distribution = { kind = "uniform", low = -1, high = 1 }

[[factors]]
name = "month"
path = "workloads.train.deadline"
distribution = { kind = "discrete", values = ["2025-11", "none"], weights = [3, 1] }

[[factors]]
name = "party"
path = "sites.memphis.related_party"
values = [true, false]

[[factors]]
name = "only_searched"
path = "gpus.H100.lot"

[[correlations]]
factors = ["price", "slip"]
rho = 0.6

[[named]]
name = "no_turbines"
title = "The permit is refused"
set = ["onsite_gas.*.units_max=0"]

[[breakpoints]]
factor = "slip"
low = 0
high = 24
precision = 1
watch = ["host"]

[[breakpoints]]
factor = "only_searched"
low = 1
high = 2
precision = 0.5
"""

NAMED = '[study]\ndesign = "named"\n[[named]]\nname = "one"\nset = ["a.b=1"]\n'


def written(folder: Path, text: str, name: str = "study-1.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        read_study(written(folder, text))
    return list(caught.value.problems)


def test_all_that_a_study_may_say(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, WHOLE))
    assert study == Study(
        name="all", title="Everything", design="monte_carlo", set=("horizon.months=36",), gap=0.001, time_limit_s=600, seed=7,
        samples=50, levels=6, regret=True, candidates=("memphis",), cvar_fraction=0.2, hours_max=5,
        factors=(
            Factor("price", "Price of an H100", "USD", ("gpus.H100.price_usd",), "set", 33750, Range(36000, 52000), False),
            Factor("slip", "slip", "months", ("ramps.memphis/*.from", "ramps.abilene/*.from"), "later", 0, Triangular(0, 2, 12), True),
            Factor("gas", "gas", "times", ("onsite_gas.*.gas_usd_per_mmbtu",), "times", 1, LogNormal(1, 0.3), False),
            Factor("rate", "rate", "share", ("horizon.discount_rate_per_year",), "plus", 0, Normal(0, 0.02, -0.05), False),
            Factor("when", "when", "", ("ramps.*.from",), "between", 0, Uniform(-1, 1), False),
            Factor("month", "month", "", ("workloads.train.deadline",), "set", None, Discrete(("2025-11", "none"), (3, 1)), False),
            Factor("party", "party", "", ("sites.memphis.related_party",), "set", None, Listed((True, False)), False),
            Factor("only_searched", "only_searched", "", ("gpus.H100.lot",), "set", None, None, False),
        ),
        correlations=(Correlation(("price", "slip"), 0.6),),
        named=(Named("no_turbines", "The permit is refused", ("onsite_gas.*.units_max=0",)),),
        breakpoints=(
            Breakpoint("slip", 0, 24, 1, ("host",)),
            Breakpoint("only_searched", 1, 2, 0.5, ("host", "build_or_rent", "contracts")),
        ),
    )
    assert len(runs_of(study)) == 52
    assert [factor.name for factor in study.varied] == ["price", "slip", "gas", "rate", "when", "month", "party"]


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    study = read_study(written(tmp_path, NAMED))
    assert study == Study(name="study-1", title="study-1", design="named", named=(Named("one", "one", ("a.b=1",)),))


def test_a_kept_study_has_the_name_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "tornado"
    folder.mkdir()
    assert read_study(written(folder, NAMED, "study.toml")).name == "tornado"


def test_every_problem_is_told_with_its_line(tmp_path: Path) -> None:
    text = """[study]
design = "one_at_time"
samples = 2.5
sett = []

[[factors]]
name = "h100 price"
path = "gpus.H100.price_usd"
values = [36000, [3]]
by = "sett"

[[factors]]
name = "slip"
path = "ramps.*.from=3"

[[factor]]
x = 1

[[correlations]]
factors = ["slip"]
rho = 1

[[breakpoints]]
factor = "slip"
high = 3
precision = -1
watch = ["hots"]
"""
    told = {(problem.where, problem.field): problem.message for problem in problems_of(tmp_path, text)}
    says = {
        ("line 2", "study.design"): "did you mean 'one_at_a_time'?",
        ("line 3", "study.samples"): "1 to 1,000,000",
        ("line 4", "study.sett"): "did you mean 'set'?",
        ("line 7", "factors.h100 price.name"): "no identifier",
        ("line 9", "factors.h100 price.values.1"): "[3] is not a value",
        ("line 10", "factors.h100 price.by"): "did you mean 'set'?",
        ("line 14", "factors.slip.path"): "no path of --set",
        ("line 16", "factor"): "did you mean 'factors'?",
        ("line 20", "correlations.0.factors"): "names 1 factors",
        ("line 21", "correlations.0.rho"): "more than -1 to less than 1",
        ("line 23", "breakpoints.0.low"): "is required and missing",
        ("line 26", "breakpoints.0.precision"): "more than 0",
        ("line 27", "breakpoints.0.watch.0"): "did you mean 'host'?",
    }
    assert told.keys() == says.keys()
    for place, words in says.items():
        assert words in told[place], place


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[study\n", "not valid TOML"),
        ("", "a study begins with [study]"),
        ('[study]\ndesign = "named"\n', "there is nothing"),
        ('[study]\ndesign = "grid"\n', "write at least one [[factors]]"),
        ('factors = 3\n[study]\ndesign = "grid"\n', "should be a list"),
        ('factors = [3]\n[study]\ndesign = "grid"\n', "should be a table"),
        ("study = 3\n", "should be a table"),
    ],
)
def test_a_file_that_is_no_study(tmp_path: Path, text: str, says: str) -> None:
    assert any(says in problem.message for problem in problems_of(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        read_study(tmp_path / "none.toml")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="UTF-8"):
        read_study(tmp_path / "study.toml")


def test_a_name_is_asked_for_where_the_file_has_none(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"study\.name"):
        read_study(written(tmp_path, NAMED, "a b.toml"))
