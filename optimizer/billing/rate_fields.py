"""The fields of a rate's file: what its reader knows, and what ``gigasite schema rate`` prints."""

from __future__ import annotations

import json
from collections.abc import Mapping

Fields = Mapping[str, tuple[str, str]]
"""Meaning, and range with unit or default, of each key."""

_WINDOW: Fields = {
    "months": ("Calendar months", "list of 1 to 12; default: all"),
    "days": ("Days", "all, weekday, weekend; default: all"),
    "hour_from": ("First hour of the local clock", "0 to 23; default: the whole day"),
    "hour_to": ("Hour at which the window ends; before hour_from: over midnight", "0 to 24; required beside hour_from"),
}
_HOURS: Fields = {
    **_WINDOW,
    "windows": ("Several windows together, each with the four keys above, in their place", "list of tables"),
    "other_than": ("Charges of the same kind whose hours are not this charge's", "list of names"),
}
_NAME: Fields = {"name": ("Name of the charge", "default: its kind and place")}
_ENERGY_PRICE: Fields = {
    "usd_per_mwh": ("Price of energy", "-1000 to 5000 USD/MWh"),
    "usd_per_kwh": ("The same", "-1 to 5 USD/kWh"),
}
_DEMAND_PRICE: Fields = {
    "usd_per_kw_month": ("Price of billed demand", "0 to 1000 USD per kW and month"),
    "usd_per_mw_month": ("The same", "0 to 1,000,000 USD per MW and month"),
}
_RATCHET: Fields = {
    "fraction": ("Share of an earlier peak that is billed at least", "0 to 1"),
    "lookback_months": ("Months before the one billed whose peaks count, beside its own", "1 to 60; default: 11"),
    "peak_months": ("Calendar months whose peaks count", "list of 1 to 12; default: all"),
    "whole_year": ("Peaks of the whole billing year count, later ones too; bills only", "true or false; default: false"),
    "window": ("Hours in which the peaks are counted; bills only", "table of a window; default: the charge's own"),
}
RATCHET_PREFIX = "ratchet_"

SECTIONS: Mapping[str, Fields] = {
    "rate": {
        "name": ("Name of the rate", "default: the name of the file"),
        "fixed_usd_per_month": ("Fixed charge", "0 to 1e9 USD a month; default: 0"),
        "fixed_usd_per_day": ("Fixed charge for every day of the month", "0 to 1e8 USD a day; default: 0"),
        "minimum_bill_usd_per_month": ("Least that energy, demand and fixed charge come to", "0 to 1e9 USD a month; default: 0"),
        "energy": ("Charges on energy", "list of tables"),
        "index": ("Charges at the hours' market prices; bills only", "list of tables"),
        "demand": ("Charges on the highest MW of a month", "list of tables"),
        "coincident": ("Charges on the MW drawn in the system's peak hours", "list of tables"),
    },
    "energy": {
        **_NAME, **_HOURS, **_ENERGY_PRICE,
        "tiers": ("Blocks of the month's energy, in place of a price", "list of tables"),
        "hours_use_of": ("Demand charge for whose billed kW the tiers hold upto_kwh_per_kw each", "name"),
    },
    "energy.tiers": {
        "upto_mwh": ("Cumulative end; the last tier has none", "above 0 to 1e9 MWh a month"),
        "upto_kwh": ("The same", "kWh a month"),
        "upto_kwh_per_kw": ("Cumulative end by hours of use, beside hours_use_of", "above 0 to 744 kWh per kW billed"),
        **_ENERGY_PRICE,
    },
    "index": {
        **_NAME, **_HOURS,
        "adder_usd_per_mwh": ("On top of the market's price", "-1000 to 5000 USD/MWh; default: 0"),
        "adder_usd_per_kwh": ("The same", "-1 to 5 USD/kWh"),
    },
    "demand": {
        **_NAME, **_HOURS, **_DEMAND_PRICE,
        "tiers": ("Blocks of the billed MW, in place of a price; bills only", "list of tables"),
        **{RATCHET_PREFIX + key: told for key, told in _RATCHET.items()},
        "ratchets": ("Several ratchets, in place of the keys above; the largest counts", "list of tables"),
        "peak_fraction": ("Share of the month's own peak that is billed", "0 to 1; default: 1"),
        "peak_fraction_months": ("Months in which only that share is", "list of 1 to 12; default: all, with peak_fraction"),
        "minimum_mw": ("Billed at least; bills only", "0 to 1e6 MW"),
        "minimum_kw": ("The same", "kW"),
    },
    "demand.tiers": {
        "upto_mw": ("Cumulative end; the last tier has none", "above 0 to 1e6 MW"),
        "upto_kw": ("The same", "kW"),
        **_DEMAND_PRICE,
    },
    "demand.ratchets": _RATCHET,
    "coincident": {
        **_NAME,
        "months": ("Calendar months", "list of 1 to 12; default: all"),
        "hours": ("Peak hours of the local clock, of every year or (bills only) of one; default (bills only): the system's own peak",
                  'list, such as ["08-16 17:00"]'),
        "highest_of": ("Bill the highest MW of the hours of a month, or of a year, alone", "month, year; default: each hour"),
        "usd_per_kw": ("Price of the MW drawn", "0 to 1000 USD/kW"),
        "usd_per_mw": ("The same", "0 to 1,000,000 USD/MW"),
    },
}
"""Keys of each part of a rate's file."""


def rate_schema_text() -> str:
    """Every part of a rate's file with its keys, as text."""
    lines = [
        "rates/NAME.toml of a scenario, or the first file of gigasite data bill. Of keys for one number in two units only one stands."
    ]
    for title, fields in SECTIONS.items():
        head = "the file itself" if title == "rate" else f"{title}, each"
        lines += ["", head, *(f"  {key:<32} {meaning} ({told})" for key, (meaning, told) in fields.items())]
    return "\n".join(lines)


def rate_schema_json() -> str:
    """The same for tools: meaning and values of each key by part."""
    parts = {
        title: {key: {"description": meaning, "values": told} for key, (meaning, told) in fields.items()}
        for title, fields in SECTIONS.items()
    }
    return json.dumps(parts, indent=2)
