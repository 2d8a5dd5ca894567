"""A report case made by hand: 2024-01 to 2024-06, one site, a firm tariff, an interruptible one and temporary gas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.plan.plan import TABLE_COLUMNS, Plan
from optimizer.report.page.case import ReportCase
from tests import builders as b
from tests.report import sample

PERIODS = [f"2024-0{month}" for month in range(1, 7)]


def site(**changes: Any) -> Any:
    grid = b.tariff(contract_id="grid", stage="agreement", mw_max=50.0, term_months=12, sign_lead_months=1, ramp=((2, 30.0), (4, 50.0)))
    early = b.tariff(contract_id="early", kind="interruptible", exclusive_group="new", mw_max=20.0, converts_to="late")
    late = b.tariff(contract_id="late", exclusive_group="new", mw_max=25.0)
    trailers = b.gas(contract_id="trailers", permit_months=3, permit_mw=50.0, max_months=12, permit_route="minor source", spare_units=1)
    return b.site(**{"name": "Alpha", "tariffs": (grid, early, late), "onsite_gas": (trailers,), **changes})


def instance(**changes: Any) -> Any:
    workload = b.workload(delay_cost_musd_per_month=100.0, deadline=5)
    return b.instance(**{"name": "sample", "horizon": b.horizon(6, 1, "2024-01"), "sites": (site(),), "workloads": (workload,), **changes})


def contract(name: str, mw: float, first: str, last: str = "2024-06", **more: Any) -> dict[str, Any]:
    return {"contract_id": name, "kind": "firm", "group": "", "mw": mw, "mw_first": mw, "mw_last": mw, "from": first, "to": last,
            "term_months": 0, **more}


def header(**changes: Any) -> dict[str, Any]:
    base = sample.header()
    contracts = [contract("grid", 30.0, "2024-03"), contract("early", 20.0, "2024-03"), contract("trailers", 10.0, "2024-04")]
    return sample.header(**{"sites": [{**base["sites"][0], "contracts": contracts}], "typical_hours_error": 0.0,
                            "versions": {"gigasite": "0"}, **changes})


def tables(**rows: list[tuple[Any, ...]]) -> dict[str, pd.DataFrame]:
    """All tables, those named with the rows given."""
    return {name: pd.DataFrame(rows.get(name, []), columns=list(columns)) for name, columns in TABLE_COLUMNS.items()}


def power_row(period: str, contract_id: str, firm_mw: float, begins: int = 0, leaves: int = 0) -> tuple[Any, ...]:
    return (period, "a", contract_id, firm_mw, firm_mw, 0.0, firm_mw, "firm", begins, 0, leaves, firm_mw, 0.0, 0, 0.0, 0.0)


def power_tables(**more: list[tuple[Any, ...]]) -> dict[str, pd.DataFrame]:
    """From March 30 MW firm and 20 interruptible, from April 10 MW of trailers; the peak is 36 MW from March, 55 from April."""
    contracts = (("grid", 30.0, 2), ("early", 20.0, 2), ("trailers", 10.0, 3))
    power = [power_row(period, name, mw, int(place == 0)) for name, mw, first in contracts for place, period in enumerate(PERIODS[first:])]
    load = [(period, "a", 0.0, {0: 0.0, 1: 0.0, 2: 36.0}.get(place, 55.0), 0.0) for place, period in enumerate(PERIODS)]
    return tables(power=power, load=load, **more)


def case(held: dict[str, pd.DataFrame] | None = None, asked: Any = None, beside: Any = None, **changes: Any) -> ReportCase:
    return ReportCase(asked or instance(), Plan(header(**changes), power_tables() if held is None else held), beside, "plans/sample")
