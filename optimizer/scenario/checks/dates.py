"""Whether dates lie within the horizon and in order."""

from __future__ import annotations

from optimizer.scenario.read.draft import Draft
from optimizer.scenario.schema.fields import month_number


def check_dates(draft: Draft) -> None:
    """Note dates outside the horizon, or in the wrong order.

    Where the horizon's first month or length cannot be read, dates are held against each other alone.
    """
    for workload in draft.config.workloads:
        path = ("workloads", workload.name)
        _check_before_end(draft, (*path, "wanted_from"), workload.wanted_from)
        _check_within(draft, (*path, "deadline"), workload.deadline)
        _check_after_start(draft, (*path, "until"), workload.until)
        if workload.until is not None and workload.until < workload.wanted_from:
            draft.add((*path, "until"), f"{workload.until} is before wanted_from = {workload.wanted_from}")
    for rental in draft.config.rentals:
        path = ("rentals", rental.name)
        if rental.gpus_max:
            _check_before_end(draft, (*path, "available_from"), rental.available_from)
        if rental.committed_gpus:
            _check_after_start(draft, (*path, "committed_until"), rental.committed_until)
    _check_purses_and_ramps(draft)


def _check_agreements(draft: Draft) -> None:
    for ppa in draft.rows.ppas:
        first, last = ppa.row.from_month, ppa.row.begin_by
        since = max(first or "", draft.config.horizon.start if draft.has_horizon else "")
        if first is not None and draft.has_horizon and draft.month(first) >= draft.config.horizon.months:
            message = f"{first} is after the end of the horizon; allowed: {_allowed(draft)}"
            draft.findings.add(ppa.place("from"), "from", message)
        if last is not None and last < since:
            draft.findings.add(ppa.place("begin_by"), "begin_by", f"{last} is before {since}: the offer lapses before it can begin")


def _check_purses_and_ramps(draft: Draft) -> None:
    budget = draft.config.budget
    for purse in budget.purses if budget is not None else ():
        for month in purse.amounts:
            _check_before_end(draft, ("budget", "purses", purse.name, "amounts", month), month)
    if budget is not None and budget.debt.enabled:
        _check_before_end(draft, ("budget", "debt", "from"), budget.debt.from_month)
    _check_agreements(draft)
    cap = draft.config.objective.carbon_cap_t_per_year
    for month in cap if isinstance(cap, dict) else ():
        _check_before_end(draft, ("objective", "carbon_cap_t_per_year", month), month)
    for ramp in draft.rows.ramps:
        row = ramp.row
        # The month itself may leave the range: a run asks "what if a year later".
        if row.from_low is not None and row.from_high is not None and row.from_low > row.from_high:
            draft.findings.add(ramp.place("from_low"), "from_low", f"{row.from_low} is after from_high = {row.from_high}")


def _check_within(draft: Draft, path: tuple[str, ...], month: str | None) -> None:
    _check_after_start(draft, path, month)
    _check_before_end(draft, path, month)


def _check_before_end(draft: Draft, path: tuple[str, ...], month: str | None) -> None:
    if month is not None and draft.has_horizon and draft.month(month) >= draft.config.horizon.months:
        draft.add(path, f"{month} is after the end of the horizon; allowed: {_allowed(draft)}")


def _check_after_start(draft: Draft, path: tuple[str, ...], month: str | None) -> None:
    if month is not None and draft.has_horizon and draft.month(month) < 0:
        draft.add(path, f"{month} is before the start of the horizon; allowed: {_allowed(draft)}")


def _allowed(draft: Draft) -> str:
    """First and last month of the horizon."""
    horizon = draft.config.horizon
    last = month_number(horizon.start) + horizon.months - 1
    return f"{horizon.start} to {last // 12:04d}-{last % 12 + 1:02d}"
