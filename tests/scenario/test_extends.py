"""``extends``: what is inherited, what replaces, where tables are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.errors import ScenarioError
from optimizer.scenario import read_scenario


def derived(folder: Path, text: str, name: str = "derived") -> Path:
    """Write a scenario beside ``folder`` with this text."""
    target = folder.parent / name
    target.mkdir()
    (target / "scenario.toml").write_text(text, encoding="utf-8")
    return target


def test_an_empty_heir_says_the_same(folder: Path) -> None:
    heir = read_scenario(derived(folder, 'extends = "../scenario"\n'))
    assert heir.config == read_scenario(folder).config
    assert heir.sha256 == read_scenario(folder).sha256


def test_sections_and_named_items_merge_field_by_field(folder: Path) -> None:
    heir = read_scenario(
        derived(folder, 'extends = "../scenario"\n[horizon]\nmonths = 36\n[[gpus]]\nname = "H100"\nprice_usd = 30000\n')
    )
    (gpu,) = heir.config.gpus
    assert (heir.config.horizon.months, heir.config.horizon.start) == (36, "2024-06")
    assert (gpu.price_usd, gpu.network_usd) == (30000, 7500)


def test_purses_merge_by_name_and_new_ones_come_last(folder: Path) -> None:
    equity, gift = '{ name = "equity", amounts = { "2024-07" = 5.0 } }', '{ name = "gift", amounts = {}, pays_for = ["rent"] }'
    purses = f"[budget]\npurses = [{equity}, {gift}]\n"
    budget = read_scenario(derived(folder, 'extends = "../scenario"\n' + purses)).config.budget
    assert budget is not None
    assert [purse.name for purse in budget.purses] == ["equity", "operations", "gift"]
    assert budget.purses[0].amounts == {"2024-07": 5.0}  # a value is replaced whole
    assert budget.purses[0].pays_for == ("capital", "deposits")


def test_a_table_is_looked_for_where_it_is_named(folder: Path) -> None:
    heir = derived(folder, 'extends = "../scenario"\n[contracts]\nramps = "ramps.csv"\n')
    (heir / "ramps.csv").write_text("site_id,contract_id,from,mw\nmemphis,grid,2024-06,9\n", encoding="utf-8")
    tables = read_scenario(heir).tables
    assert [row.mw for row in tables.ramps] == [9.0]
    assert len(tables.sites) == 3


def test_heirs_of_heirs(folder: Path) -> None:
    derived(folder, 'extends = "../scenario"\n[horizon]\nmonths = 30\n')
    assert read_scenario(derived(folder, 'extends = "../derived"\n', "last")).config.horizon.months == 30


def test_a_fault_is_placed_in_the_file_that_has_it(folder: Path) -> None:
    heir = derived(folder, 'extends = "../scenario"\n[horizon]\nmonths = 30\n[[gpus]]\nname = "H100"\nlot = -1\n')
    (folder / "sites.csv").write_text(
        (folder / "sites.csv").read_text(encoding="utf-8").replace("35.06", "45.06"), encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        read_scenario(heir)
    places = {(problem.file, problem.where) for problem in caught.value.problems}
    assert places == {("scenario.toml", "line 6"), ("../scenario/sites.csv", "row 2 (memphis), column lat")}


def test_a_circle_is_refused(folder: Path) -> None:
    derived(folder, 'extends = "../scenario"\n')
    file = folder / "scenario.toml"
    file.write_text('extends = "../derived"\n' + file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="circle") as caught:
        read_scenario(folder)
    assert [problem.field for problem in caught.value.problems] == ["extends"]
