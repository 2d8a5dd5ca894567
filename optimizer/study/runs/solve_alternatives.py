"""What is solved beside a plan: the next two sites, rent only, half the size, do nothing; each solved and audited as the plan was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from optimizer.core.errors import AuditError
from optimizer.core.instance import Instance
from optimizer.plan.header import Header
from optimizer.plan.plan import Plan
from optimizer.study.runs.alternatives import (
    can_rent_a_host,
    do_nothing,
    half_size,
    is_committed,
    main_host,
    rent_only,
    without_deadlines,
    without_hosts,
)

Solve = Callable[[str, Instance], Plan]
"""Solves and audits an instance, named by words for whoever watches; the same way as the plan itself was solved."""

NOT_ASKED, AUDIT_FAILED = "not_asked", "audit_failed"
"""Statuses of a row without a plan, beside those of a plan: ``what`` says why it was not asked; its plan did not pass the audit."""


@dataclass(frozen=True, slots=True)
class AlternativeRow:
    """One alternative to the plan, solved and audited as the plan was.

    Parameters
    ----------
    name : str
        Short and stable: ``next_site``, ``next_site_2``, ``rent_only``, ``half_size``, ``do_nothing``, ``do_nothing_no_deadline``.
    what : str
        The alternative in words.
    status : str
        As of a plan, or ``NOT_ASKED``, or ``AUDIT_FAILED``.
    cash_cost_musd, value_of_time_musd, objective_musd : float or None
        Million USD of present value, as of a plan; None where there is no such plan.
    ready : str
        When the workloads are ready (``2024-09``, ``never``; several: joined by ``and``); empty where there is no such plan.
    site : str
        Ids of its sites, names of what it rents where it has none, ``none``; empty where there is no such plan.
    mw : float or None
        MW of IT that it builds.
    gpus : float or None
        GPUs that it buys.
    seconds : float
        Wall-clock seconds that solving it took.
    """

    name: str
    what: str
    status: str
    cash_cost_musd: float | None
    value_of_time_musd: float | None
    objective_musd: float | None
    ready: str
    site: str
    mw: float | None
    gpus: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Alternatives:
    """All that was solved beside a plan.

    Parameters
    ----------
    rows : tuple of BesideRow
        In the order in which they are shown.
    instance_sha256 : str
        Question that the plan answers.
    is_complete : bool
        False where a person ended it before the last.
    """

    rows: tuple[AlternativeRow, ...]
    instance_sha256: str = ""
    is_complete: bool = True


def solve_alternatives(instance: Instance, plan: Plan, solve: Solve, on_row: Callable[[Alternatives], None] | None = None) -> Alternatives:
    """Solve what stands beside a plan; Ctrl-C ends it and keeps what is done.

    Parameters
    ----------
    instance : Instance
        The question.
    plan : Plan
        Its answer, which holds a plan.
    solve : callable
        ``solve(what, instance)`` gives the audited plan of an alternative.
    on_row : callable, optional
        Called with all that is done after each row.
    """
    sha256 = instance.sha256()
    rows: list[AlternativeRow] = []
    try:
        for row in _rows(instance, plan, solve):
            rows.append(row)
            if on_row is not None:
                on_row(Alternatives(tuple(rows), sha256, is_complete=False))
    except KeyboardInterrupt:
        return Alternatives(tuple(rows), sha256, is_complete=False)
    return Alternatives(tuple(rows), sha256)


def _rows(instance: Instance, plan: Plan, solve: Solve) -> Iterator[AlternativeRow]:
    yield from _next_sites(instance, plan, solve)
    has_committed = any(site.is_committed for site in instance.sites)
    if can_rent_a_host(instance):
        yield _solved("rent_only", "Rent only, beside the committed sites" if has_committed else "Rent only", rent_only(instance), solve)[0]
    else:
        yield _without_plan("rent_only", "Rent only (no rental is large enough to host a workload)", NOT_ASKED)
    yield _solved("half_size", "Half the size", half_size(instance), solve)[0]
    words = "Nothing beyond the committed sites" if has_committed else "Do nothing"
    nothing, _ = _solved("do_nothing", words, do_nothing(instance), solve)
    yield nothing
    if nothing.status == "infeasible" and any(workload.deadline is not None for workload in instance.workloads):
        lifted = without_deadlines(do_nothing(instance))
        yield _solved("do_nothing_no_deadline", f"{words}, deadlines lifted", lifted, solve)[0]


def _next_sites(instance: Instance, plan: Plan, solve: Solve) -> Iterator[AlternativeRow]:
    """The best plan without the host of the largest workload, then without the host of that one too."""
    header: Header | None = plan.header
    left_out: list[str] = []
    for name in ("next_site", "next_site_2"):
        host = main_host(header) if header else ""
        what = f"Without {' and '.join([*left_out, host])}"
        if not host:
            if not left_out:  # else the row before says why there is no next
                yield _without_plan(name, "Another site (the plan runs its largest workload nowhere)", NOT_ASKED)
            return
        if is_committed(instance, host):
            yield _without_plan(name, f"{what} ({host} is committed)", NOT_ASKED)
            return
        left_out.append(host)
        row, header = _solved(name, what, without_hosts(instance, left_out), solve)
        yield row


def _solved(name: str, what: str, asked: Instance, solve: Solve) -> tuple[AlternativeRow, Header | None]:
    """Row of an alternative, and the header of its plan; none where it failed its audit.

    Raises
    ------
    KeyboardInterrupt
        A person ended its search: half a search says nothing about an alternative.
    """
    began = time.perf_counter()
    try:
        plan = solve(what, asked)
    except AuditError:
        return _without_plan(name, what, AUDIT_FAILED, time.perf_counter() - began), None
    if plan.header["stopped_by"] == "interrupted":
        raise KeyboardInterrupt
    seconds = time.perf_counter() - began
    if not plan.tables:
        return _without_plan(name, what, plan.status, seconds), plan.header
    return _of_plan(name, what, plan, seconds), plan.header


def _of_plan(name: str, what: str, plan: Plan, seconds: float) -> AlternativeRow:
    header = plan.header
    sites = [site["site_id"] for site in header["sites"]]
    hosts = [host for workload in header["workloads"] for host in workload["sites"]]
    return AlternativeRow(
        name=name,
        what=what,
        status=plan.status,
        cash_cost_musd=header["cash_cost_musd"],
        value_of_time_musd=header["value_of_time_musd"],
        objective_musd=header["objective_musd"],
        ready=" and ".join(sorted({workload["ready"] or "never" for workload in header["workloads"]})),
        site=" and ".join(dict.fromkeys([*sites, *hosts])) or "none",
        mw=float(sum(site["it_mw"] for site in header["sites"])),
        gpus=float(sum(gpu["count"] for site in header["sites"] for gpu in site["gpus"].values())),
        seconds=round(seconds, 3),
    )


def _without_plan(name: str, what: str, status: str, seconds: float = 0.0) -> AlternativeRow:
    return AlternativeRow(name, what, status, None, None, None, "", "", None, None, round(seconds, 3))
