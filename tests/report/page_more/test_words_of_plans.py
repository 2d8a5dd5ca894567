"""Sentences of the page that must not say what is not so: purses that are not short, money that comes back, commands that do not run."""

from __future__ import annotations

import html
import re
import shlex

import pandas as pd
import pytest
from typer.testing import CliRunner

from optimizer.cli import app, reporting
from optimizer.core.instance_json import instance_to_json
from optimizer.plan.folder import write_plan
from optimizer.report.page.sections import ask, breaks
from optimizer.solve.highs.settings import SolveSettings
from optimizer.workflow.header import plan_header
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.report.page_more import hand


def _cash(*rows):
    return hand.case(hand.power_tables(cash=[("2024-0" + month, "fund", *numbers) for month, *numbers in rows]))


def test_a_month_in_which_nothing_is_spent_empties_no_purse():
    # 12 a month, nothing spent in January: 12 are under a twentieth of the 720 received in all, and no sign of anything
    assert breaks.from_purses(_cash(("1", 12.0, 0.0, 12.0), ("2", 708.0, 20.0, 700.0))) == []
    told = breaks.from_purses(_cash(("1", 12.0, 0.0, 12.0), ("2", 708.0, 700.0, 20.0)))
    assert [row[1] for row in told] == ["fund falls to 20 million USD in Feb 2024"]


@pytest.mark.parametrize(("musd", "said"), [(-0.1, "0.1 million USD come back beyond"),
                                            (-0.06, "60 thousand USD come back beyond"), (-2.0, "2 million USD come back beyond"),
                                            (3.0, "and 3 million USD beyond")])
def test_what_comes_back_beyond_the_horizon_is_said_to_come_back(musd, said):
    tables = hand.power_tables(ledger=[("2024-01", "a", "capital", "gpus", "H100", 50.0, 50.0),
                                       ("beyond", "a", "deposits", "contract_deposit_return", "grid", musd, musd)])
    assert said in " ".join(str(ask.section(hand.case(tables)).html).split())


def test_the_start_of_a_hall_that_costs_nothing_until_it_is_leased_is_told_as_its_last_month():
    """Ready two months after the start, wanted in July: any start up to May gives the same; with land to pay for it is the start itself."""
    leased = b.mode(mode="colocation", lead_months=2, capex_musd_per_mw=0.0, lease_usd_per_kw_month=100.0)
    work = b.workload(gpus_h100e=1000.0, wanted_from=6, deadline=6, delay_cost_musd_per_month=1.0)
    for mode in (leased, b.mode(lead_months=2, land_musd=5.0)):
        plan = solve_instance(b.instance(sites=(b.site(modes=(mode,)),), workloads=(work,)), SolveSettings())
        site, = plan.header["sites"]
        built = plan.tables["construction"]
        first = built.loc[built["added_it_mw"] > 0, "period"].min()
        two_before = f"2024-{int(first[5:]) - 2:02d}"
        assert site["construction_start"] <= two_before
        assert site["start_by"] == (two_before if mode is leased else site["construction_start"])


@pytest.mark.parametrize("line", ["gpus", "spares", "network", "installation", "sales_tax"])
def test_what_is_paid_for_gpus_does_not_hold_the_start_of_a_hall(line):
    leased = b.mode(mode="colocation", lead_months=2, capex_musd_per_mw=0.0, lease_usd_per_kw_month=100.0)
    work = b.workload(gpus_h100e=1000.0, wanted_from=6, deadline=6, delay_cost_musd_per_month=1.0)
    asked = b.instance(sites=(b.site(modes=(leased,)),), workloads=(work,))
    plan = solve_instance(asked, SolveSettings())
    paid = plan.tables["ledger"].iloc[:1].assign(period="2024-01", site_id="a", group="capital", line=line, nominal_musd=1.0)
    told = plan_header(asked, {**plan.tables, "ledger": pd.concat([plan.tables["ledger"], paid])}, ())
    assert told["sites"][0]["start_by"] == plan.header["sites"][0]["start_by"] > "2024-01"


def test_every_command_of_the_page_runs_as_it_is_printed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    case = hand.case()
    plan = hand.case(instance_sha256=case.instance.sha256()).plan
    write_plan(plan, tmp_path / "plans" / "my plan", texts={"instance.json": instance_to_json(case.instance)})
    monkeypatch.setattr(reporting, "_solve_alternatives", lambda *_: None)
    assert CliRunner().invoke(app, ["report", "plans/my plan"]).exit_code == 0
    page = (tmp_path / "plans" / "my plan" / "report.html").read_text(encoding="utf-8")
    commands = {html.unescape(found) for found in re.findall(r"<code>(gigasite [^<]*)</code>", page)}
    assert "gigasite report 'plans/my plan' --beside" in commands
    for command in commands:
        words = shlex.split(command)[1:]
        if "STUDYDIR" in words:  # whoever reads it has to name a study
            at = words.index("--study")
            words = [*words[:at], *words[at + 2 :]]
        assert not [word for word in words if word.isupper()]
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, (command, done.output)
