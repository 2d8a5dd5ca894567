"""Where there is no plan: what the cheapest plan without purses would need of each purse, and by when; a second, short solve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from optimizer.core.accounts import ACCOUNTS, is_returned, may_pay
from optimizer.core.calendar import Calendar
from optimizer.core.errors import GigasiteError
from optimizer.core.instance import Instance, Purse
from optimizer.core.number_words import amount, listed, percent, short
from optimizer.core.progress import Progress
from optimizer.explain.earliest_money import received_by
from optimizer.plan.header import NeedFields, WithoutPursesFields
from optimizer.plan.plan import DEBT, Plan
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import ProgressListener, solve_instance

if TYPE_CHECKING:
    import pandas as pd

LIMIT_S = 60.0
"""Longest that the second solve may take."""

GAP = 0.01
"""Relative gap at which it may stop: it says how much is missing, it is no plan to follow."""

_DUST_MUSD = 1e-6


def explained(plan: Plan, instance: Instance, settings: SolveSettings, on_progress: ProgressListener | None = None) -> Plan:
    """Give an answer that there is no plan with what it would need of each purse; any other answer as it is.

    Parameters
    ----------
    plan : Plan
        The answer.
    instance : Instance
        Its question.
    settings : SolveSettings
        As of the answer; its time limit, if any, is what is left.
    on_progress : callable, optional
        Called with a ``Progress`` while the second solve runs.

    Returns
    -------
    Plan
        With the field ``without_purses`` in its header and sentences of the key ``money`` among ``binding``.
    """
    if plan.status != "infeasible" or not instance.has_budget or plan.header.get("signed"):
        return plan
    free = replace(instance, purses=(), has_budget=False, debt=None)
    limit = LIMIT_S if settings.time_limit_s is None else min(LIMIT_S, settings.time_limit_s)

    def listen(progress: Progress) -> None:
        if on_progress is not None:
            on_progress(replace(progress, phase=f"no purses: {progress.phase}"))

    try:
        found = solve_instance(free, replace(settings, gap=max(settings.gap, GAP), time_limit_s=limit), listen)
        told = without_purses(found, instance)
    except GigasiteError:
        told = {"status": "failed"}
    return Plan({**plan.header, "without_purses": told, "binding": [*plan.header["binding"], *purse_sentences(told)]}, plan.tables)


def without_purses(found: Plan, instance: Instance) -> WithoutPursesFields:
    """What the cheapest plan without purses is, and what it would need of each purse, in all up to each period.

    Parameters
    ----------
    found : Plan
        The plan without purses.
    instance : Instance
        The question with its purses.

    Returns
    -------
    dict
        ``status``; with a plan ``objective_musd``, ``gap``, ``ready`` by workload, ``places`` and ``needs``: a row for every set of
        purses that may pay the same lines, with what those lines come to and what the purses receive, both nominal.
    """
    if not found.tables:
        return {"status": found.status}
    works = found.header["workloads"]
    return {
        "status": found.status,
        "objective_musd": found.header["objective_musd"],
        "gap": found.header["goals"][-1]["gap"],
        "ready": {work["name"]: work["ready"] for work in works},
        "places": list(dict.fromkeys(place for work in works for place in work["sites"])),
        "needs": _needs(found.tables["ledger"], instance),
    }


def purse_sentences(told: WithoutPursesFields) -> list[str]:
    """The same in sentences, the first of them what the plan is."""
    if "needs" not in told:
        why = {"infeasible": "without purses there is no plan either: more money alone does not help",
               "no_plan_in_time": "whether there is a plan without purses was not found out in the time given"}
        return [f"money: {why.get(told['status'], 'the plan without purses could not be made')}"]
    ready = listed([f"{name} {f'ready {when}' if when else 'never ready'}" for name, when in told["ready"].items()])
    proof = "" if told["gap"] is None else f", within {percent(told['gap'])} of the best"
    head = f"money: without purses the cheapest plan costs {amount(told['objective_musd'])} million USD{proof}: {ready}"
    places = f" at {listed(told['places'])}" if told["places"] else ""
    return [f"{head}{places}", *(f"money: {_need_text(row)}" for row in told["needs"])]


def _need_text(row: NeedFields) -> str:
    names, verb = listed(row["purses"]), "receives" if len(row["purses"]) == 1 else "receive together"
    needs, receives = row["needs_at_first_musd"], row["receives_at_first_musd"]
    if needs is None or receives is None:
        return f"of {names} it would need at most {short(max(row['needs_musd']))} million USD, and {names} {verb} enough at every date"
    first, most = row["first_short"], row["most_short_in"]
    return (f"of {names} it would need {short(needs)} million USD by {first}, where {names} {verb} "
            f"{short(receives)}; most is missing by {most}: {short(row['most_short_musd'])} million USD")


def _needs(ledger: pd.DataFrame, instance: Instance) -> list[NeedFields]:
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    purses = [*instance.purses, *_lender(instance)]
    paid = ledger[ledger["period"] != "beyond"]
    sums = paid.groupby(["group", "line", "period"])["nominal_musd"].sum()
    payers = {key: _payers(purses, *key) for key in dict.fromkeys((str(group), str(line)) for group, line, _ in sums.index)
              if ACCOUNTS[key].direction != "apart"}
    rows: list[NeedFields] = []
    for names in dict.fromkeys(payers.values()):
        lines = [key for key, able in payers.items() if set(able) <= set(names)]
        needs = _so_far(sums, lines, calendar)
        if max(needs, default=0.0) > _DUST_MUSD:
            received = received_by([purse for purse in purses if purse.name in names], calendar)
            by_period = [received[calendar.first_month(t)] for t in range(calendar.periods)]
            rows.append(_against(needs, by_period, (names, lines, calendar)))
    return rows


def _lender(instance: Instance) -> list[Purse]:
    """The lender as a purse: all that may be lent, from the first day of the loan."""
    debt = instance.debt
    return [] if debt is None else [Purse(DEBT, ((debt.from_month, debt.limit_musd),), every_month=False, pays_for=("capital",))]


def _payers(purses: Iterable[Purse], group: str, line: str) -> tuple[str, ...]:
    """Purses that may pay a line or take back what it returns; nothing ever comes back to borrowed money."""
    able = (purse.name for purse in purses if may_pay(purse.pays_for, group, line))
    return tuple(name for name in able if not (name == DEBT and is_returned(group, line)))


def _so_far(sums: pd.Series[float], lines: Sequence[tuple[str, str]], calendar: Calendar) -> list[float]:
    """Million USD of some lines, in all up to each period."""
    total, found = 0.0, []
    for t in range(calendar.periods):
        label = calendar.period_label(t)
        total += sum(float(sums.get((*key, label), 0.0)) for key in lines)
        found.append(total)
    return found


def _against(
    needs: Sequence[float], receives: Sequence[float], about: tuple[Sequence[str], Sequence[tuple[str, str]], Calendar]
) -> NeedFields:
    """What some purses need for some lines against what they receive, and when something is missing first, and most."""
    names, lines, calendar = about
    missing = [need - got for need, got in zip(needs, receives, strict=True)]
    most = max(range(len(missing)), key=missing.__getitem__)
    first = next((t for t, musd in enumerate(missing) if musd > _DUST_MUSD), None)
    return {
        "purses": list(names), "lines": [".".join(key) for key in lines],
        "needs_musd": list(needs), "receives_musd": list(receives),
        "first_short": "" if first is None else calendar.period_label(first),
        "needs_at_first_musd": None if first is None else needs[first],
        "receives_at_first_musd": None if first is None else receives[first],
        "most_short_musd": max(missing[most], 0.0),
        "most_short_in": "" if first is None else calendar.period_label(most),
    }
