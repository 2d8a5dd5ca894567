"""A study with its contracts signed, from its file to its answers, with the real solver, on quickstart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from optimizer.audit import audit
from optimizer.core.bundled import scenario_path
from optimizer.core.errors import PlanFolderError, StudyError
from optimizer.plan.plan import Plan
from optimizer.plan.zip_read import unzip_plan, zipped_header
from optimizer.report.study_page.answer import answer_sentences
from optimizer.report.study_page.case import StudyCase
from optimizer.report.study_page.folder import take_out
from optimizer.report.study_page.page import study_html
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.study.runs.scope import StudyOptions, StudyResult
from optimizer.workflow import study as workflow_study
from optimizer.workflow.study import run_study

QUICKSTART = scenario_path("quickstart")

STUDY = """
[study]
title = "GPUs late while take-or-pay runs"
design = "one_at_a_time"
signed = true

[[factors]]
name = "slip"
path = "gpus.*.supply"
by = "later"
values = [4]

[[named]]
name = "closed"
set = ["sites.forbidden=['memphis']"]
"""

WHY_NOT = "memphis/grid cannot be held as signed: its site cannot be had."


def asked(folder: Path, text: str = STUDY, **options: object) -> StudyResult:
    file = folder / "late.toml"
    file.write_text(text)
    return run_study(QUICKSTART, file, StudyOptions(**{"out": folder / "study", "workers": 1, **options}))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return asked(tmp_path_factory.mktemp("signed"))


def test_each_run_is_asked_again_with_the_contracts_of_the_scenario_as_it_is(done: StudyResult) -> None:
    assert list(done.table["phase"]) == ["design"] * 3 + ["signed"] * 2
    assert list(done.table["name"][3:]) == ["slip = 4 months, contracts signed", "closed, contracts signed"]
    assert done.table["key"].nunique() == 5
    (contract,) = done.answers["signed"]["contracts"]
    base = zipped_header(done.folder / "plans" / f"{done.table['key'][0]}.zip")["sites"][0]["contracts"][0]
    assert (contract["site_id"], contract["contract_id"]) == ("memphis", "grid")
    assert (contract["begin"], contract["mw"]) == (base["from"], base["mw"])


def test_the_price_is_what_the_plans_pay_more(done: StudyResult) -> None:
    """The lines that are told add up to it, demand of the months of waiting first."""
    row = done.answers["signed"]["rows"][0]
    assert row["price_musd"] == pytest.approx(row["signed_musd"] - row["knowing_musd"])
    assert row["price_musd"] > 0.0
    assert sum(line["more_musd"] for line in row["lines"]) == pytest.approx(row["price_musd"], abs=0.02)
    assert row["lines"][0]["line"] == "demand"
    assert (row["ready_knowing"], row["ready_signed"]) == ("2025-04", "2025-04")


def test_where_the_site_is_closed_there_is_no_plan_and_the_reason_is_told(done: StudyResult) -> None:
    row = done.answers["signed"]["rows"][1]
    assert (row["status"], row["message"], row["price_musd"], row["host_knowing"]) == ("infeasible", WHY_NOT, None, "lordstown")
    assert done.answers["signed"]["summary"]["infeasible_runs"] == 1
    case = StudyCase(done.study, done.answers, done.table, "study")
    (said,) = [said for said in answer_sentences(case) if said.startswith("Signed for the plan as it is")]
    assert said.startswith("Signed for the plan as it is (memphis/grid), then the runs: no plan in 1 run (closed); in the other 1 having")
    page = study_html(case)
    assert WHY_NOT in page
    assert "Having signed before the future is known" in page


def test_a_plan_taken_out_says_what_it_holds_and_passes_its_audit(done: StudyResult, tmp_path: Path) -> None:
    """The plan answers the scenario with the change of its run, contracts held or not."""
    plan, _ = unzip_plan(done.folder / "plans" / f"{done.table['key'][3]}.zip")
    late = assemble(read_scenario(QUICKSTART, ["gpus.*.supply>>=4"], fill_sites))
    assert plan.header["instance_sha256"] == late.sha256()
    assert plan.header["signed"] == done.answers["signed"]["contracts"]
    assert audit(late, plan).passed
    take_out(done.folder, 3, tmp_path / "plan", force=False)
    assert (tmp_path / "plan" / "plan.json").is_file()


def test_resumed_it_solves_nothing_again(done: StudyResult, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        """A pool that must not be asked."""

        capacity = 1

        def __init__(self, *_: object) -> None:
            pass

        def close(self) -> None:
            pass

    monkeypatch.setattr(workflow_study, "LocalPool", Refusing)
    again = asked(done.folder.parent, resume=True)
    pd.testing.assert_frame_equal(again.table, done.table)
    assert again.answers == done.answers


def test_with_another_goal_it_is_refused_before_the_first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow_study, "LocalPool", None)
    with pytest.raises(StudyError) as raised:
        asked(tmp_path, STUDY.replace("signed = true", "signed = true\nset = ['objective.goals=[\"earliest\", \"min_cost\"]']"))
    (problem,) = raised.value.problems
    assert (problem.field, problem.where) == ("study.signed", "line 5")
    assert "told by cost alone" in problem.message


def test_a_plan_that_is_no_zip_file_is_told_as_such(tmp_path: Path) -> None:
    broken = tmp_path / "k.zip"
    broken.write_bytes(b"no zip")
    for read in (unzip_plan, zipped_header):
        with pytest.raises(PlanFolderError, match="cannot be read"):
            read(broken)


def test_a_site_that_is_open_for_its_contracts_alone_takes_no_place(tmp_path: Path) -> None:
    """``at_most`` is 1 in quickstart: with power forty times as dear the workload leaves for Lordstown, signed or not."""
    change = "tariffs.memphis/grid.energy_usd_per_mwh*=40"
    head = '[study]\ntitle = "Dear power"\ndesign = "named"\nsigned = true\n'
    done = asked(tmp_path, f'{head}[[named]]\nname = "dear"\nset = ["{change}"]\n')
    row = done.answers["signed"]["rows"][0]
    assert (row["host_knowing"], row["host_signed"]) == ("lordstown", "lordstown")
    plan, _ = unzip_plan(done.folder / "plans" / f"{done.table['key'][2]}.zip")
    assert sorted(site["site_id"] for site in plan.header["sites"]) == ["lordstown", "memphis"]
    # What is left at Memphis: land, substation, deposit and least take, no energy. Leaving must not cost more than staying did.
    assert 0.0 < row["price_musd"] < 20.0
    dear = assemble(read_scenario(QUICKSTART, [change], fill_sites))
    assert audit(dear, plan).passed
    free = Plan({key: value for key, value in plan.header.items() if key != "signed"}, plan.tables)
    assert "sites_at_most" in {violation.rule for violation in audit(dear, free).violations}
