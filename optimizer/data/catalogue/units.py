"""Units in the names of columns, and whether a card gives the same."""

from __future__ import annotations

import re

from optimizer.data.catalogue.cards import Field

_SUFFIXES = (
    ("usd_per_mwh", "USD/MWh"),
    ("usd_per_mmbtu", "USD/MMBtu"),
    ("usd_per_mcf", "USD/Mcf"),
    ("usd_per_acre", "USD/acre"),
    ("usd_per_mw", "USD/MW"),
    ("usd_per_kwh", "USD/kWh"),
    ("usd_per_kw", "USD/kW"),
    ("usd_per_kw_month", "USD/kW-month"),
    ("mmbtu_per_mwh", "MMBtu/MWh"),
    ("t_per_mwh", "t/MWh"),
    ("kg_per_mwh", "kg/MWh"),
    ("gwh", "GWh"),
    ("mwh", "MWh"),
    ("mw", "MW"),
    ("km", "km"),
    ("km2", "km2"),
    ("months", "months"),
)


_OTHER_MONEY = re.compile(r"usd_?\d{4}")
"""Dollars of a stated year have units of their own."""


def unit_fault(field: Field) -> str:
    """What is wrong with the unit of a field: its name says another than its card; empty where nothing is."""
    if field.type not in ("number", "integer") or _OTHER_MONEY.search(field.name):
        return ""
    matches = [unit for suffix, unit in _SUFFIXES if field.name == suffix or field.name.endswith(f"_{suffix}")]
    if not matches:
        return ""
    expected = max(matches, key=len)
    if field.unit.removesuffix("s") == expected.removesuffix("s"):
        return ""
    return f"the card gives the unit {field.unit!r}; the name of the column says {expected!r}"
