"""A plan in a screenful of text: the decision first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.number_words import amount, count, gpus_phrase, months, musd, mw, paid_periods, percent, proof, short, spelled
from optimizer.explain.not_chosen import lines
from optimizer.plan.plan import DEBT
from optimizer.report.change_phrases import changed_lines
from optimizer.report.solver_failures import failure_lines
from optimizer.report.summary_power import commitment_lines, contract_line, power_lines, start_text, verification_lines
from optimizer.report.terms import open_ends

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from optimizer.plan.header import GoalFields, SiteFields, WorkloadFields
    from optimizer.plan.plan import Plan
    from optimizer.report.terms import Contract

_LINES_PER_GROUP = 3

_LOSERS_SHOWN = 6


def summary_text(plan: Plan) -> str:
    """Say what a plan decides, when, at what cost, how well proven, what binds, what was assumed and what is left.

    Parameters
    ----------
    plan : Plan
        A plan, or the answer that there is none: infeasible, or none found in time.

    Returns
    -------
    str
        Plain text, sums in million USD, ended by a line break.
    """
    if plan.status == "infeasible":
        head, *limits = _infeasible(plan)
        blocks = [[head, *_changed(plan), *limits]]
    elif plan.status == "no_plan_in_time":
        blocks = [_not_known(plan), _changed(plan)]
    else:
        parts = (_title, _changed, _failures, commitment_lines, _sites, _rentals, _workloads, _not_chosen, verification_lines, _cost,
             _signature_lines,
                 _binding, _assumed, _purses)
        blocks = [part(plan) for part in parts]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _failures(plan: Plan) -> list[str]:
    return [f"Solver: {line}" for line in failure_lines(plan.header)]


def _changed(plan: Plan) -> list[str]:
    """What ``--set`` changed against the scenario's files."""
    return changed_lines(plan.header)


def _infeasible(plan: Plan) -> list[str]:
    limits = [f"  {limit}" for limit in plan.header.get("binding", [])]
    head = f"{plan.header['scenario']}: no plan can meet all that is asked."
    return [head, *(["Limits in play", *limits] if limits else [])]


def _not_known(plan: Plan) -> list[str]:
    if plan.header.get("stopped_by") == "error":
        head = f"{plan.header['scenario']}: every solver that was tried failed before a plan was found."
        return [f"{head} Whether there is one is not known.", *_failures(plan)]
    is_stopped = plan.header.get("stopped_by") == "interrupted"
    when = "before the search was stopped by you" if is_stopped else "in the time given"
    return [f"{plan.header['scenario']}: no plan was found {when}. Whether there is one is not known."]


def _title(plan: Plan) -> list[str]:
    goals = plan.header["goals"]
    gap = goals[-1]["gap"] if goals else None
    earlier = [f"  {'first' if place == 0 else 'next'} goal met: {_goal(goal, plan.header['workloads'])}{_goal_gap(goal)}"
               for place, goal in enumerate(goals[:-1])]
    return [f"{plan.header['scenario']}: {musd(plan.header['objective_musd'])}, {_proof(plan, gap)}", *earlier]


def _proof(plan: Plan, gap: float | None) -> str:
    """What is proven; a plan whose search came to its end and that leaves load unserved is no less proven, but not verified."""
    stopped_by = plan.header.get("stopped_by", "")
    is_verified = plan.header.get("verification", {}).get("passed", True)
    if is_verified or stopped_by not in ("optimal", "gap"):
        return proof(plan.status, gap, stopped_by)
    return f"{proof('within_gap', gap)}, but its verification failed"


def _goal(goal: GoalFields, workloads: Sequence[WorkloadFields]) -> str:
    """What a goal came to: ``earliest`` with its date where one workload alone makes it."""
    if goal["goal"] != "earliest":
        return f"{goal['goal']}: {short(goal['value'])} {spelled(goal['unit'])}"
    after = f"{months(round(goal['value'], 1))} after the start"
    if len(workloads) != 1:
        return f"earliest: ready {after} on average, weighted by target"
    return f"earliest: ready {workloads[0]['ready']}, {after}" if workloads[0]["ready"] else "earliest: never ready"


def _goal_gap(goal: GoalFields) -> str:
    return "" if goal["gap"] is None else f", within {percent(goal['gap'])}" if goal["gap"] > 1e-6 else ", proven"


def _sites(plan: Plan) -> list[str]:
    has_contracts = plan.header.get("has_contracts", True)
    ends = open_ends(plan)
    rows = [line for site in plan.header["sites"] for line in _site(site, has_contracts, ends)]
    left_out = [] if has_contracts else ["  Power is left out of this plan: the scenario has no [contracts]."]
    return ["Build", *rows, *left_out] if rows else ["Build nothing", *left_out]


def _site(site: SiteFields, has_contracts: bool, ends: Mapping[Contract, str]) -> list[str]:
    power = f", first contract {site['first_power']}" if site["first_power"] else ""
    meter = f", {mw(site['facility_mw'])} at the meter" if has_contracts else ""
    gpus = [f"    {gpus_phrase(name, row)}, {_span('delivered', row['first_delivery'], row['last_delivery'])}"
            for name, row in site["gpus"].items()]
    return [
        f"  {site['name'] or site['site_id']} ({site['site_id']}), {site['mode']}: {start_text(site)}{power}, "
        f"{mw(site['it_mw'])} IT{meter}",
        *gpus,
        *(f"    {contract_line(contract, ends.get((site['site_id'], contract['contract_id'])))}" for contract in site["contracts"]),
        *(f"    {line}" for line in power_lines(site.get("power"))),
    ]


