"""Assembling: dates to months, rows to sites, numbers to assumptions."""

from __future__ import annotations

from pathlib import Path

from optimizer.core.instance import Assumption, RampCondition
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from tests.scenario.fault import NO_PROVENANCE, SOURCE_COLUMNS, replace


def test_dates_count_from_the_first_month(folder: Path) -> None:
    instance = assemble(read_scenario(folder))
    (workload,) = instance.workloads
    # The horizon begins in 2024-06: 2024-12 is 6 months on, 2025-12 is 18, 2026-05 the last of 24.
    assert (workload.wanted_from, workload.deadline, workload.until) == (6, 18, 23)
    assert instance.gpus[0].supply == ((1, 4000.0),)
    assert instance.rentals[0].available_from == 12
    assert instance.purses[0].amounts == ((0, 1200.0),)
    assert instance.horizon.months_per_period == 1


def test_dates_before_the_horizon_are_negative(folder: Path) -> None:
    instance = assemble(read_scenario(folder, ["workloads.train.wanted_from=2024-03", "gpus.H100.supply.2023-06=100"]))
    assert instance.workloads[0].wanted_from == -3
    assert instance.gpus[0].supply == ((-12, 100.0), (1, 4000.0))


def test_rows_come_to_their_sites_and_ramps_in_order(folder: Path) -> None:
    instance = assemble(
        read_scenario(folder, ["ramps.memphis/grid/2024-06.from=2024-07", "ramps.memphis/grid/2024-08.from=2025-06"])
    )
    memphis, abilene, lordstown = instance.sites
    assert [mode.mode for mode in (*memphis.modes, *abilene.modes, *lordstown.modes)] == ["retrofit", "build_to_suit", "retrofit"]
    assert memphis.tariffs[0].ramp == ((1, 8.0), (12, 50.0))
    assert lordstown.tariffs[0].ramp == ((3, 30.0), (19, 100.0))
    assert [len(site.onsite_gas) for site in instance.sites] == [1, 0, 0]


def test_what_a_ramp_hangs_on_is_carried_and_changes_no_number(folder: Path) -> None:
    ramps = folder / "ramps.csv"
    plain = assemble(read_scenario(folder))
    assert plain.ramp_conditions == ()
    head, first, *others = ramps.read_text(encoding="utf-8").splitlines()
    rows = [f"{head},condition", f"{first},The board must agree", *(f"{row}," for row in others)]
    ramps.write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = assemble(read_scenario(folder))
    assert told.ramp_conditions == (RampCondition("memphis", "grid", 0, "The board must agree"),)
    assert told.sha256() == plain.sha256()


def test_who_says_that_a_site_is_a_related_partys_is_told(folder: Path) -> None:
    related = ["sites.memphis.related_party=true"]
    said = [row.source for row in assemble(read_scenario(folder, related)).assumptions if row.column == "related_party"]
    assert said == ["changed by --set sites.memphis.related_party=true (not given before)"]
    replace(folder / "scenario.toml", NO_PROVENANCE, '[provenance]\ntable = "sources.csv"\n#')
    source = "sites,memphis,related_party,fact,press,2024-01-01,,The same owner\n"
    (folder / "sources.csv").write_text(SOURCE_COLUMNS + source, encoding="utf-8")
    said = [row.source for row in assemble(read_scenario(folder, related)).assumptions if row.column == "related_party"]
    assert said == ["changed by --set sites.memphis.related_party=true (not given before)"]  # the source is of what the files say
    sites = folder / "sites.csv"
    head, first, *others = sites.read_text(encoding="utf-8").splitlines()
    rows = [f"{head},related_party", f"{first},true", *(f"{row},false" for row in others)]
    sites.write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = [row for row in assemble(read_scenario(folder)).assumptions if row.column == "related_party"]
    assert told == [Assumption("sites", "memphis", "related_party", "true", "", "fact", "press", "2024-01-01", "The same owner")]


def test_an_empty_cell_is_its_default(folder: Path) -> None:
    memphis, abilene, _ = assemble(read_scenario(folder)).sites
    assert (abilene.sales_tax_exempt, abilene.exempt_min_musd) == ("unknown", 0.0)
    assert (memphis.modes[0].lease_usd_per_kw_month, abilene.modes[0].liquid_adder_musd_per_mw) == (0.0, None)


def test_min_cost_ends_every_list_of_goals(folder: Path) -> None:
    assert assemble(read_scenario(folder, ['objective.goals=["earliest"]'])).goals == ("earliest", "min_cost")
    assert assemble(read_scenario(folder, ['objective.goals=["earliest", "min_cost"]'])).goals == ("earliest", "min_cost")


def test_without_sections_power_and_money_are_left_out(folder: Path) -> None:
    instance = assemble(read_scenario(folder, ["contracts=none", "budget=none"]))
    assert (instance.has_contracts, instance.has_budget, instance.purses) == (False, False, ())
    assert all(site.tariffs == () for site in instance.sites)


def test_the_largest_cluster_is_all_of_it_by_default(folder: Path) -> None:
    assert assemble(read_scenario(folder)).rentals[0].largest_cluster_gpus == 16000
    assert assemble(read_scenario(folder, ["rentals.cloud.largest_cluster_gpus=8000"])).rentals[0].largest_cluster_gpus == 8000


def test_every_number_is_an_assumption_with_its_most_exact_source(folder: Path) -> None:
    replace(folder / "scenario.toml", NO_PROVENANCE, '[provenance]\ntable = "sources.csv"\n#')
    rows = [
        "modes,*,lead_months,estimate,press,2024-01,https://example.org,All",
        "modes,memphis/retrofit,lead_months,fact,primary,2024-02,,Own",
        "modes,lordstown/retrofit,*,assumption,,,,Whole row",
        "gpus,H100,supply,assumption,,,,Guess",
    ]
    (folder / "sources.csv").write_text(SOURCE_COLUMNS + "\n".join(rows) + "\n", encoding="utf-8")
    instance = assemble(read_scenario(folder, ["modes.abilene/build_to_suit.lead_months=11"]))
    found = {(row.table, row.key, row.column): row for row in instance.assumptions}
    assert found["modes", "memphis/retrofit", "lead_months"].source == "Own"
    assert (
        found["modes", "lordstown/retrofit", "lead_months"].source == "https://example.org; All"
    )  # a column says more than a row
    assert found["modes", "lordstown/retrofit", "max_it_mw"].source == "Whole row"
    assert (found["gpus", "H100", "supply"].kind, found["gpus", "H100", "supply"].unit) == ("assumption", "GPUs/month")
    changed = found["modes", "abilene/build_to_suit", "lead_months"]
    assert (changed.value, changed.kind, changed.source) == (
        "11",
        "assumption",
        "changed by --set modes.abilene/build_to_suit.lead_months=11 (before: 12)",
    )
    assert found["tariffs", "memphis/grid", "energy_usd_per_mwh"].unit == "USD/MWh"
    assert found["sites", "memphis", "lat"].source == ""


def test_the_instance_forgets_where_it_came_from(folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "elsewhere")
    moved = assemble(read_scenario(tmp_path / "elsewhere"))
    moved_hash = moved.sha256()
    (tmp_path / "elsewhere").rename(folder)
    assert assemble(read_scenario(folder / "scenario.toml")).sha256() == moved_hash
