"""``--set`` that changes what stands there: times, plus, later, between; alone, one after another, and on what cannot be changed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.core.errors import Problem, ScenarioError
from optimizer.scenario import Scenario, new_scenario, read_scenario
from optimizer.scenario.fill.filled import Filling, FillRequest

RAMPS = """site_id,contract_id,from,mw,from_low,from_high
memphis,grid,2024-06,8,,
memphis,grid,2024-08,50,2024-07,2024-12
abilene,grid,2025-07,200,2025-04,2026-01
"""


@pytest.fixture
def dated(folder: Path) -> Path:
    """The scenario with ramps of which two have a low and a high."""
    (folder / "ramps.csv").write_text(RAMPS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """One scenario that many examples read."""
    parent = Path(tempfile.mkdtemp())
    yield new_scenario(parent / "scenario")
    shutil.rmtree(parent)


def starts(scenario: Scenario) -> list[str]:
    return [row.from_month for row in scenario.tables.ramps]


def problems_of(folder: Path, *overrides: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides)
    return list(caught.value.problems)


def test_times_and_plus_of_a_value(folder: Path) -> None:
    config = read_scenario(
        folder, ["gpus.H100.price_usd*=1.1", "horizon.discount_rate_per_year+=0.02", "rentals.*.usd_per_gpu_hour += -0.35"]
    ).config
    assert config.gpus[0].price_usd == 37125  # 33,750 and a tenth more, without a trace of binary fractions
    assert config.horizon.discount_rate_per_year == 0.14
    assert config.rentals[0].usd_per_gpu_hour == 2.5


def test_every_amount_of_a_value_by_month(folder: Path) -> None:
    config = read_scenario(folder, ["gpus.H100.supply*=0.5", "gpus.H100.supply+=100", "budget.purses.*.amounts*=2"]).config
    assert config.gpus[0].supply == {"2024-07": 2100}
    assert config.budget is not None
    assert [purse.amounts for purse in config.budget.purses] == [{"2024-06": 2400}, {"2024-06": 40}]


def test_months_of_a_value_and_of_a_value_by_month(folder: Path) -> None:
    config = read_scenario(folder, ["gpus.H100.supply>>=6", "workloads.train.deadline>>=-2", "gpus.H100.supply.2025-01*=3"]).config
    assert config.gpus[0].supply == {"2025-01": 12000}
    assert config.workloads[0].deadline == "2025-10"


def test_cells_one_after_another(folder: Path) -> None:
    first = read_scenario(folder).tables
    tables = read_scenario(folder, ["modes.*.lead_months*=2", "modes.*.lead_months+=1", "sites.memphis.annual_pue+=0.05"]).tables
    assert [row.lead_months for row in tables.modes] == [2 * row.lead_months + 1 for row in first.modes]
    assert tables.sites[0].annual_pue == pytest.approx(first.sites[0].annual_pue + 0.05, abs=1e-12)
    swapped = read_scenario(folder, ["modes.*.lead_months+=1", "modes.*.lead_months*=2"]).tables
    assert [row.lead_months for row in swapped.modes] == [2 * (row.lead_months + 1) for row in first.modes]


def test_what_was_set_before_is_changed(folder: Path) -> None:
    config = read_scenario(folder, ["gpus.H100.price_usd=20000", "gpus.H100.price_usd*=1.5"]).config
    assert config.gpus[0].price_usd == 30000


def test_ramps_later_by_the_key_they_had(dated: Path) -> None:
    assert starts(read_scenario(dated, ["ramps.memphis/*.from>>=3"])) == ["2024-09", "2024-11", "2025-07"]
    twice = ["ramps.memphis/grid/2024-08.from>>=14", "ramps.memphis/grid/2024-08.from>>=-1"]
    assert starts(read_scenario(dated, twice)) == ["2024-06", "2025-09", "2025-07"]


@pytest.mark.parametrize(
    ("share", "memphis", "abilene"),
    [
        ("-1", "2024-07", "2025-04"),
        ("-0.5", "2024-07", "2025-05"),  # half of one month is a whole one; half of three are two
        ("0", "2024-08", "2025-07"),
        ("0.25", "2024-09", "2025-09"),  # a quarter of four months is one; of six one and a half, told as two
        ("1", "2024-12", "2026-01"),
    ],
)
def test_ramps_between_their_low_and_high(dated: Path, share: str, memphis: str, abilene: str) -> None:
    assert starts(read_scenario(dated, [f"ramps.*.from~={share}"])) == ["2024-06", memphis, abilene]


def test_between_and_then_later(dated: Path) -> None:
    assert starts(read_scenario(dated, ["ramps.*.from~=1", "ramps.memphis/*.from>>=1"])) == ["2024-07", "2025-01", "2026-01"]


def test_a_pattern_passes_over_what_is_not_given(folder: Path) -> None:
    texts = ["sites.memphis.grid_limit_mw=70", "sites.abilene.grid_limit_mw=none", "sites.*.grid_limit_mw*=2"]
    tables = read_scenario(folder, texts).tables
    limits = {row.site_id: row.grid_limit_mw for row in tables.sites}
    assert (limits["memphis"], limits["abilene"]) == (140, None)


def test_a_star_before_the_equals_sign_may_still_be_any_item(folder: Path) -> None:
    assert read_scenario(folder, ["rentals.*=none", "gpus.H100.price_usd*=2"]).config.rentals == ()
    assert read_scenario(folder, ["rentals.clo*=none"]).config.rentals == ()


def test_what_changed_is_said_to_come_from_the_change(folder: Path) -> None:
    texts = ["gpus.H100.supply*=2", "modes.memphis/retrofit.lead_months*=2"]
    changed = {(cell.table, cell.column): cell for cell in read_scenario(folder, texts).cells if cell.is_override}
    assert {at: cell.place.where for at, cell in changed.items()} == {("gpus", "supply"): texts[0], ("modes", "lead_months"): texts[1]}


def test_a_change_that_leaves_the_range_is_said_at_the_change(folder: Path) -> None:
    (problem,) = problems_of(folder, "gpus.H100.supply*=1e9")
    assert (problem.file, problem.where) == ("--set", "gpus.H100.supply*=1e9")
    (problem,) = problems_of(folder, "modes.*.lead_months*=-1")[:1]
    assert (problem.file, problem.where, problem.field) == ("--set", "modes.*.lead_months*=-1", "lead_months")


@pytest.mark.parametrize(
    ("override", "field", "says"),
    [
        ("gpus.H100.price*=2", "gpus.H100.price", "did you mean 'price_usd'?"),
        ("gpus.*.price*=2", "gpus.*.price", "did you mean 'price_usd'?"),
        ("objective.carbon_price_usd_per_t*=2", "objective.carbon_price_usd_per_t", "a default is not changed"),
        ("horizon.escalation_per_year*=2", "horizon.escalation_per_year", "'power' is not a month"),
        ("gpus.H100.name*=2", "gpus.H100.name", "'H100' is not a number"),
        ("gpus.H100.accepts.first+=2", "gpus.H100.accepts.first", "there is no 'accepts' here"),
        ("budget.debt.limit_musd*=2", "budget.debt.limit_musd", "there is no 'debt' here"),
        ("gpus.H100.price_usd.low*=2", "gpus.H100.price_usd.low", "nothing lies below it"),
        ("workloads.train.accepts+=2", "workloads.train.accepts", "is not a number"),
        ("gpus.H100+=2", "gpus.H100", "is a whole item"),
        ("gpus.H100.price_usd*=cheap", "gpus.H100.price_usd", "takes a number"),
        ("gpus.H100.price_usd*=none", "gpus.H100.price_usd", "takes a number"),
        ("gpus.H100.price_usd*=inf", "gpus.H100.price_usd", "takes a number"),
        ("gpus.H100.price_usd*=true", "gpus.H100.price_usd", "takes a number"),
        ("gpus.H100.supply>>=1.5", "gpus.H100.supply", "whole number of months"),
        ("gpus.H100.price_usd>>=1", "gpus.H100.price_usd", "'33750' is not a month"),
        ("gpus.H100.supply>>=-30000", "gpus.H100.supply", "outside the years"),
        ("sites.memphis.name*=2", "sites.memphis.name", "is not a number"),
        ("sites.memphis.annual_pu*=2", "sites.memphis.annual_pu", "did you mean 'annual_pue'?"),
        ("sites.memfis.annual_pue*=2", "sites.memfis.annual_pue", "did you mean 'memphis'?"),
        ("modes.memfis/*.lead_months*=2", "modes.memfis/*.lead_months", "modes has no row 'memfis/*'; did you mean 'memphis/*'?"),
        ("modes.*/retrofitt.lead_months*=2", "modes.*/retrofitt.lead_months", "did you mean '*/retrofit'?"),
        ("modes.x*.lead_months*=2", "modes.x*.lead_months", "modes has no row 'x*'; known: "),
        ("sites.memphis.max_gpus*=2", "sites.memphis.max_gpus", "is empty"),
        ("sites.*.max_gpus*=2", "sites.*.max_gpus", "is empty in every row"),
        ("sites.memphis.annual_pue>>=2", "sites.memphis.annual_pue", "is not a month"),
        ("ramps.*.from~=1.5", "ramps.*.from", "from -1 (from_low)"),
        ("ramps.*.mw~=1", "ramps.*.mw", "is for ramps.KEY.from alone"),
        ("gpus.H100.price_usd~=1", "gpus.H100.price_usd", "is for ramps.KEY.from alone"),
        ("ramps.*.from~=1", "ramps.*.from", "has a from_high"),
        ("ramps.*.from~=-1", "ramps.*.from", "has a from_low"),
        ("ramps.*.from~=0", "ramps.*.from", "from_low or from_high"),
        ("ppas.*.mw_max*=2", "ppas.*.mw_max", "ppas has no row '*'; there is none"),
        ("gpus.H100.price_usd**=2", "gpus.H100.price_usd*", "no 'price_usd*'"),
    ],
)
def test_what_cannot_be_changed_is_named(folder: Path, override: str, field: str, says: str) -> None:
    problems = problems_of(folder, override)
    assert {problem.where for problem in problems} == {override}
    assert any(problem.field.startswith(field) and says in problem.message for problem in problems), problems


def test_a_price_that_the_datasets_fill_in_is_changed_afterwards(folder: Path) -> None:
    """Gas at 3 USD/MMBtu is what the datasets say here; half as much again is 4.50, then a later price of one's own wins."""

    def fill(request: FillRequest) -> Filling:
        values = tuple("3.0" if cell.column == "gas_usd_per_mmbtu" else "" for cell in request.cells)
        return Filling(rows={"sources": ()}, open_cells=(), values=values)

    open_cells = "onsite_gas.*.gas_usd_per_mmbtu=none"
    times = "onsite_gas.*.gas_usd_per_mmbtu*=1.5"
    assert [row.gas_usd_per_mmbtu for row in read_scenario(folder, [open_cells, times], fill).tables.onsite_gas] == [4.5]
    last = [open_cells, times, "onsite_gas.*.gas_usd_per_mmbtu=7"]
    assert [row.gas_usd_per_mmbtu for row in read_scenario(folder, last, fill).tables.onsite_gas] == [7]


