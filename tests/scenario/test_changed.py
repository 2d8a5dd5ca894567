"""What ``--set`` changed: every value with what it was and what it is, and inputs that show what was solved."""

from __future__ import annotations

import shutil
from pathlib import Path

from optimizer.core.instance_json import instance_from_json, instance_to_json
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble


def changed(folder: Path, *overrides: str) -> dict[str, tuple[str | None, str | None, str]]:
    return {one.path: (one.before, one.after, one.set) for one in read_scenario(folder, overrides).changes}


def test_a_pattern_names_every_row_it_changed(folder: Path) -> None:
    said = "sites.*.annual_pue*=1.1"
    found = changed(folder, said)
    rows = read_scenario(folder).tables.sites
    assert list(found) == [f"sites.{row.site_id}.annual_pue" for row in rows]
    assert all(by == said and float(after or 0) == round(1.1 * float(before or 0), 9) for before, after, by in found.values())


def test_what_is_set_to_what_it_was_is_no_change(folder: Path) -> None:
    pue = read_scenario(folder).tables.sites[0].annual_pue
    assert changed(folder, f"sites.memphis.annual_pue={pue}", "gpus.H100.price_usd+=0") == {}
    assert read_scenario(folder).changes == ()


def test_months_texts_lists_and_what_is_taken_away(folder: Path) -> None:
    found = changed(folder, "workloads.train.deadline=none", 'sites.forbidden=["abilene"]', "gpus.H100.supply.2024-09=9000",
                    "tariffs.abilene/grid.exit_musd=none", "workloads.train.wanted_from>>=2")
    assert found["workloads.train.deadline"][1] is None
    assert found["sites.forbidden"] == (None, '["abilene"]', 'sites.forbidden=["abilene"]')
    assert found["gpus.H100.supply"] == ('{"2024-07": 4000}', '{"2024-07": 4000, "2024-09": 9000}', "gpus.H100.supply.2024-09=9000")
    assert found["tariffs.abilene/grid.exit_musd"][1] is None


def test_a_whole_item_and_a_whole_section_are_told(folder: Path) -> None:
    found = changed(folder, "budget=none")
    before, after, _ = found["budget.purses.equity"]
    assert str(before).startswith('{"name": "equity"')
    assert after is None


def test_two_of_the_same_cell_are_told_once_with_both(folder: Path) -> None:
    before, after, by = changed(folder, "gpus.H100.price_usd=30000", "gpus.*.price_usd*=2")["gpus.H100.price_usd"]
    assert (before, after, by) == ("33750", "60000", "gpus.H100.price_usd=30000; gpus.*.price_usd*=2")


def test_a_moved_ramp_stands_among_the_inputs_under_its_new_month(folder: Path) -> None:
    instance = assemble(read_scenario(folder, ["ramps.memphis/grid/2024-08.from>>=5"]))
    ramps = {row.key: row for row in instance.assumptions if row.table == "ramps" and row.column == "mw"}
    assert "memphis/grid/2024-08" not in ramps
    as_written = {row.key: row for row in assemble(read_scenario(folder)).assumptions if row.table == "ramps"}
    assert ramps["memphis/grid/2025-01"].value == as_written["memphis/grid/2024-08"].value
    # its source is still found under the key that the files have
    assert ramps["memphis/grid/2025-01"].source == as_written["memphis/grid/2024-08"].source
    moved = next(row for row in instance.assumptions if row.table == "ramps" and row.column == "from")
    assert (moved.key, moved.value) == ("memphis/grid/2025-01", "2025-01")
    assert moved.source == "changed by --set ramps.memphis/grid/2024-08.from>>=5 (before: 2024-08)"


def test_a_changed_number_says_so_and_its_old_source_is_gone(folder: Path) -> None:
    row = next(row for row in assemble(read_scenario(folder, ["gpus.H100.price_usd=67500"])).assumptions if row.column == "price_usd")
    assert (row.value, row.kind, row.source) == ("67500.0", "assumption", "changed by --set gpus.H100.price_usd=67500 (before: 33750)")


def test_changes_are_kept_with_the_instance_and_do_not_change_its_hash(folder: Path, tmp_path: Path) -> None:
    instance = assemble(read_scenario(folder, ["gpus.H100.price_usd=30000"]))
    assert instance_from_json(instance_to_json(instance)) == instance
    edited = tmp_path / "edited"
    shutil.copytree(folder, edited)
    file = edited / "scenario.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("price_usd = 33750", "price_usd = 30000"), encoding="utf-8")
    by_hand = assemble(read_scenario(edited))
    assert by_hand.changes == ()
    assert by_hand.sha256() == instance.sha256()
