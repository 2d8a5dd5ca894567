"""Proof of quality in plain words: how near the best, checked by whom, how well typical hours tell the year; and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.number_words import count, listed, percent, short, spelled
from optimizer.report.page.case import Section
from optimizer.report.page.render import money, month_name, render
from optimizer.report.solver_failures import failure_lines
from optimizer.report.summary_power import commitment_lines

if TYPE_CHECKING:

    from optimizer.report.page.case import ReportCase

LEFT_OUT = (
    "Uncertainty: dates of ramps, supplies and permits are taken as given, and the plan is the best for those numbers alone.",
    "Consent: whether a permit is granted, and what neighbours, zoning boards and courts do.",
    "Networks: the grid, gas lines and fibre are what the offers say; what a new load does to prices is not known.",
    "Surprise: batteries and flexible load know the prices of their day, and the hours in which power is called are a fixed list.",
    "Other years: one model year of hours, with prices escalated.",
    "Taxes on income, and every debt but a loan on the GPUs: the discount rate stands for the cost of capital.",
    "Limits on money beyond the horizon: what falls due then counts at its present value, and no purse is asked for it.",
    "What the compute earns: the value of time is the price of each month not ready, as the scenario gives it.",
    "Inference, training over several campuses, and moving GPUs or workloads once they are placed.",
    "Water, noise, insurance and emergency generators.",
)
"""What the model leaves out, one sentence each (docs/formulation.md, What is not modelled)."""


def section(case: ReportCase) -> Section | None:
    """Write how good the plan is; nothing where there is none."""
    if not case.tables:
        return None
    parts = [("How near the best", nearness(case)), ("Checked again, from the tables alone", audit_sentences(case)),
             ("Dispatched hour by hour", verification_sentences(case)), ("Work done", effort_sentences(case))]
    return Section("proof", "Proof of quality, and what is left out", render("proof.html", parts=parts, left_out=LEFT_OUT))


def nearness(case: ReportCase) -> list[str]:
    """Say of every goal what was reached, the bound, and what the gap means."""
    told = []
    for goal in case.header["goals"]:
        value, bound, gap = goal["value"], goal["bound"], goal["gap"]
        head = f"Goal {goal['goal'].replace('_', ' ')}: {_amount(value, goal['unit'])}"
        if bound is None or gap is None:
            told.append(f"{head}; no bound was proven: how much better a plan could be is not known.")
        elif gap <= 1e-6:
            told.append(f"{head}; no plan of this model on these inputs can be better.")
        else:
            better = _amount(abs(value - bound), goal["unit"])
            told.append(f"{head}. The solver has proven that no plan of this model on these inputs can be "
                        f"better than {_amount(bound, goal['unit'])}: by {better} at most, {percent(gap)}.")
    told += commitment_lines(case.plan)
    if case.header.get("stopped_by") == "interrupted":
        told.append("The search was stopped by hand.")
    return [*told, *failure_lines(case.header)]


def audit_sentences(case: ReportCase) -> list[str]:
    """Say what the audit did and found."""
    done = case.header["audit"]
    verdict = "It passed." if done["passed"] else "It did not pass."
    checks = f"{count(done['checks'])} checks of {count(done['rules'])} rules"
    return ["A separate program, which shares no arithmetic with the model, computed every rule and every dollar again from the plan's "
            f"tables: {checks}. {verdict} Worst relative deviation {done['worst_violation']:.0e}."]


def verification_sentences(case: ReportCase) -> list[str]:
    """Say what came of the dispatch over all hours, and how far typical hours are from the year."""
    done = case.header.get("verification")
    if not done:
        return ["The plan was not dispatched over all hours of the year."]
    told = [done["says"]]
    error = case.header.get("typical_hours_error")
    if error is not None:
        told.append(f"Error of the typical hours: the plan was found on a few typical days; over all {done['hours']:,} hours power costs "
                    f"{_error(error)} than they said.")
    added = [f"{site_id}: {listed(days)}" for site_id, days in (case.header.get("typical_days_added") or {}).items() if days]
    return [*told, f"Days that joined the typical ones on the way: {'; '.join(added)}."] if added else told


def effort_sentences(case: ReportCase) -> list[str]:
    """Say how large the question was and how long it took."""
    size, seconds, versions = case.header["size"], case.header["seconds"], case.header["versions"]
    told = [f"{len(case.instance.sites)} candidate sites, {count(case.calendar.periods)} periods from {month_name(case.periods[0])}"]
    if size:
        told.append(f"{count(size['rows'])} rows on {count(size['columns'])} variables, {count(size['integers'])} of them whole numbers")
    told += [f"{short(seconds['total'])} seconds"] if "total" in seconds else []
    by = listed([f"{name} {versions[name]}" for name in ("gigasite", "pyomo", "highspy") if name in versions])
    return [f"{', '.join(told)}{f', by {by}' if by else ''}."]


def _amount(value: float, unit: str) -> str:
    return money(value) if unit == "musd" else f"{short(value)} {spelled(unit)}"


def _error(error: float) -> str:
    if abs(error) < 5e-5:
        return "no more and no less"
    return f"{short(100 * abs(error))} % {'more' if error > 0 else 'less'}"
