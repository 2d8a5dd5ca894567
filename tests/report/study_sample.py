"""Studies made by hand: runs with their outcomes, and the answers worked out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from optimizer.report.study_page.case import StudyCase
from optimizer.study.answers.answers import answers_of
from optimizer.study.answers.breakpoints import Break, Seen
from optimizer.study.answers.table import study_table
from optimizer.study.engine.outcome import Outcome
from optimizer.study.file.definition import Breakpoint, Correlation, Factor, Named, Study
from optimizer.study.file.spreads import Listed, Range, Triangular
from optimizer.study.runs.designs import Run

SLIP = Factor("slip", "Months by which the grid of Memphis comes later", "months", ("ramps.memphis/*.from",), "later", 0,
              Listed((0, 6, 12)), True)
PRICE = Factor("price", "Price of an H100 & its share of the server", "USD", ("gpus.H100.price_usd",), "set", 33750,
               Range(30_000, 52_000), False)
GPU_SLIP = Factor("gpu_slip", "Months by which GPUs come later", "months", ("gpus.H100.supply",), "later", 0, Listed((0, 3, 6)), True)
BREAK = Breakpoint("slip", 0, 24, 1, ("host",))


def figures(host: str, musd: float, **changes: Any) -> dict[str, Any]:
    """Figures of a run with a plan."""
    told = {
        "objective_musd": musd, "bound_musd": musd - 0.5, "gap": 0.0005, "cash_cost_musd": musd - 40.0, "value_of_time_musd": 60.0,
        "residual_musd": -20.0, "nonrefundable_at_signature_musd": 12.0, "host": host, "build_or_rent": "build", "sites": host,
        "contracts": f"{host}/grid", "it_mw": 28.0, "gpus_bought": 20_000.0, "gpus_rented": 0.0, "ready": "2025-01", "ready_months": 7.0,
        "delay_months": 1.0, "verification_passed": True, "typical_hours_error": 0.0,
    }
    return {**told, **changes}


Row = tuple[dict[str, Any], str, dict[str, Any] | str]
"""Values of the factors, host held or empty, and the figures or the status of a run without a plan."""


def case(study: Study, rows: Sequence[Row], breaks: Sequence[Break] = (), **answers: Any) -> StudyCase:
    """A study of these runs, the first of them the scenario as it is; answers given stand in place of those worked out."""
    runs, outcomes = [], {}
    for index, (values, fixed, came) in enumerate(rows):
        overrides = tuple(f"{name}={value}" for name, value in values.items())
        name = ", ".join(overrides) or "base"
        runs.append(Run(index, name, values, overrides, None if index == 0 else 0, "fixed" if fixed else "design", fixed))
        outcomes[index] = _outcome(index, came)
    table = study_table(study, runs, outcomes)
    return StudyCase(study, {**answers_of(study, table, breaks, "quickstart"), **answers}, table, study.name)


def _outcome(index: int, came: Mapping[str, Any] | str) -> Outcome:
    seconds = {"total": 0.4}
    if isinstance(came, str):
        return Outcome(index, f"key{index}", came, f"It is {came} & <that>.", seconds=seconds)
    return Outcome(index, f"key{index}", "optimal", figures=came, plan=b"", seconds=seconds)


def one_at_a_time() -> StudyCase:
    """The grid of Memphis later by 12 months: Lordstown; dear GPUs: still Memphis; a breakpoint between 7 and 8 months."""
    study = Study("tornado", "What moves the decision", "one_at_a_time", factors=(SLIP, PRICE), breakpoints=(BREAK,),
                  named=(Named("none", "No Memphis & no <grid>", ("sites.forbidden=[]",)),))
    late = figures("lordstown", 960.0, sites="lordstown", ready="2025-07", delay_months=7.0)
    came = [(0, 33750, figures("memphis", 880.3)), (6, 33750, figures("memphis", 950.0)), (12, 33750, late),
            (0, 30_000, figures("memphis", 805.3)), (0, 52_000, figures("memphis", 1245.3))]
    rows: list[Row] = [({"slip": slip, "price": price}, "", found) for slip, price, found in came]
    rows += [({}, "", "infeasible")]
    watched = [{"host": host, "build_or_rent": "build", "contracts": f"{host}/grid"} for host in ("memphis", "lordstown")]
    before, after = (Seen(True, held, 955.0, 0.0) for held in watched)
    return case(study, rows, [Break("slip", "host", before, after, 7, 8, 1, True, 5, ())])


def grid() -> StudyCase:
    """Two slips against each other, Memphis and Lordstown held in each: Lordstown wins where Memphis is 12 months late."""
    study = Study("grid", "Two slips", "grid", regret=True, factors=(SLIP, GPU_SLIP))
    cells = [(slip, gpu) for slip in (0, 6, 12) for gpu in (0, 3, 6)]
    memphis = {cell: 880.0 + 10.0 * cell[0] + 5.0 * cell[1] for cell in cells}
    lordstown = {cell: 960.0 + 5.0 * cell[1] for cell in cells}
    rows: list[Row] = [({"slip": 0, "gpu_slip": 0}, "", figures("memphis", 880.0))]
    for cell in cells:
        values = {"slip": cell[0], "gpu_slip": cell[1]}
        host = "memphis" if memphis[cell] < lordstown[cell] else "lordstown"
        rows.append((values, "", figures(host, min(memphis[cell], lordstown[cell]))))
    for cell in cells:
        values = {"slip": cell[0], "gpu_slip": cell[1]}
        rows += [(values, "memphis", figures("memphis", memphis[cell])), (values, "lordstown", figures("lordstown", lordstown[cell]))]
    return case(study, rows)


def cube(prices: int = 3) -> StudyCase:
    """Three factors: Lordstown wins where Memphis is 12 months late, each step of the price adds 100."""
    tried = Listed(tuple(30_000 + 1_000 * step for step in range(prices)))
    price = Factor("price", PRICE.title, "USD", PRICE.paths, "set", 30_000, tried, False)
    study = Study("cube", "Two slips and a price", "grid", factors=(SLIP, GPU_SLIP, price))
    rows: list[Row] = [({"slip": 0, "gpu_slip": 0, "price": 30_000}, "", figures("memphis", 880.0))]
    for slip in (0, 6, 12):
        for gpu in (0, 3, 6):
            for step in range(prices):
                memphis, lordstown = 880.0 + 10.0 * slip, 960.0
                host = "memphis" if memphis < lordstown else "lordstown"
                cost = min(memphis, lordstown) + 5.0 * gpu + 100.0 * step
                rows.append(({"slip": slip, "gpu_slip": gpu, "price": 30_000 + 1_000 * step}, "", figures(host, cost)))
    return case(study, rows)


def drawn(runs: int = 60) -> StudyCase:
    """Runs drawn: dearer one by one, one in four at Lordstown, the last two without an answer."""
    study = Study("draws", "How sure is it?", "monte_carlo", samples=runs, correlations=(Correlation(("price", "slip"), 0.6),),
                  factors=(SLIP, Factor("price", PRICE.title, "USD", PRICE.paths, "set", 33750, Triangular(30_000, 33_750, 52_000), False)))
    rows: list[Row] = [({"slip": 0, "price": 33750}, "", figures("memphis", 880.3))]
    for place in range(runs):
        values = {"slip": place % 13, "price": 30_000 + 300 * place}
        came: dict[str, Any] | str = figures("lordstown" if place % 4 == 3 else "memphis", 800.0 + 7.0 * place)
        rows.append((values, "", {runs - 1: "infeasible", runs - 2: "quarantined"}.get(place, came)))
    return case(study, rows, spread={"mean": 1000.0, "sd": 100.0, "p5": 810.0, "p50": 1010.0, "p95": 1190.0})


def screened() -> StudyCase:
    """Indices by Sobol with their confidence."""
    study = Study("sobol", "What weighs", "named", samples=64, factors=(SLIP, PRICE))
    rows: list[Row] = [({"slip": 0, "price": 33750}, "", figures("memphis", 880.3))]
    told = [{"factor": "price", "title": PRICE.title, "s1": 0.7, "s1_conf": 0.1, "st": 0.75, "st_conf": 0.12},
            {"factor": "slip", "title": SLIP.title, "s1": 0.2, "s1_conf": 0.15, "st": 0.31, "st_conf": 0.11}]
    indices = {"method": "sobol", "of": "objective_musd", "left_out": 0, "blocks": 64, "rows": told, "says": "All runs count.",
               "pairs": [{"factors": ["price", "slip"], "s2": 0.05, "s2_conf": 0.1}]}
    made = case(study, rows, indices=indices)
    return replace(made, study=replace(study, design="sobol"))
