"""Which other unit a number that is far too large was probably written in."""

from __future__ import annotations

from typing import Any

from optimizer.scenario.schema.describe_fields import unit_of

_USD = ((1_000_000.0, "USD"), (1_000.0, "thousand USD"))

_LARGER: dict[str, tuple[str, tuple[tuple[float, str], ...]]] = {
    "USD/MWh": ("price", ((1_000.0, "USD/GWh"),)),
    "USD/kW-month": ("price", ((1_000.0, "USD/MW-month"),)),
    "USD/kW": ("price", ((1_000.0, "USD/MW"),)),
    "USD/kWh": ("price", ((1_000.0, "USD/MWh"),)),
    "MWh": ("energy", ((1_000.0, "kWh"),)),
    "million USD": ("sum", _USD),
    "million USD/MW": ("cost", _USD),
    "million USD/MW-year": ("cost", _USD),
    "million USD/month": ("sum", _USD),
    "MW": ("power", ((1_000.0, "kW"),)),
    "MW/month": ("power", ((1_000.0, "kW"),)),
    "kW/GPU": ("power", ((1_000.0, "W"),)),
    "MMBtu/MWh": ("heat rate", ((1_000.0, "Btu/kWh"),)),
    "share": ("share", ((100.0, "percent"),)),
    "share/year": ("share", ((100.0, "percent"),)),
}
"""What a unit measures, and the smaller units that people write instead, the smallest first."""

_LEAST_LIKELY = 0.1
"""Of two units that fit, the one in which the number is at least this."""


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
    noun, units = _LARGER.get(unit_of(name), ("", ()))
    if number <= 1 or not units:
        return ""
    factor, unit = next((pair for pair in units if number / pair[0] >= _LEAST_LIKELY), units[-1])
    most = 1.0 if noun == "share" else factor
    return f"; looks like {unit}: {number / factor:,.6g} would be the same {noun}" if number / factor <= most else ""
