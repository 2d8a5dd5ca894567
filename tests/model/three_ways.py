"""One load under one rate, billed three ways: by the model's plan, by its audit and by the engine of ``gigasite data bill``.

The load is the same in all weekdays of a month, and in all its days at weekends, so that two typical days a month stand for it exactly;
months are those of 2022, whose days of the week the model year has.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from optimizer.audit import audit
from optimizer.billing import Bill, HourlyLoad, bill
from optimizer.billing.rate_file import read_rate
from optimizer.core.hours import DAYS, Series, TypicalDays
from optimizer.core.instance import Instance
from optimizer.core.offers import Rate, Tariff
from optimizer.plan.plan import Plan
from optimizer.verify import verify
from tests import builders as b
from tests.model.hand import HURRY, but, musd, solve
from tests.verify.hourly import instance

DATES = [datetime.date(2022, 1, 1) + datetime.timedelta(days=day) for day in range(DAYS)]
LINES = {"energy": "energy", "demand": "demand", "coincident": "coincident", "fixed_charge": "fixed", "minimum_bill": "minimum_bill"}
"""Lines of the ledger, and the kind of a bill that each is."""

Shape = Callable[[int, bool, int], float]
"""MW by calendar month, weekend and hour, 1 or more."""


def rate_of(folder: Path, text: str, *, for_model: bool = True) -> Rate:
    """The rate that a file of the text is."""
    path = folder / "rate.toml"
    path.write_text(text, encoding="utf-8")
    return read_rate(path, for_model=for_model)


def load_of(shape: Shape, months: int = 12) -> HourlyLoad:
    """The load of the first months of 2022."""
    mw = [shape(date.month, date.weekday() >= 5, hour) for date in DATES if date.month <= months for hour in range(24)]
    return HourlyLoad.from_month("2022-01", np.array(mw))


def fill_question(rate: Rate, shape: Shape, months: int, *others: Tariff, length: int = 1, **tariff: object) -> Instance:
    """A site that must draw the load from the first hour on, from a tariff of the rate or from others."""
    values = tuple(float(shape(date.month, date.weekday() >= 5, hour)) for date in DATES for hour in range(24))
    asked = instance(
        Series("pue", "pue", "1", values), days=_days(), pue_series="pue", annual_pue=float(np.mean(values)),
        workload=but(HURRY, deadline=0), tariffs=(b.tariff(rate=rate, **tariff), *others),
    )
    return but(asked, horizon=b.horizon(months, length, "2022-01"))


def plan_of(rate: Rate, shape: Shape, months: int = 12, length: int = 1, **tariff: object) -> Plan:
    """A plan of a site that has no other tariff, audited and verified."""
    asked = fill_question(rate, shape, months, length=length, **tariff)
    plan = solve(asked)
    assert plan.status == "optimal"
    audit(asked, plan).raise_if_failed()
    verified = verify(asked, plan)
    assert verified.passed
    assert verified.verified_musd == musd(plan.header["objective_musd"])
    return plan


def same_bill(rate: Rate, shape: Shape, months: int = 12) -> Bill:
    """The bill of a load, which the plan's ledger and its audit share line by line."""
    plan, done = plan_of(rate, shape, months), bill(rate, load_of(shape, months))
    booked = plan.header["ledger_musd"].get("operations", {})
    assert {line: booked.get(line, 0.0) for line in LINES} == {line: musd(done.sum_usd(kind=kind) / 1e6) for line, kind in LINES.items()}
    assert sum(booked.values()) == musd(done.usd / 1e6)
    _same_demand(plan, done)
    return done


def _same_demand(plan: Plan, done: Bill) -> None:
    """The plan's table of bills has the MW that the bill has, month by month."""
    billed = plan.tables["bills"]
    for line in done.lines:
        if line.kind == "demand" and line.billed and line.price:
            row = billed[(billed["period"] == line.month) & (billed["charge"] == line.charge)]
            assert float(row["billed"].sum()) == pytest.approx(line.billed, rel=1e-6), line


def _days() -> TypicalDays:
    """The first weekday and the first day at a weekend of each month stand for the others."""
    kinds = [(date.month, date.weekday() >= 5) for date in DATES]
    stands_for = tuple(kinds.index(kind) for kind in kinds)
    return TypicalDays(tuple(sorted(set(stands_for))), stands_for)