@given(st.floats(0.01, 2, allow_nan=False))
def test_a_factor_and_its_inverse_leave_the_price(shared: Path, factor: float) -> None:
    texts = [f"gpus.H100.price_usd*={factor!r}", f"gpus.H100.price_usd*={1 / factor!r}"]
    try:
        price = read_scenario(shared, texts).config.gpus[0].price_usd
    except ScenarioError as error:
        pytest.fail(str(error))
    assert price == pytest.approx(33750, rel=1e-12)


@given(st.integers(-200, 200))
def test_later_and_as_much_earlier_is_where_it_was(shared: Path, months: int) -> None:
    texts = [f"gpus.H100.supply>>={months}", f"gpus.H100.supply>>={-months}", f"ramps.*.from>>={months}", f"ramps.*.from>>={-months}"]
    scenario, first = read_scenario(shared, texts), read_scenario(shared)
    assert scenario.config == first.config
    assert scenario.tables == first.tables


@given(st.integers(0, 12), st.integers(0, 12))
def test_months_add_up(shared: Path, first: int, second: int) -> None:
    split = read_scenario(shared, [f"ramps.*.from>>={first}", f"ramps.*.from>>={second}"])
    assert split.sha256 == read_scenario(shared, [f"ramps.*.from>>={first + second}"]).sha256


@pytest.mark.parametrize(("pattern", "meant"), [
    ("memfis/*", "memphis/*"), ("*/gird/*", "*/grid/*"), ("*/2024-9", "*/2024-08"), ("memphis/gird/*", "memphis/grid/*"),
])
def test_a_pattern_that_matches_no_ramp_is_told_the_nearest_that_does(dated: Path, pattern: str, meant: str) -> None:
    (problem,) = problems_of(dated, f"ramps.{pattern}.from>>=1")
    assert problem.message == f"ramps has no row {pattern!r}; did you mean {meant!r}?"
