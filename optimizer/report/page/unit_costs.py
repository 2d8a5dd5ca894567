"""What a GPU-hour, a MWh and a MW cost all in: present value of money over present value of what it buys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.core.accounts import ACCOUNTS, BUILDINGS, CASH_COST, COMMITTED, HARDWARE, LOAN, POWER_WORKS, RENT, RUNNING
from optimizer.core.finance import Money
from optimizer.report.page.uses import with_use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optimizer.report.page.case import ReportCase

@dataclass(frozen=True, slots=True)
class GpuHours:
    """GPU-hours at work at a site: how many, and their present value (each period's discounted like a flow of money in it).

    ``h100e`` count H100-equivalents in place of GPUs.
    """

    gpu_hours: float
    present_gpu_hours: float
    present_h100e_hours: float


def gpu_hours(case: ReportCase, site_id: str) -> GpuHours:
    """Count the hours in which GPUs of a site serve a workload that is ready."""
    calendar = case.calendar
    money = Money(calendar, case.instance.discount_rate_per_year, case.instance.currency_year)
    hours = {label: calendar.hours(t) for t, label in enumerate(case.periods)}
    factor = {label: money.period_discount(t) for t, label in enumerate(case.periods)}
    worth = {gpu.name: gpu.h100_equivalents for gpu in case.instance.gpus}
    ready = case.tables["workloads"]
    serving = set(zip(ready.loc[ready["ready"] == 1, "period"], ready.loc[ready["ready"] == 1, "workload"], strict=True))
    total = present = present_h100e = 0.0
    rows = case.tables["allocation"]
    for row in rows[rows["site_id"] == site_id].to_dict("records"):
        if (row["period"], row["workload"]) in serving:
            number = float(row["gpus"]) * hours[row["period"]]
            total += number
            present += number * factor[row["period"]]
            present_h100e += number * factor[row["period"]] * worth[row["gpu"]]
    return GpuHours(total, present, present_h100e)


def per_gpu_hour(case: ReportCase) -> pd.DataFrame:
    """Compare what a GPU-hour at work costs with what rent is offered at.

    Returns
    -------
    pandas.DataFrame
        Rows of ``what``, ``kind`` (``cash``, ``less residual``, ``rent``), ``usd_per_gpu_hour`` and ``usd_per_h100e_hour``. For every site
        with GPU-hours at work: all cash of the site, in present value (what is due beyond the horizon included), over the present value
        of its GPU-hours; once without and once less the residual value. Then every rental offer at its own price, which does not escalate.
    """
    rows = []
    for site in case.header["sites"]:
        hours = gpu_hours(case, site["site_id"])
        if hours.present_gpu_hours > 0.0:
            musd = present_by_group(case, site["site_id"])
            cash = sum(musd.get(group, 0.0) for group in CASH_COST)
            name = site["name"] or site["site_id"]
            less_residual = cash + musd.get("residual", 0.0)
            for kind, said, value in (("cash", "all cash", cash), ("less residual", "less residual value", less_residual)):
                rows.append((f"{name}: {said}", kind, 1e6 * value / hours.present_gpu_hours, 1e6 * value / hours.present_h100e_hours))
    worth = {gpu.name: gpu.h100_equivalents for gpu in case.instance.gpus}
    for rental in case.instance.rentals:
        said = "committed rent" if rental.committed_gpus else "rent offer"
        price = rental.usd_per_gpu_hour
        rows.append((f"{said}: {rental.name.replace('_', ' ')}", "rent", price, price / worth[rental.gpu]))
    return pd.DataFrame(rows, columns=["what", "kind", "usd_per_gpu_hour", "usd_per_h100e_hour"])


def present_by_group(case: ReportCase, site_id: str) -> Mapping[str, float]:
    """Present value of a site's lines by group of the ledger, million USD."""
    ledger = case.tables["ledger"]
    sums = ledger[ledger["site_id"] == site_id].groupby("group")["present_musd"].sum()
    return {str(group): float(value) for group, value in sums.items()}


def per_mw(case: ReportCase) -> pd.DataFrame:
    """Nominal million USD of capital: ``site``, ``what``, ``musd``, ``per_it_mw`` (built), ``per_facility_mw`` (peak at the meter)."""
    ledger = with_use(case.tables["ledger"])
    capital = ledger[(ledger["group"] == "capital") & (ledger["period"] != "beyond")]
    rows = []
    for site in case.header["sites"]:
        sums = capital[capital["site_id"] == site["site_id"]].groupby("use")["nominal_musd"].sum()
        parts = [(use, float(sums.get(use, 0.0))) for use in (BUILDINGS, POWER_WORKS, HARDWARE)]
        for what, musd in [*parts, ("all capital", sum(musd for _, musd in parts))]:
            by_mw = [musd / mw if mw else float("nan") for mw in (site["it_mw"], site["facility_mw"])]
            rows.append((site["name"] or site["site_id"], what, musd, *by_mw))
    return pd.DataFrame(rows, columns=["site", "what", "musd", "per_it_mw", "per_facility_mw"])


_STEPS = ("energy and power", "staff and taxes", "leases")


def waterfall(case: ReportCase) -> pd.DataFrame:
    """From nothing to the objective in present value: ``what``, ``kind`` (``part`` or ``sum``), ``from_musd``, ``to_musd``, ``musd``."""
    ledger = case.tables["ledger"]
    steps: dict[str, float] = {}
    for row in with_use(ledger).to_dict("records"):
        name = str(row["use"])
        if name == RUNNING:
            name = _STEPS[2] if row["group"] == "lease" else _STEPS[not ACCOUNTS[str(row["group"]), str(row["line"])].is_power]
        steps[name] = steps.get(name, 0.0) + float(row["present_musd"])
    committed = steps.pop(COMMITTED, 0.0)
    order = (BUILDINGS, HARDWARE, POWER_WORKS, *_STEPS, RENT, LOAN)
    other = ledger.groupby("group")["present_musd"].sum()
    parts = [(name, steps[name]) for name in order if name in steps]
    tail = [(COMMITTED, committed), ("value of time", float(other.get("delay", 0.0))),
            ("residual value", float(other.get("residual", 0.0)))]
    rows, at = [], 0.0
    for name, musd in parts:
        rows.append((name, "part", at, at + musd, musd))
        at += musd
    rows.append(("cash cost", "sum", 0.0, at, at))
    for name, musd in tail:
        if abs(musd) >= 1e-9:
            rows.append((name, "part", at, at + musd, musd))
            at += musd
    rows.append(("in all", "sum", 0.0, at, at))
    return pd.DataFrame(rows, columns=["what", "kind", "from_musd", "to_musd", "musd"])
