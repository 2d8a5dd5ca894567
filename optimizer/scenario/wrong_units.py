"""Which other unit a number that is far too large was probably written in."""

from __future__ import annotations

from typing import Any

from optimizer.scenario.schema_fields import unit_of

_THOUSAND = 1_000.0
_MILLION = 1_000_000.0

_LARGER = {
    "USD/MWh": (_THOUSAND, "USD/GWh", "price"),
    "USD/kW-month": (_THOUSAND, "USD/MW-month", "price"),
    "USD/kW": (_THOUSAND, "USD/MW", "price"),
    "million USD": (_MILLION, "USD", "sum"),
    "million USD/MW": (_MILLION, "USD", "cost"),
    "million USD/MW-year": (_MILLION, "USD", "cost"),
    "million USD/month": (_MILLION, "USD", "sum"),
    "MW": (_THOUSAND, "kW", "power"),
    "MW/month": (_THOUSAND, "kW", "power"),
    "kW/GPU": (_THOUSAND, "W", "power"),
    "MMBtu/MWh": (_THOUSAND, "Btu/kWh", "heat rate"),
    "share": (100.0, "percent", "share"),
    "share/year": (100.0, "percent", "share"),
}


def unit_hint(name: str, value: Any) -> str:
    """Part of a message that names the unit a number out of range looks like; empty where nothing fits.

    Parameters
    ----------
    name : str
        Field, its unit in its name.
    value : Any
        The number as written, or its text.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    if name == "lat" and 90 < abs(number) <= 180:
        return "; looks like a longitude: are lat and lon swapped?"
    factor, unit, noun = _LARGER.get(unit_of(name), (0.0, "", ""))
    if not factor or number <= 1:
        return ""
    most = 1.0 if noun == "share" else factor
    return f"; looks like {unit}: {number / factor:,.6g} would be the same {noun}" if number / factor <= most else ""
