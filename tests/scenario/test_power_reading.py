"""Reading offers of power: every form at once, several faults at once, ``--set`` on their tables, prices of gas, sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.errors import Problem, ScenarioError
from optimizer.scenario import Scenario, new_scenario, read_scenario, schema_text
from optimizer.scenario.fill.filling import fill_sites
from tests.scenario.fault import SOURCE_COLUMNS, replace
from tests.scenario.hourly import write, write_hourly


@pytest.fixture
def hourly(folder: Path) -> Path:
    """Folder of a scenario with every form of power."""
    return write_hourly(folder)


def problems_of(folder: Path, *overrides: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, overrides, fill_sites)
    return list(caught.value.problems)


def messages(folder: Path, *overrides: str) -> str:
    return "\n".join(str(problem) for problem in problems_of(folder, *overrides))


def read(folder: Path, *overrides: str) -> Scenario:
    return read_scenario(folder, overrides, fill_sites)


def test_every_form_of_power_is_read(hourly: Path) -> None:
    scenario = read(hourly)
    kinds = [(row.site_id, row.kind) for row in scenario.tables.tariffs]
    assert kinds == [
        ("memphis", "firm"), ("memphis", "interruptible"), ("abilene", "index"), ("abilene", "interruptible"), ("lordstown", "firm"),
    ]
    assert [(row.form, row.settlement) for row in scenario.tables.ppas] == [("as_produced", "physical"), ("shaped", "financial")]
    assert [(row.duration_h, row.mwh_max) for row in scenario.tables.batteries] == [(4, None), (None, 800)]
    assert (scenario.series["own_shape"][7:9], scenario.series["own_price"][8759]) == ((0.0, 1.0), 33.0)
    assert [charge.name for charge in scenario.rates["day_and_night"].energy] == ["day", "night"]


def test_faults_of_several_tables_come_at_once(hourly: Path) -> None:
    replace(hourly / "tariffs.csv", "ercot_rt_west,61.5", "ercot_rt_wst,61.5")
    replace(hourly / "ppas.csv", "ERCOT/wind", "ERCOT/wnd")
    replace(hourly / "batteries.csv", "40,4,,", "40,,,")
    replace(hourly / "series.csv", "\n8759,0,33", "\n8759,0,dear")
    replace(hourly / "rates" / "day_and_night.toml", "usd_per_mwh = 70", "usd_per_mwh = -70")
    files = {problem.file for problem in problems_of(hourly)}
    assert files == {"tariffs.csv", "ppas.csv", "batteries.csv", "series.csv", "rates/day_and_night.toml"}


def test_a_series_with_a_fault_is_not_said_to_be_missing(hourly: Path) -> None:
    replace(hourly / "series.csv", "\n8759,0,33", "\n8759,0,dear")
    assert [problem.file for problem in problems_of(hourly)] == ["series.csv"]


def test_series_come_in_any_order_and_from_parquet(hourly: Path) -> None:
    import pandas as pd

    frame = pd.read_csv(hourly / "series.csv").iloc[::-1]
    frame.to_parquet(hourly / "series.parquet")
    assert read(hourly, "contracts.series=series.parquet").series == read(hourly).series


def test_cells_of_ppas_and_batteries_may_be_set(hourly: Path) -> None:
    tables = read(
        hourly, "ppas.abilene/wind.strike_usd_per_mwh=31", "ppas.abilene/wind.from=none", "batteries.*.degradation_usd_per_mwh=3",
        "batteries.abilene/deep.mwh_max=600",
    ).tables
    assert (tables.ppas[0].strike_usd_per_mwh, tables.ppas[0].from_month) == (31, None)
    assert [row.degradation_usd_per_mwh for row in tables.batteries] == [3, 3]
    assert tables.batteries[1].mwh_max == 600


def test_a_wrong_set_of_a_ppa_is_named(hourly: Path) -> None:
    (problem,) = problems_of(hourly, "ppas.abilene/wnd.strike_usd_per_mwh=31")
    assert "did you mean 'abilene/wind'?" in problem.message
    assert "did you mean ppas.abilene/wind.mw_max?" in messages(hourly, "ppas.abilene.wind.mw_max=3")


def test_all_hours_may_be_asked_for_on_the_command_line(hourly: Path) -> None:
    contracts = read(hourly, "contracts.hours='all'").config.contracts
    assert contracts is not None
    assert (contracts.hours, contracts.typical_days) == ("all", 12)


def test_an_offer_taken_away_needs_nothing(hourly: Path) -> None:
    taken = ["tariffs.abilene/*.mw_max=0", "ppas.*.mw_max=0", "contracts.price_year=none", "tariffs.abilene/index.price_series=none"]
    assert read(hourly, *taken).tables.tariffs[2].mw_max == 0


def test_prices_of_after_the_question_are_hindsight(hourly: Path) -> None:
    replace(hourly / "scenario.toml", "# [provenance]", '[provenance]\ntable = "sources.csv"\nrefuse_after_as_of = true\n#')
    (hourly / "sources.csv").write_text(SOURCE_COLUMNS, encoding="utf-8")
    read(hourly)  # as of 2024-05-31 the prices of 2022 are known; profiles of 2024 are a later measure
    said = messages(hourly, "contracts.price_year=2024")
    assert "prices of ercot_rt_west of 2024 were known from 2025-01-01, after as_of = 2024-05-31: hindsight" in said


def test_a_source_may_be_required_of_series_and_rates(hourly: Path) -> None:
    replace(hourly / "scenario.toml", "# [provenance]", '[provenance]\ntable = "sources.csv"\nrequire_source = true\n#')
    tables = ("sites", "modes", "tariffs", "onsite_gas", "ramps", "gpus", "workloads", "rentals", "budget", "horizon")
    rows = [f"{table},*,*,assumption,,,," for table in tables]
    write(hourly / "sources.csv", [SOURCE_COLUMNS.strip(), *rows])
    said = messages(hourly)
    assert "ppas.csv, row 2 (abilene/wind), column strike_usd_per_mwh" in said
    assert "series.csv, column own_shape: mean\n    0.416667 has no source; add a row series,own_shape,mean to sources.csv" in said
    assert "70 has no source; add a row rates,day_and_night,day.tier_1.usd_per_mwh to sources.csv" in said
    more = [f"{table},*,*,assumption,,,," for table in ("ppas", "batteries", "series", "rates")]
    write(hourly / "sources.csv", [SOURCE_COLUMNS.strip(), *rows, *more])
    assert read(hourly).series


def gas_parts(folder: Path, hub: str, basis: str, transport: str, delivered: str = "") -> Path:
    columns = "gas_usd_per_mmbtu,gas_hub_usd_per_mmbtu,gas_basis_usd_per_mmbtu,gas_transport_usd_per_mmbtu,"
    replace(folder / "onsite_gas.csv", "gas_usd_per_mmbtu,", columns)
    replace(folder / "onsite_gas.csv", ",5.31,", f",{delivered},{hub},{basis},{transport},")
    return folder


@pytest.mark.parametrize(
    ("parts", "delivered", "says"),
    [
        (("3", "0.5", "0.4"), "5.31", "5.31 is a delivered price, and gas_hub_usd_per_mmbtu and others are given too"),
        (("3", "", "0.4"), "", "hub + basis + transport: give all three"),
        (("3", "-3.5", "0.4"), "", "hub + basis + transport = 3 + -3.5 + 0.4 is below 0"),
    ],
)
def test_gas_has_one_delivered_price_or_three_parts(folder: Path, parts: tuple[str, str, str], delivered: str, says: str) -> None:
    assert says in messages(gas_parts(folder, *parts, delivered))


def test_gas_without_any_price_is_filled_or_refused(folder: Path) -> None:
    gas_parts(folder, "", "", "")
    assert read(folder).tables.onsite_gas[0].gas_usd_per_mmbtu == 5.31  # of Tennessee's industry in 2023
    with pytest.raises(ScenarioError, match="left to the datasets"):
        read_scenario(folder)


@pytest.mark.parametrize(
    ("override", "says"),
    [
        ("onsite_gas.memphis/engines.nox_t_per_year_max=none", "the permitted MW follow from the NOx of a year"),
        ("onsite_gas.memphis/engines.nox_t_per_gwh=0", "give the NOx of a GWh"),
        ("onsite_gas.memphis/engines.run_hours_per_year_max=0", "give hours at full load"),
    ],
)
def test_a_permit_by_potential_needs_its_numbers(folder: Path, override: str, says: str) -> None:
    potential = ["onsite_gas.memphis/engines.permit_basis=potential", "onsite_gas.memphis/engines.nox_t_per_year_max=10"]
    read(folder, *potential)
    assert says in messages(folder, *potential, override)


def test_pue_by_hour_needs_a_county_with_a_climate(folder: Path) -> None:
    assert read(folder, "sites.memphis.hourly_pue=true").tables.sites[0].hourly_pue
    said = messages(folder, "sites.memphis.hourly_pue=true", "sites.memphis.county_fips=none")
    assert "a site without county_fips: give county_fips, or write false" in said


def test_a_time_zone_must_be_one(folder: Path) -> None:
    assert "there is no time zone 'Texas'" in messages(folder, "sites.abilene.time_zone=Texas")
    assert read(folder, "sites.abilene.time_zone=America/Denver").tables.sites[1].time_zone == "America/Denver"


@pytest.mark.parametrize(
    ("cap", "says"),
    [
        ('"x"', "'x': should be a valid number"),
        ("-3", "-3 is outside the range; allowed: 0 to 1,000,000,000 t/year"),
        ("[1]", "should be a valid number"),
        ('{ "2025-13" = 3 }', "'2025-13' is not a month"),
        ('{ "2025-12" = "a" }', "'a': should be a valid number"),
    ],
)
def test_a_cap_is_a_number_or_numbers_by_month(folder: Path, cap: str, says: str) -> None:
    (problem,) = problems_of(folder, f"objective.carbon_cap_t_per_year={cap}")
    assert problem.field.removesuffix(".2025-12").removesuffix(".2025-13") == "objective.carbon_cap_t_per_year"
    assert says in problem.message


@pytest.mark.parametrize(
    "override", ["contracts.series=3", "contracts.price_year='2022'", "tariffs.abilene/called.interruptible_hours_per_year=100.5"]
)
def test_a_wrong_value_is_said_once(hourly: Path, override: str) -> None:
    (problem,) = problems_of(hourly, override)
    assert "write 100.5" not in problem.message


def test_a_ramp_is_of_a_tariff(hourly: Path) -> None:
    said = messages(hourly, "ramps.memphis/grid/2024-08.site_id=abilene", "ramps.memphis/grid/2024-08.contract_id=store")
    assert "'abilene/store' is no tariff" in said


def test_carbon_needs_power(folder: Path) -> None:
    said = messages(folder, "contracts=none", "objective.carbon_price_usd_per_t=50")
    assert "a price, limit or goal of carbon needs [contracts]" in said


def test_a_goal_of_carbon_needs_the_emissions_of_every_grid(folder: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder, ['objective.goals=["min_carbon"]'])
    assert [problem.where for problem in caught.value.problems] == [
        f"row {number} ({name}), column grid_t_per_mwh" for number, name in ((2, "memphis"), (3, "abilene"), (4, "lordstown"))
    ]
    assert "the cell is empty" in caught.value.problems[0].message
    assert read(folder, 'objective.goals=["min_carbon"]').tables.sites[0].grid_t_per_mwh == 0.4063


def test_an_agreement_lapses_after_it_can_begin(hourly: Path) -> None:
    assert "2025-05 is before 2025-06: the offer lapses before it can begin" in messages(hourly, "ppas.abilene/wind.begin_by=2025-05")
    assert "2024-05 is before 2024-06" in messages(hourly, "ppas.abilene/shape.begin_by=2024-05")
    lapses = {row.contract_id: row.begin_by for row in read(hourly, "ppas.abilene/wind.begin_by=2025-06").tables.ppas}
    assert lapses == {"wind": "2025-06", "shape": None}


def test_a_connection_is_not_refunded_after_an_exit(hourly: Path) -> None:
    grid = "tariffs.memphis/grid."
    terms = [f"{grid}customer_capex_musd=12", f"{grid}capex_refund_months=12"]
    assert "would be refunded after the exit too" in messages(hourly, *terms, f"{grid}exit_musd=1")
    assert read(hourly, *terms)
    assert read(hourly, f"{grid}customer_capex_musd=12", f"{grid}exit_musd=1")


def test_a_green_goal_is_no_reason_never_to_run(folder: Path) -> None:
    late, given = "workloads.train.deadline=none", [f"sites.{name}.grid_t_per_mwh=0.4" for name in ("memphis", "abilene", "lordstown")]
    said = messages(folder, *given, late, 'objective.goals=["max_clean", "earliest"]')
    assert "goal 'max_clean' is reached best by never running train; put 'earliest' before it" in said
    assert read_scenario(folder, [*given, late, 'objective.goals=["earliest", "max_clean"]'])
    assert read_scenario(folder, [*given, 'objective.goals=["max_clean", "earliest"]'])  # its deadline makes it run


def test_new_lines_need_a_purse(hourly: Path) -> None:
    operations = "budget.purses.operations.pays_for"
    listed = (
        '["operations.energy","operations.demand","operations.fixed_charge","operations.exit_fee","operations.gas_fuel",'
        '"operations.generator_rent","operations.staff","operations.property_tax","lease","rent"]'
    )
    said = messages(hourly, f"{operations}={listed}", "objective.carbon_price_usd_per_t=50")
    wanted = "transmission, capacity, coincident, minimum_bill, ppa_energy, ppa_wires, ppa_settlement, battery_wear, carbon"
    assert f"no purse may pay operations ({wanted})" in said


def test_rates_of_a_scenario_that_is_extended_are_found(hourly: Path, tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir()
    (above / "scenario.toml").write_text(f'extends = "../{hourly.name}"\n', encoding="utf-8")
    assert read(above).rates == read(hourly).rates
    assert read(above).series == read(hourly).series


def test_the_hash_follows_series_and_rates(hourly: Path, tmp_path: Path) -> None:
    base, folder_name = read(hourly).sha256, hourly.name
    assert read(write_hourly(new_scenario(tmp_path / "again" / folder_name))).sha256 == base
    replace(hourly / "series.csv", "\n8759,0,33", "\n8759,0,34")
    dearer = read(hourly).sha256
    replace(hourly / "rates" / "day_and_night.toml", "usd_per_mwh = 70", "usd_per_mwh = 71")
    assert len({base, dearer, read(hourly).sha256}) == 3


def test_the_schema_shows_the_tables_and_settings_of_power() -> None:
    text = schema_text()
    assert "table ppas, one row per site_id, contract_id" in text
    assert "table batteries, one row per site_id, contract_id" in text
    for name in ("price_year", "clean_share_min", "flexible_fraction", "hourly_pue", "permit_basis", "hub_level_usd_per_mwh"):
        assert f"  {name} " in text
    assert "not in this version" not in "\n".join(line for line in text.splitlines() if "usd_per" in line)
