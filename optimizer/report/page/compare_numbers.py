"""Plans beside one another: what each decides, its money line by line, its dates, its power, and what differs in the question."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.core.accounts import GROUPS
from optimizer.core.number_words import count, gpus_bought, listed, months, short
from optimizer.plan.proof import plan_proof
from optimizer.report.change_phrases import changed_briefly
from optimizer.report.page.power_numbers import RIGHTS, firm_by_right
from optimizer.report.page.question import question_values
from optimizer.report.page.render import month_name
from optimizer.report.summary_power import held_text, start_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from optimizer.report.page.case import ReportCase

    _Parts = Sequence[tuple[str, Callable[[ReportCase], str]]]

NO_PLAN = "no plan"
IN_ALL = "In all"

INPUTS_SHOWN = 200
"""Inputs that differ, on the page."""

CHANGED = "changed by --set"
"""How the source of an input begins that ``--set`` changed."""


def names(folders: Sequence[Path]) -> list[str]:
    """Name of each plan: its folder's, or the whole path where two folders are named alike."""
    counted = Counter(folder.name for folder in folders)
    return [folder.name if counted[folder.name] == 1 else str(folder) for folder in folders]


def decisions(cases: Sequence[ReportCase]) -> pd.DataFrame:
    """What each plan decides: ``what``, and a column of text per plan."""
    return _side_by_side(cases, [
        ("Proof", _proven), ("Build", _built), ("GPUs bought", _bought), ("MW of IT load", _it_mw), ("Rent", _rented),
        ("Contracts", _contracts), ("All in, million USD (present value)", _objective),
    ], [("Changed by --set", lambda case: changed_briefly(case.header))])


def dates(cases: Sequence[ReportCase]) -> pd.DataFrame:
    """Dates of each plan: ``what``, and a column of text per plan."""
    works = list(dict.fromkeys(row["name"] for case in cases for row in case.header["workloads"]))
    ready = [(f"Ready: {name}", lambda case, name=name: _ready(case, name)) for name in works]
    return _side_by_side(cases, [
        ("Construction starts", _starts),
        ("First contract in service", _first_power),
        ("First signature", _first_signature), ("First GPUs delivered", _first_delivery),
        ("Last GPUs delivered", _last_delivery), *ready,
    ])


def money_lines(cases: Sequence[ReportCase]) -> pd.DataFrame:
    """Present value by ledger group and line.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``line``, a column of million USD per plan (missing: no plan) and, from the second plan on, its difference to the
        first one: ``X less A``; the sums are the last rows, of group ``IN_ALL``.
    """
    ledgers = [_by_line(case) for case in cases]
    found = dict.fromkeys(key for ledger in ledgers if ledger is not None for key in ledger.index)
    keys = sorted(found, key=lambda key: list(GROUPS).index(key[0]))
    frame = pd.DataFrame({"group": [group for group, _ in keys], "line": [line for _, line in keys]})
    for case, ledger in zip(cases, ledgers, strict=True):
        column = float("nan") if ledger is None else ledger.reindex(keys, fill_value=0.0).to_numpy()
        frame[case.folder_name] = column
    frame = pd.concat([frame, _totals(cases)], ignore_index=True)
    first = cases[0].folder_name
    for case in cases[1:]:
        frame[f"{case.folder_name} less {first}"] = frame[case.folder_name] - frame[first]
    return frame


def power(cases: Sequence[ReportCase]) -> pd.DataFrame:
    """Power of each plan: most MW by right, peak, energy, price: ``what``, and a column of numbers per plan."""
    columns = {case.folder_name: _power(case) for case in cases}
    rows = [*(f"{right}, most MW" for right in RIGHTS), "Peak at the meter, most MW", "Energy of the load, MWh", "All in, USD/MWh",
            "Emissions by location, t", "Load matched by clean energy, %"]
    frame = pd.DataFrame({"what": rows, **{name: [held.get(row, float("nan")) for row in rows] for name, held in columns.items()}})
    return frame[frame[list(columns)].abs().sum(axis="columns") > 0.0].reset_index(drop=True)


