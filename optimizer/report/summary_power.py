"""Power in the summary of a plan: contracts, where the energy comes from and at what price, how well typical hours tell the year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.number_words import amount, count, listed, months, number_word, short

if TYPE_CHECKING:
    from optimizer.plan.header import CommittedFields, ContractFields, PowerFields, SiteFields
    from optimizer.plan.plan import Plan

_LEAST_SHARE = 0.0005
"""A share below this would be told as 0.0 %."""


def contract_line(contract: ContractFields, open_end: str | None = None) -> str:
    """Contract with its kind, MW, dates and term, in a line.

    Parameters
    ----------
    contract : mapping
        As the header of a plan has it.
    open_end : str, optional
        Of a contract that still serves when the plan ends (``terms.open_ends``): last month of its term, empty where it has none.
    """
    kind = contract["kind"]
    term = f", {'at least' if kind == 'onsite_gas' else 'term'} {months(contract['term_months'])}" if contract["term_months"] else ""
    term += f", to {open_end}" if open_end else ""
    span = f"{contract['from']} to {contract['to']}" if open_end is None else f"from {contract['from']} on"
    return f"{contract['contract_id']}: {_kind(contract)}, {_mw(contract)}{_more(contract)}, {span}{term}"


def start_text(site: SiteFields) -> str:
    """When a site starts: ``start 2024-06``, or ``start by 2024-09`` where an earlier month costs and gives the same."""
    by = site.get("start_by") or site["construction_start"]
    return f"start {site['construction_start']}" if by == site["construction_start"] else f"start by {by}"


def power_lines(power: PowerFields | None) -> list[str]:
    """Say where the energy of a site comes from, what it costs all in, what is sold or given up, what it emits; nothing without load."""
    if not power or not power.get("load_mwh"):
        return []
    brought = sum(power["energy_mwh"].values())
    ranked = sorted(power["energy_mwh"].items(), key=lambda item: -item[1])
    shares = [f"{name} {_percent(mwh / brought)}" for name, mwh in ranked if mwh >= _LEAST_SHARE * brought]
    price = f"; {short(power['usd_per_mwh'])} USD/MWh all in" if power["usd_per_mwh"] is not None else ""
    return [f"energy: {listed(shares) or 'none'}{price}", *_surplus(power), *_basis(power), *_emissions(power)]


def verification_lines(plan: Plan) -> list[str]:
    """Say what came of the dispatch over all 8,760 hours, and which days joined the typical ones; nothing where there was none."""
    checked = plan.header.get("verification")
    if not checked:
        return []
    added = plan.header.get("typical_days_added") or {}
    joined = [f"  Joined the typical days of {site_id}: {listed(days)}." for site_id, days in added.items() if days]
    return [f"{'Verified' if checked['passed'] else 'Verification failed'}: {checked['says']}", *joined]


def commitment_lines(plan: Plan) -> list[str]:
    """Name the power contracts that the question holds, with what is then proven; nothing where it holds none."""
    held = [held_text(one) for one in plan.header.get("signed", ())]
    return [f"Held as signed before: {'; '.join(held)}. What is proven is proven with them held."] if held else []


def held_text(one: CommittedFields) -> str:
    """Say of a contract that is held what it is, with its MW and its begin."""
    mw = amount(one["mw"]) if one["mw"] == one["mw_first"] else f"{amount(one['mw_first'])} to {amount(one['mw'])}"
    return f"{one['site_id']}/{one['contract_id']}, {mw} MW from {one['begin']}"


def _kind(contract: ContractFields) -> str:
    if contract["kind"] == "ppa":
        return f"ppa ({contract['technology']}, {contract['form'].replace('_', ' ')}, {contract['settlement']})"
    return str(contract["kind"])


def _mw(contract: ContractFields) -> str:
    """MW of a contract: ``12.0 to 30.8 MW`` where they grow, ``up to`` the most where they shrink again."""
    most, first, last = (amount(contract[key]) for key in ("mw", "mw_first", "mw_last"))
    if first != most:
        return f"{first} to {most} MW"
    return f"{most} MW" if last == most else f"up to {most} MW"


def _more(contract: ContractFields) -> str:
    """Units of gas, MWh of a battery."""
    if contract["kind"] == "battery":
        return f" and {amount(contract['mwh'])} MWh"
    if contract["kind"] != "onsite_gas":
        return ""
    spare = contract["spare_units"]
    units = f" in {contract['units']} unit{'' if contract['units'] == 1 else 's'}"
    return f"{units}, {number_word(spare)} spare" if spare else units


def _surplus(power: PowerFields) -> list[str]:
    """What of agreements is sold or spilled, and in how many hours the load gives way."""
    said = [f"{count(mwh)} MWh {what}" for what, mwh in (("sold", power["sold_mwh"]), ("spilled", power["spilled_mwh"])) if mwh >= 0.5]
    curtailed = power["curtailed_hours_share"] or 0.0
    amounts = f"{count(power['shed_mwh'])} MWh shed, {count(power['shifted_mwh'])} MWh shifted"
    said += [f"load gives way in {_percent(curtailed)} of the hours ({amounts})"] if curtailed else []
    return [", ".join(said)] if said else []


def _basis(power: PowerFields) -> list[str]:
    """Hub less node of every financial agreement: what it does not hedge."""
    return [f"basis of {name}: hub less node {short(usd)} USD/MWh" for name, usd in power["basis_usd_per_mwh"].items()]


def _emissions(power: PowerFields) -> list[str]:
    tonnes = power["emissions_t"]
    if not any(tonnes.values()):
        return []
    share = power["clean_matched_share"]
    matched = f"; {_percent(share)} of the load matched by clean energy hour by hour" if share else ""
    return [f"emissions: {count(tonnes['location'])} t by location, {count(tonnes['market'])} t by market{matched}"]


def _percent(share: float) -> str:
    return f"{short(100 * share)} %"
