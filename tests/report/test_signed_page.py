"""What the page of a study, and the command line, say of having signed: from runs made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from optimizer.report.page.sections.proof import nearness
from optimizer.report.study_page.answer import answer_sentences
from optimizer.report.study_page.case import StudyCase
from optimizer.report.study_page.committed import committed_sentences, section
from optimizer.report.study_page.page import study_html
from optimizer.solve.search.committed_contract import CommittedContract
from optimizer.study.answers.answers import answers_of
from optimizer.study.answers.table import study_table
from optimizer.study.engine.outcome import Outcome
from optimizer.study.file.definition import Named, Study
from optimizer.study.runs.designs import Run
from optimizer.study.runs.signing import PHASE, CommittedCosts
from tests.report import study_sample as sample
from tests.report.page.cases import solved

GRID = CommittedContract("memphis", "grid", "firm", "2024-12", (("2024-12", 10.0), ("2025-03", 36.4)))
LEDGERS = {1: {"operations": {"demand": 4.0, "energy": 1.0}}, 3: {"operations": {"demand": 10.0, "energy": 0.99}}}


def case(*held: dict[str, Any] | str, contracts: tuple[CommittedContract, ...] = (GRID,)) -> StudyCase:
    """Slips of 6 and 12 months that cost 950 and 960 free, and again with the contract held."""
    study = Study("late", "Late GPUs", "one_at_a_time", factors=(sample.SLIP,), signed=True)
    runs = [Run(0, "base", {"slip": 0}, (), None)]
    runs += [Run(index, f"slip = {slip} months", {"slip": slip}, (f"x={slip}",), 0) for index, slip in ((1, 6), (2, 12))]
    runs += [replace(run, index=run.index + 2, phase=PHASE) for run in runs[1:]] if held else []
    came = [_plan(880.0), _plan(950.0), _plan(960.0), *(one if isinstance(one, str) else sample.figures("memphis", **one) for one in held)]
    outcomes = {index: _outcome(index, one) for index, one in enumerate(came)}
    table = study_table(study, runs, outcomes)
    return StudyCase(study, answers_of(study, table, (), "quickstart", CommittedCosts(contracts, LEDGERS)), table, "late")


def _plan(musd: float) -> dict[str, Any]:
    return sample.figures("memphis", musd, bound_musd=musd)


def _outcome(index: int, came: dict[str, Any] | str) -> Outcome:
    if isinstance(came, str):
        return Outcome(index, f"key{index}", came, "memphis/grid cannot be held as signed: it is not on offer.")
    return Outcome(index, f"key{index}", "optimal", figures=came, plan=b"")


def test_the_price_is_told_on_average_and_at_worst() -> None:
    """6 and 2 million USD more."""
    told = case({"musd": 956.0, "bound_musd": 956.0}, {"musd": 962.0, "bound_musd": 962.0})
    assert committed_sentences(told.answers["signed"]) == [
        "Signed for the plan as it is (memphis/grid), then the runs: having signed costs 4 million USD more than knowing beforehand on "
        "average, 6 million USD at worst."
    ]
    assert committed_sentences(told.answers["signed"])[0] in answer_sentences(told)


def test_what_is_left_open_is_told() -> None:
    """Held, run 1 is proven to 955.0: 5 to 6 and 2, on average 3.5 to 4."""
    told = case({"musd": 956.0, "bound_musd": 955.0}, {"musd": 962.0, "bound_musd": 962.0})
    assert committed_sentences(told.answers["signed"])[1] == (
        "Not every plan is proven best: the average is proven to be 3.5 million USD to 4 million USD."
    )


def test_runs_without_a_plan_are_named_with_the_reason() -> None:
    told = case({"musd": 956.0, "bound_musd": 956.0}, "infeasible")
    assert committed_sentences(told.answers["signed"]) == [
        "Signed for the plan as it is (memphis/grid), then the runs: no plan in 1 run (slip = 12 months); in the other 1 having signed "
        "costs 6 million USD more than knowing beforehand on average, 6 million USD at worst."
    ]
    page = study_html(told)
    assert "slip = 12 months: memphis/grid cannot be held as signed: it is not on offer." in page
    none = case("infeasible", "no_plan_in_time")
    assert committed_sentences(none.answers["signed"]) == [
        "Signed for the plan as it is (memphis/grid), then the runs: no plan in 1 run and no answer in 1 run "
        "(slip = 6 months; slip = 12 months)."
    ]


def test_nothing_is_told_of_a_price_that_is_none() -> None:
    told = case({"musd": 950.0, "bound_musd": 950.0}, {"musd": 960.0, "bound_musd": 960.0})
    assert committed_sentences(told.answers["signed"]) == [
        "Signed for the plan as it is (memphis/grid), then the runs: having signed costs nothing more than knowing beforehand."
    ]


def test_the_section_has_the_contracts_and_a_row_for_each_run() -> None:
    """Demand 6.0 more, energy too little less to be told; the contract grows from 10 to 36.4 MW."""
    told = case({"musd": 956.0, "bound_musd": 956.0, "ready": "2025-07"}, {"musd": 962.0, "bound_musd": 961.0})
    made = section(told)
    assert made is not None
    text = str(made.html).replace("\N{NO-BREAK SPACE}", " ")
    for cell in ("memphis/grid", "Dec 2024", "10.0", "36.4", "950.0, Jan 2025", "956.0, Jul 2025", "demand +6.0",
                 "2.0 (proven: 1.0 to 2.0)"):
        assert cell in text, cell
    assert "energy" not in text
    assert "contracts signed" in study_html(told)


def test_a_base_that_signs_nothing_is_told_as_such() -> None:
    told = case(contracts=())
    assert committed_sentences(told.answers["signed"]) == [
        "The plan of the scenario as it is signs no power contract: nothing could be held."]
    assert "Contracts held" not in study_html(told)


def test_a_study_that_does_not_ask_it_says_nothing() -> None:
    other = sample.one_at_a_time()
    assert section(other) is None
    assert not any("signed" in said for said in answer_sentences(other))


def test_the_report_of_a_plan_says_what_it_holds() -> None:
    made = solved()
    held = {"site_id": "memphis", "contract_id": "grid", "kind": "firm", "begin": "2024-12", "mw_first": 10.0, "mw": 36.4}
    plan = replace(made.plan, header={**made.plan.header, "signed": [held]})
    assert "Held as signed before: memphis/grid, 10.0 to 36.4 MW from 2024-12. What is proven is proven with them held." in nearness(
        replace(made, plan=plan)
    )


def test_the_section_says_what_the_price_is_and_what_else_is_in_it() -> None:
    made = section(case({"musd": 956.0, "bound_musd": 956.0}, {"musd": 962.0, "bound_musd": 962.0}))
    assert made is not None
    said_of_it = ("costs more than the best plan of the same run", "also where the workload leaves it", "says nothing of how likely")
    for said in said_of_it:
        assert said in str(made.html), said


def test_a_named_run_has_its_title() -> None:
    told = case({"musd": 956.0, "bound_musd": 956.0}, "infeasible")
    made = section(replace(told, study=replace(told.study, named=(Named("slip = 12 months", "A year late", ()),))))
    assert made is not None
    assert "A year late: memphis/grid cannot be held as signed" in str(made.html)


def test_answers_that_do_not_say_which_runs_are_counted_count_all() -> None:
    told = case({"musd": 956.0, "bound_musd": 956.0}, "infeasible").answers["signed"]
    rows = [{name: value for name, value in row.items() if name != "is_counted"} for row in told["rows"]]
    assert committed_sentences({**told, "rows": rows}) == committed_sentences(told)
