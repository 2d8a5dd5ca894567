"""What would break the plan: the limits it uses up, what a slip costs, how much time is left, and what to fall back on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from optimizer.core.number_words import listed, months, paid_periods, short
from optimizer.report.page.case import Section
from optimizer.report.page.limit_phrases import Meaning, meaning, split_limit
from optimizer.report.page.power_numbers import TEMPORARY, conditional_at, firm_by_right, rights
from optimizer.report.page.render import money, month_name, render
from optimizer.report.page.sections.beside import alternatives
from optimizer.report.page.tables import table_html
from optimizer.report.study_page.in_report import study_in_report

if TYPE_CHECKING:

    from optimizer.plan.header import WorkloadFields
    from optimizer.report.page.case import ReportCase

HEADS = ("What would break it", "Why it would", "What it does", "What could relieve it")


def section(case: ReportCase) -> Section | None:
    """Write what would break the plan; nothing where there is none."""
    if not case.tables:
        return None
    told = [*from_limits(case), *from_power(case), *from_purses(case)]
    frame = pd.DataFrame(told, columns=list(HEADS))
    table = table_html(frame, "What would break the plan, from the limits that it uses up") if told else ""
    studies = [study_in_report(case, study) for study in case.studies]
    html = render("breaks.html", table=table, slips=slips(case), fallback=fallback(case), has_beside=case.beside is not None,
                  is_complete=case.beside is None or case.beside.is_complete, studies=studies, folder_name=case.folder_word)
    return Section("breaks", "What would break it", html)


def slips(case: ReportCase) -> list[str]:
    """Cost of a month's slip of every workload, and how many months its deadline leaves."""
    told = []
    headers = {row["name"]: row for row in case.header["workloads"]}
    for workload in case.instance.workloads:
        row = headers[workload.name]
        if not row["ready"]:
            told.append(f"{workload.name} is never ready in this plan")
            continue
        cost = f"every month later costs {money(workload.delay_cost_musd_per_month)} (value of time, nominal)"
        if workload.delay_cost_musd_per_month == 0.0:
            cost = "the scenario puts no price on a month's delay"
        told.append(f"{workload.name}, ready {month_name(row['ready'])}: {cost}; {_left(row)}")
    return told


def from_limits(case: ReportCase) -> list[tuple[str, str, str, str]]:
    """Rows of the limits that the plan uses up, in its order; limits of one kind together."""
    effects = {"date": "moves readiness", "cost": "costs more", "both": "costs more, or moves readiness"}
    whys: dict[Meaning, list[str]] = {}
    for said in case.header["binding"]:
        whys.setdefault(meaning(said), []).append(split_limit(said)[1])
    return [(found.what, "; ".join(why), effects[found.effect], found.mends) for found, why in whys.items()]


def from_power(case: ReportCase) -> list[tuple[str, str, str, str]]:
    """Rows of peak MW that hang on a temporary permit or may be interrupted, when each workload is ready."""
    told = []
    by_id = {site.site_id: site for site in case.instance.sites}
    for header in case.header["sites"] if case.header.get("has_contracts", True) else ():
        site = by_id[header["site_id"]]
        frame = firm_by_right(case, site)
        hanging = [(period, conditional_at(frame, period)[0]) for period in case.periods]
        hanging = [(period, mw) for period, mw in hanging if mw >= 0.05]
        if not hanging:
            continue
        most = max(mw for _, mw in hanging)
        used = [row["contract_id"] for row in header["contracts"] if rights(site).get(row["contract_id"]) == TEMPORARY]
        span = f"{month_name(hanging[0][0])} to {month_name(hanging[-1][0])}"
        why = f"up to {short(most)} MW of the peak at {site.site_id} have no lasting power, {span}"
        what = f"The permit of {listed(used)} is refused or ends early" if used else "Interruptible power is called more often than assumed"
        told.append((what, why, "load waits or gives way", "lasting contracts earlier; load that may be shed"))
    return told


def from_purses(case: ReportCase) -> list[tuple[str, str, str, str]]:
    """Rows of purses that come close to empty: under a twentieth of all they receive."""
    told = []
    for purse, rows in case.tables["cash"].groupby("purse", sort=False):
        received = float(rows["in_musd"].sum())
        paying = paid_periods(rows)
        if paying.empty:
            continue
        least = paying.sort_values(["balance_musd", "period"]).iloc[0]
        if 1e-6 * received < float(least["balance_musd"]) < received / 20:
            why = f"{purse} falls to {money(float(least['balance_musd']))} in {month_name(str(least['period']))}"
            told.append(("A cost overrun empties a purse", why, "moves readiness", "a larger or earlier round; renting in place of buying"))
    return told


def fallback(case: ReportCase) -> list[dict[str, Any]]:
    """What was solved beside the plan and can be done, the cheapest first: what it costs more or less, and when it is ready."""
    told = alternatives(case)
    is_other = ~told["name"].isin(["plan", "do_nothing", "do_nothing_no_deadline"])
    held = told[is_other & told["objective_musd"].notna()].sort_values("objective_musd", kind="stable")
    return [{"what": row["what"], "more": money(abs(row["more_musd"])), "is_more": row["more_musd"] >= 0.0,
             "ready": listed([month_name(part) for part in str(row["ready"]).split(" and ")]) if row["ready"] else "never"}
            for row in held.to_dict("records")]


def _left(row: WorkloadFields) -> str:
    """How many months a deadline leaves."""
    if not row["deadline"]:
        return "it has no deadline"
    return f"its deadline of {month_name(row['deadline'])} leaves {months(_months_between(row['ready'], row['deadline']))}"


def _months_between(earlier: str, later: str) -> int:
    first, last = ((int(year) * 12 + int(month)) for year, month in (label.split("-") for label in (earlier, later)))
    return last - first
