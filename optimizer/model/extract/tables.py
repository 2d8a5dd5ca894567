"""The tables of a plan, in the columns of ``TABLE_COLUMNS``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import pyomo.environ as pyo

from optimizer.core.records import plain
from optimizer.model.extract.commitments import commitment_rows
from optimizer.model.extract.debt import debt_rows
from optimizer.model.extract.dispatch import dispatch_of_sites, dispatch_table
from optimizer.model.extract.hosting import allocation_rows, rental_rows, workload_rows
from optimizer.model.extract.money import cash_rows, ledger_rows, payment_rows
from optimizer.model.extract.power import bill_rows, power_rows
from optimizer.model.extract.sites import construction_rows, fleet_rows, load_rows
from optimizer.model.extract.supply import battery_rows, emission_rows, ppa_rows
from optimizer.plan.plan import TABLE_COLUMNS

Row = Mapping[str, Any]


def extract_tables(model: pyo.ConcreteModel) -> dict[str, pd.DataFrame]:
    """Read every table of the plan from the values of the model's variables.

    Parameters
    ----------
    model : pyomo.environ.ConcreteModel
        Built by ``optimizer.model.build``, with a solution loaded.
    """
    dispatch = dispatch_of_sites(model)
    rows: dict[str, Iterable[Row]] = {
        "construction": construction_rows(model),
        "fleet": fleet_rows(model),
        "power": power_rows(model, dispatch),
        "ppas": ppa_rows(model),
        "batteries": battery_rows(model),
        "bills": bill_rows(model, dispatch),
        "emissions": emission_rows(model, dispatch),
        "load": load_rows(model, dispatch),
        "workloads": workload_rows(model),
        "allocation": allocation_rows(model),
        "service": (),
        "rentals": rental_rows(model),
        "ledger": ledger_rows(model),
        "cash": cash_rows(model),
        "payments": payment_rows(model),
        "debt": debt_rows(model),
        "commitments": commitment_rows(model),
        "assumptions": (plain(row) for row in model.instance.assumptions),
    }
    tables = {"dispatch": dispatch_table(model, dispatch.values())}
    return {name: tables[name] if name in tables else table(name, rows[name]) for name in TABLE_COLUMNS}


def table(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    """Frame of rows in a table's columns, also when there is no row."""
    return pd.DataFrame(list(rows), columns=list(TABLE_COLUMNS[name]))
