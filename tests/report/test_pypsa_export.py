"""The network says what the plan says: its energy, its costs, its hours; worked out on the plan made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.cli.exporting import run_export
from optimizer.core.calendar import Calendar
from optimizer.core.errors import ExportError, OutputExists
from optimizer.core.hours import TypicalDays
from optimizer.core.instance_json import instance_to_json
from optimizer.core.offers import Battery
from optimizer.plan.folder import write_plan
from optimizer.plan.plan import Plan
from optimizer.report.pypsa_network import network_tables, to_pypsa, write_network
from optimizer.report.pypsa_network import write as writing
from optimizer.report.pypsa_network.snapshots import snapshots
from optimizer.scenario.assemble.typical_days import SiteHours
from tests import builders as b
from tests.audit import handmade_hourly
from tests.report import sample

MUSD = 1e6


@pytest.fixture(scope="module")
def typical():
    return network_tables(handmade_hourly.instance(), handmade_hourly.plan())


@pytest.fixture(scope="module")
def every_hour():
    return network_tables(handmade_hourly.instance(), handmade_hourly.plan(), "all")


def part(tables, name):
    return next(part for part in tables.parts if part.name == name)


def summed(tables, values):
    """Over the hours of each month."""
    weighted = tables.weights_h * values
    return [float(of_month.sum()) for _, of_month in weighted.groupby(tables.times.month)]


def variable_cost_usd(tables):
    """By month: what all that has a marginal cost does, at that cost."""
    total = np.zeros(2)
    for one in tables.parts:
        cost = one.by_snapshot.get("marginal_cost")
        if cost is not None:
            used = one.by_snapshot["p0"] if one.component == "Link" else np.maximum(one.by_snapshot["p"], 0.0)
            total += summed(tables, cost * used)
    return total


@pytest.mark.parametrize("form", ["typical", "every_hour"])
def test_what_is_used_at_marginal_cost_is_what_the_ledger_says(form, request):
    # Energy, credit, wires, fuel, own use, sales, wear and lost work of the ledger made by hand; tiers by the mean price billed.
    lines = ("operations.energy", "operations.energy_credit", "operations.transmission", "operations.gas_fuel", "operations.ppa_wires",
             "operations.ppa_sales", "operations.battery_wear", "delay.lost_compute")
    by_hand = np.sum([handmade_hourly.LEDGER[line][0] for line in lines], axis=0) * MUSD
    assert variable_cost_usd(request.getfixturevalue(form)) == pytest.approx(by_hand, rel=1e-9)


@pytest.mark.parametrize("form", ["typical", "every_hour"])
def test_energy_and_hours_are_the_plans(form, request):
    tables = request.getfixturevalue(form)
    assert summed(tables, 1.0) == pytest.approx([744.0, 672.0])
    assert summed(tables, part(tables, "a node").by_snapshot["p"]) == pytest.approx(handmade_hourly.NODE_MWH)
    assert summed(tables, part(tables, "a engines").by_snapshot["p"]) == pytest.approx(handmade_hourly.GAS_MWH)
    assert summed(tables, part(tables, "a wind plant").by_snapshot["p_max_pu"] * 4.0) == pytest.approx(handmade_hourly.WIND_MWH)
    # Shifted hours are moved within the load; shed load is not taken off it.
    assert summed(tables, part(tables, "a load").by_snapshot["p_set"]) == pytest.approx(handmade_hourly.LOAD_MWH)


def test_each_bus_is_in_balance_in_every_snapshot(typical):
    for bus in [one for one in typical.parts if one.component == "Bus"]:
        into = np.zeros(len(typical.times))
        for one in typical.parts:
            flows = one.by_snapshot
            if one.attributes.get("bus") == bus.name:
                into += -flows["p_set"] if one.component == "Load" else one.attributes.get("sign", 1.0) * flows["p"]
            for end in ("0", "1"):
                if one.attributes.get(f"bus{end}") == bus.name:
                    into -= flows[f"p{end}"]
        assert np.abs(into).max() < 1e-9


def test_typical_hours_are_days_by_their_weights_and_all_hours_are_the_calendars(typical, every_hour):
    # Even and odd days of two months: four days of 24 snapshots. All: 59 days.
    assert len(typical.times) == 4 * 24
    assert sorted(set(typical.weights_h)) == [14.0, 15.0, 16.0]
    assert len(every_hour.times) == 59 * 24
    assert set(every_hour.weights_h) == {1.0}
    for tables in (typical, every_hour):
        assert tables.times.is_monotonic_increasing
        assert tables.times.is_unique


def test_a_called_contract_gives_nothing_and_a_financial_one_is_no_part_of_the_network(typical):
    # Odd days of the model year, counted from 0, are even ones counted from 1.
    calls = part(typical, "a calls")
    called = (typical.times.hour >= 12) & (typical.times.hour <= 13) & (typical.times.day_of_year % 2 == 0)
    assert calls.by_snapshot["p_max_pu"][called] == pytest.approx(0.0)
    assert calls.by_snapshot["p_max_pu"][~called] == pytest.approx(1.0)
    assert not [one.name for one in typical.parts if "solar" in one.name or "block" in one.name]


def test_marginal_cost_of_a_battery_and_of_an_index_tariff(typical):
    # 5 USD/MWh of wear and a tenth more in 2023; node: night of an even day (20 + 2 + 1 + 3) x 1.1.
    cell = part(typical, "a cell")
    assert cell.by_snapshot["marginal_cost"] == pytest.approx(5.5)
    assert (cell.attributes["p_nom"], cell.attributes["max_hours"]) == (2.0, 2.0)
    assert cell.attributes["efficiency_store"] == pytest.approx(0.9)
    assert part(typical, "a node").by_snapshot["marginal_cost"][0] == pytest.approx(28.6)


def hours_of(site, calendar, series=()):
    return site, SiteHours(site, calendar, {one.name: one for one in series}, 2022)


def test_sites_with_other_typical_days_share_snapshots_that_keep_each_ones_weights():
    # February of a leap year: 28 days that weigh 29/28 each; site a has the days 31 and 32, b 31, 40 and 50, c is flat.
    cell = Battery("cell", None, 1.0, 1.0, None, 0.0, 0.0, 1.0, 0.0, 0, 12, 0.0)
    one = TypicalDays((31, 32), tuple(31 + day % 2 for day in range(365)))
    other = TypicalDays((31, 40, 50), tuple((31, 40, 50)[day // 10 % 3] for day in range(365)))
    calendar = Calendar("2024-02", 1, 1)
    made = {
        site.site_id: hours_of(site, calendar)
        for site in (b.site(site_id="a", batteries=(cell,), typical_days=one), b.site(site_id="b", batteries=(cell,), typical_days=other),
                     b.site(site_id="c"))
    }
    for hours in ("typical", "all"):
        shots = snapshots(calendar, made, [0], hours)
        for site_id, (_, site_hours) in made.items():
            weights = np.bincount(shots.positions[site_id], weights=shots.weights_h)
            assert weights == pytest.approx(site_hours.weights(0))
        assert shots.weights_h.sum() == pytest.approx(29 * 24)
        assert shots.times.is_unique


def test_a_flat_plan_has_one_snapshot_a_period_or_every_hour():
    site = b.site()
    calendar = Calendar("2024-01", 6, 3)
    shots = snapshots(calendar, {"a": hours_of(site, calendar)}, [0, 1], "typical")
    assert list(shots.weights_h) == [24.0 * (31 + 29 + 31), 24.0 * (30 + 31 + 30)]
    assert [str(time.date()) for time in shots.times] == ["2024-01-01", "2024-04-01"]
    assert snapshots(calendar, {"a": hours_of(site, calendar)}, [0], "all").weights_h.sum() == pytest.approx(24.0 * 91)


def test_a_plan_without_load_is_no_network():
    with pytest.raises(ExportError, match="has no load at any site"):
        network_tables(b.instance(), sample.plan())
    with pytest.raises(ExportError, match=r"leaves power out \(its scenario has no \[contracts\]\)"):
        network_tables(b.instance(has_contracts=False), sample.plan())


def test_what_is_left_out_and_where_numbers_come_from_stand_with_it(typical):
    assert typical.meta["instance_sha256"] == handmade_hourly.instance().sha256()
    assert any("no demand, capacity" in note for note in typical.meta["notes"])


def saved(folder):
    """The plan made by hand as a folder."""
    instance, plan = handmade_hourly.instance(), handmade_hourly.plan()
    header = {**sample.header(), **plan.header, "instance_sha256": instance.sha256(), "status": "optimal"}
    write_plan(Plan(header, plan.tables), folder, texts={"instance.json": instance_to_json(instance)})
    return folder


def test_without_pypsa_the_export_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"pip install 'gigasite\[pypsa\]'"):
        run_export(saved(tmp_path / "plan"), tmp_path / "plan.nc", "typical", force=False)
    assert not (tmp_path / "plan.nc").exists()


def test_an_answer_without_a_plan_keeps_its_exit_code(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(writing, "find_spec", lambda name: object())
    write_plan(sample.no_plan(), tmp_path / "plan")
    assert run_export(tmp_path / "plan", None, "typical", force=False) == 3
    assert "no plan to export: infeasible" in capsys.readouterr().out


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "find_spec", lambda name: object())
    (tmp_path / "plan.nc").write_text("mine")
    with pytest.raises(OutputExists, match="--force"):
        run_export(saved(tmp_path / "plan"), tmp_path / "plan.nc", "typical", force=False)
    assert (tmp_path / "plan.nc").read_text() == "mine"


@pytest.mark.filterwarnings("ignore")
def test_pypsa_reads_the_file_and_finds_nothing_dearer_than_the_plan(tmp_path, typical):
    pypsa = pytest.importorskip("pypsa", reason="the extra pypsa is not installed")
    write_network(typical, tmp_path / "plan.nc")
    network = pypsa.Network(tmp_path / "plan.nc")
    assert network.meta["scenario"] == typical.name
    assert list(network.buses.index) == ["a", "a wind"]
    drawn = network.generators_t.p["a node"] @ network.snapshot_weightings.generators
    assert drawn == pytest.approx(sum(handmade_hourly.NODE_MWH))
    assert network.generators.loc["a tou", "emissions_t_per_mwh"] == 0.2
    # The plan's own dispatch is one that the network allows: the best one costs no more.
    network.optimize(solver_name="highs", log_to_console=False)
    assert network.objective <= variable_cost_usd(typical).sum() + 1e-6


@pytest.mark.filterwarnings("ignore")
def test_plants_without_a_battery_or_an_agreement_make_a_network(tmp_path):
    pypsa = pytest.importorskip("pypsa", reason="the extra pypsa is not installed")
    instance, plan = handmade_hourly.instance(), handmade_hourly.plan()
    bare = replace(instance, sites=tuple(replace(site, ppas=(), batteries=()) for site in instance.sites))
    network = to_pypsa(network_tables(bare, plan))
    assert isinstance(network, pypsa.Network)
    assert len(network.links) == len(network.storage_units) == 0
