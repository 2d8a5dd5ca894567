"""Names and units of hourly series as people write them: the name meant is told, and prices that are no USD/MWh are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.errors import MOST_NAMES, ScenarioError, nearest
from optimizer.core.hours import HOURS
from optimizer.scenario import read_scenario
from tests.scenario.fault import replace
from tests.scenario.hourly import write_hourly


def own_price(folder: Path, usd_per_mwh: float, column: str = "ppas") -> None:
    """The scenario of every form of power, its own price the same in all hours; or a column that calls the interruptible hours by it."""
    write_hourly(folder)
    rows = [f"{hour},{hour % 24 / 24},{usd_per_mwh}" for hour in range(HOURS)]
    (folder / "series.csv").write_text("\n".join(["hour,own_shape,own_price", *rows]) + "\n", encoding="utf-8")
    if column == "called_price_series":
        replace(folder / "tariffs.csv", "200,heat,,grid", "200,price,own_price,grid")
        replace(folder / "ppas.csv", "own_shape,own_price", "own_shape,ercot_rt_west")


def test_an_own_price_in_usd_per_kwh_is_refused(folder):
    own_price(folder, 0.03)
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    (problem,) = caught.value.problems
    assert (problem.file, problem.field) == ("ppas.csv", "hub")
    assert "no hour of 'own_price' is above 0.03 USD/MWh" in problem.message
    assert "multiply the column by 1,000" in problem.message


@pytest.mark.parametrize("usd_per_mwh", [30.0, -30.0, 1.0, 0.0])
def test_own_prices_from_a_dollar_on_or_free_are_taken(folder, usd_per_mwh):
    own_price(folder, usd_per_mwh)
    assert read_scenario(folder)


def test_prices_that_only_order_hours_may_have_any_unit(folder):
    own_price(folder, 0.03, "called_price_series")
    assert read_scenario(folder)


@pytest.mark.parametrize(("written", "meant"), [("ERCOT West", "ercot_rt_west"), ("Indiana Hub", "miso_rt_indiana_hub")])
def test_a_hub_by_its_common_name_is_told_its_series(folder, written, meant):
    write_hourly(folder)
    replace(folder / "ppas.csv", "ERCOT/wind,ercot_rt_west", f"ERCOT/wind,{written}")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(folder)
    (problem,) = caught.value.problems
    assert problem.message == f"there is no price series {written!r}; did you mean {meant!r}?"


def test_a_list_of_names_says_how_many_it_leaves_out():
    names = [f"name{number:03d}" for number in range(MOST_NAMES + 7)]
    assert nearest("zzz", names).endswith(f"name{MOST_NAMES - 1:03d} and 7 more")
    assert nearest("zzz", names[:MOST_NAMES]).endswith(f"name{MOST_NAMES - 1:03d}")
