"""``--set``: every kind of path and value, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.errors import Problem, ScenarioError
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble


def problems_of(folder: Path, *overrides: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides)
    return list(caught.value.problems)


def test_list_items_by_name(folder: Path) -> None:
    config = read_scenario(
        folder, ["gpus.H100.price_usd=30000", 'workloads.train.deadline="2025-11"', "budget.purses.equity.amounts={}"]
    ).config
    assert (config.gpus[0].price_usd, config.workloads[0].deadline) == (30000, "2025-11")
    assert config.budget is not None
    assert config.budget.purses[0].amounts == {}


def test_one_month_of_supply(folder: Path) -> None:
    gpu = read_scenario(folder, ["gpus.H100.supply.2024-09=9000"]).config.gpus[0]
    assert gpu.supply == {"2024-07": 4000, "2024-09": 9000}


def test_a_bare_word_is_a_text_and_none_takes_away(folder: Path) -> None:
    config = read_scenario(folder, ["horizon.period=quarter", "workloads.train.deadline=none", "budget=none"]).config
    assert (config.horizon.period, config.workloads[0].deadline, config.budget) == ("quarter", None, None)


def test_a_spreadsheets_truth_is_true(folder: Path) -> None:
    scenario = read_scenario(folder, ["sites.memphis.related_party=TRUE", "budget.purses.operations.every_month=False"])
    assert scenario.tables.sites[0].related_party
    assert scenario.config.budget is not None
    assert not scenario.config.budget.purses[1].every_month


def test_a_section_that_was_not_there(folder: Path) -> None:
    assert read_scenario(folder, ["objective.priority_tolerance=0.01"]).config.objective.priority_tolerance == 0.01


def test_cells_of_tables(folder: Path) -> None:
    tables = read_scenario(
        folder,
        [
            "sites.memphis.annual_pue=1.25",
            "modes.memphis/retrofit.lead_months=4",
            "tariffs.memphis/grid.mw_max=100",
            'ramps.memphis/grid/2024-08.from="2026-01"',
            "sites.memphis.grid_limit_mw=70",
            "tariffs.abilene/grid.exit_musd=none",
        ],
    ).tables
    assert (tables.sites[0].annual_pue, tables.sites[0].grid_limit_mw) == (1.25, 70)
    assert tables.modes[0].lead_months == 4
    assert (tables.tariffs[0].mw_max, tables.tariffs[1].exit_musd) == (100, None)
    assert tables.ramps[1].from_month == "2026-01"


def test_a_star_is_every_row(folder: Path) -> None:
    tables = read_scenario(folder, ["modes.*.lead_months=9", "tariffs.memphis/*.deposit_musd=3"]).tables
    assert [row.lead_months for row in tables.modes] == [9, 9, 9]
    assert [row.deposit_musd for row in tables.tariffs] == [3, 5, 2]


def test_a_ramp_may_leave_its_range_but_the_range_must_be_one(folder: Path) -> None:
    limits = ["ramps.*.from_low=2024-01", "ramps.*.from_high=2025-08"]
    assert read_scenario(folder, [*limits, "ramps.memphis/grid/2024-08.from=2026-01"]).tables.ramps[1].from_month == "2026-01"
    assert {problem.field for problem in problems_of(folder, limits[0], "ramps.*.from_high=2023-01")} == {"from_low"}


def test_offers_of_nothing_are_left_out(folder: Path) -> None:
    instance = assemble(
        read_scenario(folder, ["onsite_gas.*.units_max=0", "rentals.cloud.gpus_max=0", "tariffs.abilene/grid.mw_max=0"])
    )
    assert instance.rentals == ()
    assert [(len(site.tariffs), len(site.onsite_gas)) for site in instance.sites] == [(1, 0), (0, 0), (1, 0)]


def test_forbidden_sites(folder: Path) -> None:
    instance = assemble(read_scenario(folder, ['sites.forbidden=["memphis"]']))
    assert [site.is_forbidden for site in instance.sites] == [True, False, False]


def test_whole_items_go(folder: Path) -> None:
    assert (
        read_scenario(
            folder,
            [
                "rentals.cloud=none",
                'budget.purses.equity.pays_for=["capital"]',
                'budget.purses.operations.pays_for=["operations", "lease", "deposits"]',
            ],
        ).config.rentals
        == ()
    )


@pytest.mark.parametrize(
    ("override", "field", "says"),
    [
        ("gpus.H10.price_usd=1", "gpus.H10.price_usd", "did you mean 'H100'?"),
        ("gpus.H100.price=30000", "gpus.H100.price", "did you mean 'price_usd'?"),
        ("horizon.month=12", "horizon.month", "did you mean 'months'?"),
        ("horizn.months=12", "horizn", "did you mean 'horizon'?"),
        ("sites.memfis.annual_pue=1.2", "sites.memfis.annual_pue", "did you mean 'memphis'?"),
        ("sites.memphis.annual_pu=1.2", "sites.memphis.annual_pu", "did you mean 'annual_pue'?"),
        ("ramps.memphis/grid/2024-09.mw=3", "ramps.memphis/grid/2024-09.mw", "did you mean 'memphis/grid/2024-08'?"),
        ("sites.memphis.annual_pue=0.5", "annual_pue", "1 to 3"),
        ("gpus.H100.price_usd=none", "gpus.H100.price_usd", "is required and missing"),
        ("tariffs.memphis.grid.mw_max=45", "tariffs.memphis.grid.mw_max", "did you mean tariffs.memphis/grid.mw_max?"),
        ("ramps.memphis.grid.2024-08.mw=9", "ramps.memphis.grid.2024-08.mw", "did you mean ramps.memphis/grid/2024-08.mw?"),
        ("modes.lead_months=9", "modes.lead_months", "modes.SITE_ID/MODE.COLUMN=value"),
        ("sites.memphis.annual_pue.low=1.1", "sites.memphis.annual_pue.low", "sites.SITE_ID.COLUMN=value"),
        ("sites.memphis.max_gpus=N/A", "max_gpus", "leave the cell empty"),
        ("horizon.months.first=3", "horizon.months.first", "single value"),
        ("gpus.H100.price_usd", "", "must be path=value"),
        ('workloads={ table = "workloads.csv" }', "workloads", "a file of them is not in this version"),
        ("workloads.train.accepts=H100", "workloads.train.accepts", "'H100': should be a list"),
    ],
)
def test_a_wrong_override_is_named(folder: Path, override: str, field: str, says: str) -> None:
    (problem,) = problems_of(folder, override)
    assert (problem.file, problem.where, problem.field) == ("--set", override, field)
    assert says in problem.message


@pytest.mark.parametrize(
    ("override", "column"),
    [
        ("tariffs.memphis/grid.kind=interruptible", "interruptible_hours_per_year"),
        ("tariffs.memphis/grid.price_series=ercot_rt_west", "price_series"),
        ("tariffs.memphis/grid.interruptible_hours_per_year=200", "interruptible_hours_per_year"),
    ],
)
def test_a_column_of_another_kind_is_refused(folder: Path, override: str, column: str) -> None:
    assert column in {problem.field for problem in problems_of(folder, override)}


def test_the_hash_follows_every_override(folder: Path) -> None:
    base = read_scenario(folder).sha256
    assert read_scenario(folder, ["sites.memphis.annual_pue=1.25"]).sha256 != base
    assert read_scenario(folder, ["gpus.H100.lot=2000"]).sha256 != base
    assert read_scenario(folder, ["gpus.H100.lot=1000"]).sha256 == base  # what it is already
