"""Cases for the report made by hand: an instance, a header and the rows of the tables that matter."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from optimizer.core.instance import Instance
from optimizer.plan.plan import TABLE_COLUMNS, Plan
from optimizer.report.page.case import ReportCase
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.report import sample

Rows = list[tuple[Any, ...]]


def case(instance: Instance | None = None, header: dict[str, Any] | None = None, **tables: Rows) -> ReportCase:
    """A case with the rows given, its other tables empty."""
    frames = {name: pd.DataFrame(tables.get(name, []), columns=list(columns)) for name, columns in TABLE_COLUMNS.items()}
    told = sample.header(**{"versions": {"gigasite": "0.1.0"}, **(header or {})})
    return ReportCase(instance or b.instance(), Plan(told, frames), None, "plan")


def asked() -> Instance:
    """A year by month: 4,000 GPUs at one of two sites, built at 1 MW a month from February on, on two contracts, or rented."""
    mode = b.mode(lead_months=1, mw_per_month=1.0, max_it_mw=6.0, capex_musd_per_mw=10.0, land_musd=2.0, residual_fraction=0.5,
                  staff_musd_per_mw_year=0.1)
    grid = b.tariff(sign_lead_months=1, mw_max=3.0, energy_usd_per_mwh=50.0, demand_usd_per_kw_month=8.0, term_months=36,
                    min_take_fraction=0.5, customer_capex_musd=1.0, capex_refund_months=4)
    gas = b.gas(unit_mw=1.0, units_max=3, spare_units=1, permit_months=2, gas_usd_per_mmbtu=3.0, rent_usd_per_kw_month=20.0, min_months=2)
    near = b.site(site_id="near", name="Near <the> river", modes=(mode,), tariffs=(grid,), onsite_gas=(gas,), peak_facility_ratio=1.2,
                  annual_pue=1.1, property_tax_fraction_per_year=0.01)
    far = b.site(site_id="far", modes=(b.mode(lead_months=6, capex_musd_per_mw=9.0),))
    gpu = b.gpu(price_usd=30_000.0, network_usd=5_000.0, spares_fraction=0.03, supply=((0, 1000.0),), install_months=1,
                pay_at_order_fraction=0.2, order_lead_months=1, lifetime_months=48, resale_fraction=0.5, lot=500)
    work = b.workload(gpus_h100e=4000.0, delay_cost_musd_per_month=30.0, wanted_from=2, deadline=8, utilisation=0.9)
    purses = (b.purse(name="equity", amounts=((0, 150.0), (3, 150.0)), pays_for=("capital", "deposits", "rent")),
              b.purse(name="income", amounts=((0, 5.0),), every_month=True, pays_for=("operations", "lease")))
    return b.instance(
        name="hand", title="4,000 GPUs & where to put them", sites=(near, far), gpus=(gpu,), workloads=(work,), purses=purses,
        has_budget=True, rentals=(b.rental(usd_per_gpu_hour=30.0, gpus_min=1000),), discount_rate_per_year=0.1)


@cache
def solved() -> ReportCase:
    """The case of ``asked``, solved."""
    instance = asked()
    return ReportCase(instance, solve_instance(instance, SolveSettings()), None, "hand")