def _span(verb: str, first: str, last: str) -> str:
    if not first:
        return "there from the beginning"
    return f"{verb} {first}" if first == last else f"{verb} {first} to {last}"


def _rentals(plan: Plan) -> list[str]:
    rows = [f"  {rental['name']}: {count(rental['gpus'])} GPUs, {rental['from']} to {rental['to']}"
            for rental in plan.header["rentals"]]
    return ["Rent", *rows] if rows else []


def _workloads(plan: Plan) -> list[str]:
    return ["Ready", *(f"  {_workload(row)}" for row in plan.header["workloads"])] if plan.header["workloads"] else []


def _workload(row: WorkloadFields) -> str:
    target = f"{row['name']}, {count(row['target_h100e'])} H100-equivalents"
    asked = f"wanted {row['wanted_from']}" + (f", deadline {row['deadline']}" if row["deadline"] else "")
    if not row["ready"]:
        return f"{target}: never ({asked})"
    late = f", {months(row['delay_months'])} late" if row["delay_months"] else ""
    where = " + ".join(row["sites"]) or "nowhere"
    return f"{target}: {row['ready']} at {where} ({asked}{late})"


def _not_chosen(plan: Plan) -> list[str]:
    """Sites and rentals that are not used, each with why: those nearest to the plan."""
    told = lines(plan.header, _LOSERS_SHOWN)
    return ["Not chosen", *(f"  {line}" for line in told)] if told else []


def _cost(plan: Plan) -> list[str]:
    header = plan.header
    rows = [_group(name, lines) for name, lines in header["ledger_musd"].items() if lines]
    totals = {
        "cash cost": header["cash_cost_musd"],
        "value of time": header["value_of_time_musd"],
        "residual value": header["residual_musd"],
    }
    committed = header["committed_musd"]
    notes = {"cash cost": f"   (without {amount(committed)} committed before)"} if committed else {}
    without = header["objective_musd"] - header["residual_musd"]
    return [
        "Cost (present value, million USD)", *rows, "  " + 30 * "-",
        *(f"  {name:<18}{amount(value):>12}{notes.get(name, '')}" for name, value in totals.items()),
        f"  {'in all':<18}{amount(header['objective_musd']):>12}   ({amount(without)} without residual value)",
    ]


def _signature_lines(plan: Plan) -> list[str]:
    """What is lost for good with each signature; nominal, and so no part of the present values above it."""
    signed = plan.tables["commitments"]
    dates = signed.loc[signed["nonrefundable_musd"] > 0, "sign_by"]
    if dates.empty:
        return []
    span = f"a signature in {dates.min()}" if len(dates) == 1 else f"sum over {len(dates)} signatures from {dates.min()} to {dates.max()}"
    lost = short(plan.header["nonrefundable_at_signature_musd"])
    return [f"Signed step by step: {lost} million USD (nominal, {span}) cannot be got back once signed (tables/commitments.csv)."]


def _group(name: str, lines: Mapping[str, float]) -> str:
    ranked = sorted(lines.items(), key=lambda item: -abs(item[1]))
    shown = [f"{line} {amount(value)}" for line, value in ranked[:_LINES_PER_GROUP]]
    rest = sum(value for _, value in ranked[_LINES_PER_GROUP:])
    others = [f"other {amount(rest)}"] if len(ranked) > _LINES_PER_GROUP else []
    return f"  {name:<18}{amount(sum(lines.values())):>12}   {', '.join(shown + others)}"


def _binding(plan: Plan) -> list[str]:
    return ["What binds", *(f"  {limit}" for limit in plan.header["binding"])] if plan.header["binding"] else []


def _assumed(plan: Plan) -> list[str]:
    kinds = plan.tables["assumptions"]["kind"].fillna("").value_counts()
    if kinds.empty:
        return []
    said = ", ".join(f"{str(kind).replace('_', ' ') or 'no source'} {count(number)}" for kind, number in kinds.items())
    return [f"What was assumed: {count(kinds.sum())} inputs, by kind: {said} (tables/assumptions.csv)"]


def _purses(plan: Plan) -> list[str]:
    cash = plan.tables["cash"]
    loan = plan.tables.get("debt")
    if loan is None or loan.empty:
        return _left(cash)
    most = loan.sort_values("balance_musd", ascending=False, kind="stable").iloc[0]
    owed = f"{amount(loan['balance_musd'].iloc[-1])} at the end, most {amount(most['balance_musd'])} in {most['period']}"
    return [*_left(cash[cash["purse"] != DEBT]), "Owed to the lender (nominal million USD)", f"  {DEBT}: {owed}"]


def _left(cash: pd.DataFrame) -> list[str]:
    rows = [f"  {purse}: {_balance(rows)}" for purse, rows in cash.groupby("purse", sort=False)]
    return ["Left in the purses (nominal million USD)", *rows] if rows else []


def _balance(rows: pd.DataFrame) -> str:
    """What a purse has at the end, and when it had least after paying something."""
    end = amount(rows.sort_values("period")["balance_musd"].iloc[-1])
    balances = paid_periods(rows).sort_values("period").set_index("period")["balance_musd"]
    least = f"least {amount(balances.min())} in {balances.idxmin()}" if len(balances) else "nothing is paid of it"
    return f"{end} at the end, {least}"