def differing_inputs(cases: Sequence[ReportCase]) -> pd.DataFrame:
    """Inputs that are not the same in all plans: ``table``, ``key``, ``column``, a column of values per plan (empty: not there)."""
    named = {case.folder_name: {**_inputs(case), **_question(case)} for case in cases}
    told = {(key, column) for inputs in named.values() for _, key, column in inputs}
    others = {case.folder_name: question_values(case.instance, case.calendar) for case in cases}
    held = {name: {**inputs, **{place: value for place, value in others[name].items() if place[1:] not in told}}
            for name, inputs in named.items()}
    keys = dict.fromkeys(key for inputs in held.values() for key in inputs)
    rows = [(*key, *values) for key in keys if len(set(values := [inputs.get(key, "") for inputs in held.values()])) > 1]
    return pd.DataFrame(rows, columns=["table", "key", "column", *held])


def _inputs(case: ReportCase) -> dict[tuple[str, str, str], str]:
    """Numbers that were given; dates and choices are told from the question itself, and so are ramps, whose rows are named by a date."""
    return {(row.table, row.key, row.column): f"{row.value} {row.unit}".strip() for row in case.instance.assumptions
            if row.table != "ramps" and (row.unit or not row.source.startswith(CHANGED))}


def _question(case: ReportCase) -> dict[tuple[str, str, str], str]:
    """What is asked: the horizon, the goals, dates of workloads, sites that are to be or not to be, contracts that are held."""
    instance, calendar = case.instance, case.calendar
    asked = {("horizon", "horizon", "start"): instance.horizon.start, ("horizon", "horizon", "months"): str(instance.horizon.months),
             ("objective", "goals", "goals"): ", ".join(instance.goals), ("sites", "sites", "at_most"): str(instance.sites_at_most or ""),
             ("contracts", "contracts", "held as signed"): "; ".join(map(held_text, case.header.get("signed", ())))}
    for column, is_so in (("committed", "is_committed"), ("forbidden", "is_forbidden")):
        asked["sites", "sites", column] = ", ".join(site.site_id for site in instance.sites if getattr(site, is_so))
    for workload in instance.workloads:
        asked["workloads", workload.name, "wanted_from"] = calendar.label(workload.wanted_from)
        asked["workloads", workload.name, "deadline"] = "none" if workload.deadline is None else calendar.label(workload.deadline)
    return asked


def _side_by_side(cases: Sequence[ReportCase], parts: _Parts, always: _Parts = ()) -> pd.DataFrame:
    """A row per part and a column per plan; of an answer without a plan only what is ``always`` told."""
    columns = {case.folder_name: [*(say(case) if case.tables else NO_PLAN for _, say in parts), *(say(case) for _, say in always)]
               for case in cases}
    return pd.DataFrame({"what": [what for what, _ in (*parts, *always)], **columns})


def _proven(case: ReportCase) -> str:
    return plan_proof(case.plan)


def _built(case: ReportCase) -> str:
    return "; ".join(f"{site['name'] or site['site_id']} ({site['mode'].replace('_', ' ')})" for site in case.header["sites"]) or "nothing"


def _bought(case: ReportCase) -> str:
    bought: defaultdict[str, float] = defaultdict(float)
    for site in case.header["sites"]:
        for name, row in site["gpus"].items():
            bought[name] += gpus_bought(row)
    return listed([f"{count(number)} {name}" for name, number in bought.items() if number]) or "none"


def _it_mw(case: ReportCase) -> str:
    return short(sum(site["it_mw"] for site in case.header["sites"]))


def _rented(case: ReportCase) -> str:
    return "; ".join(f"{count(row['gpus'])} GPUs, {row['name']}" for row in case.header["rentals"]) or "nothing"


def _contracts(case: ReportCase) -> str:
    rows = [row for site in case.header["sites"] for row in site["contracts"]]
    return "; ".join(f"{row['contract_id']} {short(row['mw'])} MW" for row in rows) or "none"


