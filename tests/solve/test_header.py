"""The header of a plan, from tables made by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from optimizer.plan.header_form import FORM
from optimizer.plan.plan import TABLE_COLUMNS
from optimizer.solve import SolveSettings
from optimizer.workflow.header import no_plan_header, plan_header
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b

MONTHS = ("2024-01", "2024-02", "2024-03")


def _header(site, power, peak=0.0):
    """Header of a plan with one site, whose power is told by rows of contract, kind, MW by month, units by month."""
    rows = {
        "construction": [(month, "a", "retrofit", int(month == MONTHS[0]), peak, 0.0, 0.0) for month in MONTHS],
        "load": [(month, "a", peak, peak, 0.0) for month in MONTHS],
        "power": [(month, "a", name, mw[i], mw[i], 0.0, 0.0, kind, 0, 0, 0, 0.0, 0.0, units[i], 0.0, 0.0)
                  for name, kind, mw, units in power for i, month in enumerate(MONTHS)],
        "workloads": [(month, "train", "a", "hopper", 1000.0000000003, int(month != MONTHS[0])) for month in MONTHS],
    }
    tables = {name: pd.DataFrame(rows.get(name, []), columns=list(columns)) for name, columns in TABLE_COLUMNS.items()}
    return plan_header(b.instance(sites=(site,), horizon=b.horizon(months=3)), tables, ())


def test_a_contract_says_its_most_first_and_last_mw():
    site = b.site(tariffs=(b.tariff(term_months=60),), onsite_gas=(b.gas(min_months=2, spare_units=1),))
    power = [("grid", "firm", (0.0, 12.0, 30.8), (0, 0, 0)), ("gas", "onsite_gas", (30.0, 30.0, 10.0), (3, 3, 1))]
    grid, gas = _header(site, power)["sites"][0]["contracts"]
    assert grid == {"contract_id": "grid", "kind": "firm", "group": "", "mw": 30.8, "mw_first": 12.0, "mw_last": 30.8,
                    "from": "2024-02", "to": "2024-03", "term_months": 60}
    assert gas == {"contract_id": "gas", "kind": "onsite_gas", "group": "", "mw": 30.0, "mw_first": 30.0, "mw_last": 10.0,
                   "from": "2024-01", "to": "2024-03", "term_months": 2, "units": 3, "spare_units": 1}


def _without_form(value, form, path):
    if isinstance(form, dict) and isinstance(value, dict):
        for key, item in value.items():
            of_item = form.get(key, form.get("*", path))
            yield from [f"{path}{key}"] if of_item is path else _without_form(item, of_item, f"{path}{key}.")
    elif isinstance(form, list):
        for item in value:
            yield from _without_form(item, form[0], path)


@pytest.mark.parametrize("power", [{"tariffs": (b.tariff(),)}, {"tariffs": (), "onsite_gas": (b.gas(),)}], ids=["tariff", "gas"])
def test_every_field_of_a_plan_stands_in_the_typed_header(power):
    work = b.workload(gpus_h100e=1000.0, wanted_from=6, deadline=6, delay_cost_musd_per_month=1.0)
    plan = solve_instance(b.instance(sites=(b.site(**power), b.site(site_id="other")), workloads=(work,)), SolveSettings())
    assert "power" in plan.header["sites"][0]
    assert list(_without_form(plan.header, FORM, "")) == []
    nothing = solve_instance(b.instance(sites=(), workloads=(work,)), SolveSettings())
    assert nothing.status == "infeasible"
    assert list(_without_form(nothing.header, FORM, "")) == []


def test_the_solvers_last_digits_are_left_out():
    header = _header(b.site(), [("grid", "firm", (50.00000000000059, 50.0, 50.0), (0, 0, 0))], peak=181.99999999999997)
    site = header["sites"][0]
    assert (site["it_mw"], site["facility_mw"], site["contracts"][0]["mw"]) == (182.0, 182.0, 50.0)
    assert header["workloads"][0]["sites"] == {"a": 1000.0}
    assert header["workloads"][0]["ready"] == "2024-02"


def test_without_a_plan_nothing_is_counted():
    header = no_plan_header(b.instance(workloads=(b.workload(deadline=3),)), ())
    sums = {name: value for name, value in header.items() if name.endswith("_musd") and name != "ledger_musd"}
    assert len(sums) == 6
    assert set(sums.values()) == {None}
    assert header["workloads"] == [{"name": "train", "target_h100e": 1000.0, "wanted_from": "2024-01", "deadline": "2024-04",
                                    "ready": "", "delay_months": None, "sites": {}}]
    assert set(header) == set(_header(b.site(), []))
