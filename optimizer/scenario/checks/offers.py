"""Whether the numbers of on-site gas, power purchase agreements and batteries fit each other."""

from __future__ import annotations

from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.table_rows import Placed
from optimizer.scenario.schema.rows_power import BatteryRow, OnsiteGasRow, PpaRow

GAS_PARTS = ("gas_hub_usd_per_mmbtu", "gas_basis_usd_per_mmbtu", "gas_transport_usd_per_mmbtu")
"""Columns that together make the delivered price of gas."""


def check_offers(draft: Draft) -> None:
    """Note numbers of offers that are missing, exclude each other, or are out of order."""
    for gas in draft.rows.onsite_gas:
        _check_unit(draft, gas)
        _check_gas_price(draft, gas)
        _check_permit(draft, gas)
    for ppa in draft.rows.ppas:
        _check_ppa(draft, ppa)
    for battery in draft.rows.batteries:
        _check_battery(draft, battery)


def _check_unit(draft: Draft, gas: Placed[OnsiteGasRow]) -> None:
    row = gas.row
    if (row.rent_usd_per_kw_month is None) == (row.buy_usd_per_kw is None):
        both = "neither" if row.buy_usd_per_kw is None else "both"
        message = f"{both} of rent_usd_per_kw_month and buy_usd_per_kw is given; a unit is rented or bought: give exactly one"
        draft.findings.add(gas.place("rent_usd_per_kw_month"), "rent_usd_per_kw_month", message)
    if row.max_months is not None and row.min_months > row.max_months:
        message = f"{row.min_months} months is more than max_months = {row.max_months}"
        draft.findings.add(gas.place("min_months"), "min_months", message)


def _check_gas_price(draft: Draft, gas: Placed[OnsiteGasRow]) -> None:
    """One delivered price, or its three parts."""
    row = gas.row
    parts = {name: getattr(row, name) for name in GAS_PARTS}
    missing = [name for name, value in parts.items() if value is None]
    delivered = row.gas_usd_per_mmbtu
    if len(missing) == len(parts):
        if delivered is None and not draft.findings.knows(gas.place("gas_usd_per_mmbtu")):
            message = f"the cell is empty and the column has no default; give it, or {', '.join(GAS_PARTS)}"
            draft.findings.add(gas.place("gas_usd_per_mmbtu"), "gas_usd_per_mmbtu", message)
    elif delivered is not None:
        message = f"{delivered:g} is a delivered price, and {GAS_PARTS[0]} and others are given too; leave the one or the others empty"
        draft.findings.add(gas.place("gas_usd_per_mmbtu"), "gas_usd_per_mmbtu", message)
    elif missing:
        message = f"is empty; a delivered price is hub + basis + transport: give all three ({', '.join(GAS_PARTS)}), 0 where there is none"
        draft.findings.add(gas.place(missing[0]), missing[0], message)
    elif sum(parts.values()) < 0:
        text = " + ".join(f"{value:g}" for value in parts.values())
        message = f"hub + basis + transport = {text} is below 0: gas that is paid for being burnt"
        draft.findings.add(gas.place(GAS_PARTS[1]), GAS_PARTS[1], message)


def _check_permit(draft: Draft, gas: Placed[OnsiteGasRow]) -> None:
    row = gas.row
    if row.permit_basis != "potential":
        return
    if row.nox_t_per_year_max is None:
        message = "is empty; with permit_basis = potential the permitted MW follow from the NOx of a year at full load"
        draft.findings.add(gas.place("nox_t_per_year_max"), "nox_t_per_year_max", message)
    if row.nox_t_per_gwh == 0:
        message = "is 0; with permit_basis = potential the permitted MW follow from it: give the NOx of a GWh"
        draft.findings.add(gas.place("nox_t_per_gwh"), "nox_t_per_gwh", message)
    if row.run_hours_per_year_max == 0:
        message = "is 0; with permit_basis = potential the permitted MW follow from it: give hours at full load, or leave the cell empty"
        draft.findings.add(gas.place("run_hours_per_year_max"), "run_hours_per_year_max", message)


def _check_ppa(draft: Draft, ppa: Placed[PpaRow]) -> None:
    row = ppa.row
    if row.mw_max == 0:
        return  # an offer of 0 MW is an offer taken away
    if row.mw_min > row.mw_max:
        draft.findings.add(ppa.place("mw_min"), "mw_min", f"{row.mw_min:g} MW is more than mw_max = {row.mw_max:g} MW")
    if row.form == "baseload" and row.profile is not None:
        draft.findings.add(ppa.place("profile"), "profile", "baseload is round the clock; leave the cell empty, or write form shaped")
    if row.form != "baseload" and row.profile is None:
        message = f'is empty; form {row.form} needs a profile: REGION/TECHNOLOGY of the datasets such as "ERCOT/wind", or an own series'
        draft.findings.add(ppa.place("profile"), "profile", message)
    _check_technology(draft, ppa)
    for column in ("wires_usd_per_mwh", "sell_back_fee_usd_per_mwh"):
        if row.settlement == "financial" and getattr(row, column) > 0:
            message = "belongs to a physical agreement; a financial one delivers no energy: leave the cell empty"
            draft.findings.add(ppa.place(column), column, message)


def _check_technology(draft: Draft, ppa: Placed[PpaRow]) -> None:
    """Wind does not blow by the profile of the sun."""
    row = ppa.row
    _, slash, source = (row.profile or "").rpartition("/")
    if slash and row.form == "as_produced" and source in ("wind", "solar") and row.technology != source:
        message = f"{row.technology!r} with the profile {row.profile!r}: as produced, the profile is that of the technology; write {source}"
        draft.findings.add(ppa.place("technology"), "technology", message)


def _check_battery(draft: Draft, battery: Placed[BatteryRow]) -> None:
    row = battery.row
    if (row.duration_h is None) == (row.mwh_max is None):
        both = "neither" if row.mwh_max is None else "both"
        message = f"{both} of duration_h and mwh_max is given; MWh follow from MW, or are chosen: give exactly one"
        draft.findings.add(battery.place("duration_h"), "duration_h", message)
