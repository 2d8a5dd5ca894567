"""Single cells left to the datasets: filled by rule, marked, refused where not known, and never asked for without need."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from optimizer.core.bundled import scenario_path
from optimizer.core.errors import ScenarioError
from optimizer.core.instance import Instance
from optimizer.scenario import new_scenario, read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The flagship, in a folder that may be changed."""
    return Path(shutil.copytree(scenario_path("xai-2024"), tmp_path / "xai"))


def change(file: Path, key: str, **cells: str) -> None:
    """Change cells of the rows of a site."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    changed = [row | cells if row["site_id"] == key else row for row in rows]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0].keys())
        writer.writeheader()
        writer.writerows(changed)


def read(folder: Path, *overrides: str) -> Instance:
    return assemble(read_scenario(folder, overrides, fill_sites))


def site(instance: Instance, site_id: str):
    return next(one for one in instance.sites if one.site_id == site_id)


def problems(folder: Path, *overrides: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(folder, *overrides)
    return str(caught.value)


def test_what_the_user_gives_wins_and_is_not_called_filled(folder: Path) -> None:
    given = read(folder, "onsite_gas.memphis/gas_temporary.gas_usd_per_mmbtu=4", "modes.memphis/retrofit.capex_musd_per_mw=9")
    memphis = site(given, "memphis")
    assert [gas.gas_usd_per_mmbtu for gas in memphis.onsite_gas] == [4, 5.31]
    assert memphis.modes[0].capex_musd_per_mw == 9
    filled = [one.column for one in given.assumptions if "filled: " in one.source]
    assert sum(column != "grid_t_per_mwh" for column in filled) == 45
    assert filled.count("grid_t_per_mwh") == len(given.sites)  # emissions of the grid are filled without being asked for


def test_a_mean_set_on_the_command_line_is_the_one_that_fills(folder: Path) -> None:
    # Shelby County: 10 x 1.0043 = 10.043.
    memphis = site(read(folder, "modes.memphis/retrofit.capex_us_mean_musd_per_mw=10"), "memphis")
    assert memphis.modes[0].capex_musd_per_mw == 10.04


def test_a_cell_taken_away_is_filled_again(folder: Path) -> None:
    change(folder / "onsite_gas.csv", "memphis", gas_usd_per_mmbtu="4")
    with (folder / "sources.csv").open("a", encoding="utf-8") as sources:
        sources.write("onsite_gas,*,gas_usd_per_mmbtu,assumption,secondary,2024-05-31,,told by the seller\n")
        sources.write("onsite_gas,memphis/gas_temporary,gas_usd_per_mmbtu,assumption,secondary,2024-05-31,,told by the seller\n")
    filled = read(folder, "onsite_gas.memphis/gas_temporary.gas_usd_per_mmbtu=none")
    assert [gas.gas_usd_per_mmbtu for gas in site(filled, "memphis").onsite_gas] == [5.31, 4]
    told = {one.key: (one.kind, one.source) for one in filled.assumptions if one.column == "gas_usd_per_mmbtu" and "memphis" in one.key}
    # The source of what stood there no longer holds; that of the cell beside it does.
    assert told["memphis/gas_permitted"] == ("assumption", "told by the seller")
    assert told["memphis/gas_temporary"][0] == "fact"
    assert "filled: industrial gas price of TN in 2023" in told["memphis/gas_temporary"][1]


def test_the_county_is_looked_up_where_none_is_named(folder: Path) -> None:
    change(folder / "sites.csv", "memphis", county_fips="")
    memphis = site(read(folder), "memphis")
    assert (memphis.modes[0].capex_musd_per_mw, memphis.onsite_gas[0].gas_usd_per_mmbtu) == (8.03, 5.31)


@pytest.mark.parametrize(("as_of", "gas"), [("2024-05-31", 5.31), ("2024-04-29", 7.71), ("2023-05-01", 7.71)])
def test_the_price_of_gas_is_the_latest_known(tmp_path: Path, as_of: str, gas: float) -> None:
    # Tennessee, known from the end of April of the next year: 2022 8.00 USD/Mcf / 1.037 = 7.7146, 2023 5.51 / 1.037 = 5.3134.
    folder = new_scenario(tmp_path / "early")
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    lines = [f'as_of = "{as_of}"' if line.startswith("as_of") else line for line in text.splitlines()]
    more = '\n[provenance]\ntable = "sources.csv"\nrefuse_after_as_of = true\n'
    (folder / "scenario.toml").write_text("\n".join(lines) + more, encoding="utf-8")
    (folder / "sources.csv").write_text("table,key,column,kind,quality,as_of,url,note\n", encoding="utf-8")
    change(folder / "onsite_gas.csv", "memphis", gas_usd_per_mmbtu="")
    assert site(read(folder), "memphis").onsite_gas[0].gas_usd_per_mmbtu == gas


def test_an_index_of_after_the_question_fills_nothing(folder: Path) -> None:
    # Published at the end of January 2024.
    said = problems(folder, "scenario.as_of=2024-01-30")
    assert "modes.csv, row 2 (memphis/retrofit), column capex_musd_per_mw" in said
    assert "the datasets know no capex_musd_per_mw of this place by 2024-01-30 (refuse_after_as_of); give it" in said
    assert "no capex_musd_per_mw" not in problems(folder, "scenario.as_of=2024-01-31")


def test_a_place_without_an_index_must_be_given(folder: Path) -> None:
    # Hartford, Connecticut: its counties have no index.
    change(folder / "sites.csv", "memphis", county_fips="09003", lat="41.76", lon="-72.69")
    assert "the datasets know no capex_musd_per_mw of this place by 2024-05-31" in problems(folder)
    assert site(read(folder, "modes.memphis/retrofit.capex_musd_per_mw=9"), "memphis").onsite_gas[0].gas_usd_per_mmbtu > 0


def test_a_site_nowhere_is_said_to_be_so(folder: Path) -> None:
    change(folder / "sites.csv", "memphis", county_fips="", lat="0", lon="0")
    said = problems(folder)
    assert said.startswith("3 problems ")  # its hall and two offers of gas
    assert "onsite_gas.csv, row 2 (memphis/gas_temporary), column gas_usd_per_mmbtu" in said


def test_capex_without_a_mean_stays_required(folder: Path) -> None:
    change(folder / "modes.csv", "memphis", capex_us_mean_musd_per_mw="")
    said = problems(folder)
    assert said.startswith("1 problem ")
    assert "row 2 (memphis/retrofit), column capex_musd_per_mw" in said
    assert "the cell is empty and the column has no default" in said


def test_a_reader_without_datasets_says_which_cells_were_left_to_them(folder: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    # 17 owned halls, 30 offers of gas: each named once.
    assert len(caught.value.problems) == 47
    assert all("the cell is left to the datasets" in problem.message for problem in caught.value.problems)
    assert "row 2 (memphis/gas_temporary), column gas_usd_per_mmbtu" in str(caught.value)


def test_without_an_open_cell_and_without_power_nothing_is_asked() -> None:
    def refuse(request):
        raise AssertionError(request)

    assert read_scenario(scenario_path("quickstart"), ["contracts=none"], refuse).tables.sites


def test_the_emissions_of_a_grid_are_those_of_its_egrid_subregion() -> None:
    # eGRID2023, total output rates: SRTV (Tennessee Valley) 0.4063, ERCT (Texas) 0.3348, RFCW (Ohio) 0.4134 t/MWh.
    rates = [row.grid_t_per_mwh for row in read_scenario(scenario_path("quickstart"), (), fill_sites).tables.sites]
    assert rates == [0.4063, 0.3348, 0.4134]
    given = read_scenario(scenario_path("quickstart"), ["sites.memphis.grid_t_per_mwh=0.5"], fill_sites)
    assert given.tables.sites[0].grid_t_per_mwh == 0.5


def test_the_county_of_a_site_is_looked_up_where_carbon_is_asked_for(tmp_path: Path) -> None:
    folder = new_scenario(tmp_path / "carbon")
    change(folder / "sites.csv", "memphis", county_fips="")
    assert read_scenario(folder, (), fill_sites).tables.sites[0].grid_t_per_mwh is None
    asked = read_scenario(folder, ["objective.carbon_price_usd_per_t=50"], fill_sites)
    assert asked.tables.sites[0].grid_t_per_mwh == 0.4063