def _objective(case: ReportCase) -> str:
    return f"{case.header['objective_musd']:,.1f}"


def _first_power(case: ReportCase) -> str:
    sites = case.header["sites"]
    if len(sites) == 1:
        return month_name(sites[0]["first_power"]) if sites[0]["first_power"] else "never"
    return "; ".join(f"{site['site_id']} {month_name(site['first_power'])}" for site in sites if site["first_power"]) or "never"


def _starts(case: ReportCase) -> str:
    """When each site starts; where no cost hangs on it, by when."""
    sites = case.header["sites"]
    said = {site["site_id"]: start_text(site).removeprefix("start ") for site in sites}
    named = {site_id: " ".join(map(month_name, start.split())) for site_id, start in said.items()}
    return "; ".join(f"{site_id} {start}" if len(sites) > 1 else start for site_id, start in named.items()) or "never"


def _first_signature(case: ReportCase) -> str:
    signed = case.tables["commitments"]["sign_by"]
    return month_name(str(signed.min())) if len(signed) else "none"


def _first_delivery(case: ReportCase) -> str:
    found = [row["first_delivery"] for site in case.header["sites"] for row in site["gpus"].values() if row["first_delivery"]]
    return month_name(min(found)) if found else "none"


def _last_delivery(case: ReportCase) -> str:
    found = [row["last_delivery"] for site in case.header["sites"] for row in site["gpus"].values() if row["last_delivery"]]
    return month_name(max(found)) if found else "none"


def _ready(case: ReportCase, name: str) -> str:
    row = next((row for row in case.header["workloads"] if row["name"] == name), None)
    if row is None:
        return "not asked"
    if not row["ready"]:
        return "never"
    late = f", {months(row['delay_months'])} late" if row["delay_months"] else ""
    return f"{month_name(row['ready'])} at {listed(list(row['sites'])) or 'nowhere'}{late}"


def _by_line(case: ReportCase) -> pd.Series[float] | None:
    """Present value by group and line; lines of next to nothing left out."""
    if not case.tables:
        return None
    ledger = case.tables["ledger"]
    sums: pd.Series[float] = ledger["present_musd"].astype(float).groupby([ledger["group"], ledger["line"]], sort=False).sum()
    return sums[sums.abs() > 1e-9]


def _totals(cases: Sequence[ReportCase]) -> pd.DataFrame:
    fields = {"cash cost": "cash_cost_musd", "value of time": "value_of_time_musd", "residual value": "residual_musd",
              "committed before": "committed_musd", "objective": "objective_musd"}
    columns = {case.folder_name: [case.header.get(field) for field in fields.values()] for case in cases}
    frame = pd.DataFrame({"group": IN_ALL, "line": list(fields), **columns})
    names_of = list(columns)
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in names_of})


def _power(case: ReportCase) -> dict[str, float]:
    """Numbers of all sites of a plan together: MW and MWh added up, the price weighted by the load."""
    if not case.tables or not case.header.get("has_contracts", True):
        return {}
    by_id = {site.site_id: site for site in case.instance.sites}
    held: dict[str, float] = {}
    for header in case.header["sites"]:
        frame = firm_by_right(case, by_id[header["site_id"]])
        for column in frame.columns.drop("period"):
            name = "Peak at the meter, most MW" if column == "load_mw" else f"{column}, most MW"
            held[name] = held.get(name, 0.0) + float(frame[column].max())
    told = [power for site in case.header["sites"] if (power := site.get("power")) and power.get("load_mwh")]
    load = sum(power["load_mwh"] for power in told)
    if load:
        held["Energy of the load, MWh"] = load
        held["All in, USD/MWh"] = sum(power["load_mwh"] * (power["usd_per_mwh"] or 0.0) for power in told) / load
        held["Emissions by location, t"] = sum(power["emissions_t"]["location"] for power in told)
        matched = sum(power["load_mwh"] * (power["clean_matched_share"] or 0.0) for power in told)
        held["Load matched by clean energy, %"] = 100.0 * matched / load
    return held
