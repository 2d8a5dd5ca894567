"""Contracts and permits that a plan's power hangs on: how far they are, what comes first, by when they must be signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from optimizer.core.number_words import months, short
from optimizer.core.offers import Battery, OnsiteGas, Ppa, Tariff
from optimizer.report.page.power_numbers import rights
from optimizer.report.page.render import month_name
from optimizer.report.terms import open_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.instance import Site
    from optimizer.plan.header import ContractFields
    from optimizer.report.page.case import ReportCase

Offer = Tariff | OnsiteGas | Ppa | Battery

HEADS = ("Contract", "Right", "MW at most", "In service", "Sign by", "Where it stands", "Conditions", "Kind of source")


def approvals(case: ReportCase, site: Site) -> pd.DataFrame:
    """Say of every contract that a plan uses at a site where it stands: columns ``HEADS``, in the order of the plan's header."""
    offers = {offer.contract_id: offer for offer in _offers(site)}
    header = next(row for row in case.header["sites"] if row["site_id"] == site.site_id)
    right = rights(site)
    ends = open_ends(case.plan)
    rows = []
    for contract in header["contracts"]:
        name = contract["contract_id"]
        said = _status_text(case, site, offers[name])
        rows.append((
            name, right.get(name, said[0]), float(contract["mw"]), _served(contract, ends.get((site.site_id, name))),
            _signing_months(case, site, name), said[1], said[2], _kinds(case, site, name),
        ))
    return pd.DataFrame(rows, columns=list(HEADS))


def unused(case: ReportCase, site: Site) -> list[str]:
    """Contracts offered at a site that the plan does not use."""
    header = next(row for row in case.header["sites"] if row["site_id"] == site.site_id)
    used = {contract["contract_id"] for contract in header["contracts"]}
    return [offer.contract_id for offer in _offers(site) if offer.contract_id not in used]


def _offers(site: Site) -> tuple[Offer, ...]:
    return (*site.tariffs, *site.onsite_gas, *site.ppas, *site.batteries)


def _status_text(case: ReportCase, site: Site, offer: Offer) -> tuple[str, str, str]:
    """Right (of what is no firm power), status and conditions of an offer."""
    if isinstance(offer, OnsiteGas):
        return "", _permit(case, offer), "; ".join(_gas_conditions(offer)) or "none stated"
    if isinstance(offer, Ppa):
        return f"Agreement, {offer.settlement}", f"offered from {_month(case, offer.available_from)}", "settles energy; no firm MW"
    if isinstance(offer, Battery):
        return "Battery", f"delivered {months(offer.sign_lead_months)} after signing", "bridges hours; no firm MW of its own"
    return "", offer.stage or "not stated", "; ".join(_tariff_conditions(case, site, offer)) or "none stated"


def _permit(case: ReportCase, gas: OnsiteGas) -> str:
    """Permit route with the months it takes, and the first month in which a unit may run."""
    first = max(gas.permit_months, gas.sign_lead_months)
    took = f"permit takes {months(gas.permit_months)}" if gas.permit_months else "no permit to wait for"
    return f"{gas.permit_route or 'permit route not stated'}: {took}, units can run from {_month(case, first)} at the earliest"


def _gas_conditions(gas: OnsiteGas) -> Iterator[str]:
    if gas.permit_mw is not None:
        yield f"at most {short(gas.permit_mw)} MW permitted"
    if gas.max_months is not None:
        yield f"gone {months(gas.max_months)} after the first unit stood"
    if gas.run_hours_per_year_max is not None:
        yield f"at most {short(gas.run_hours_per_year_max)} h a year"
    if gas.nox_t_per_year_max is not None:
        yield f"at most {short(gas.nox_t_per_year_max)} t of NOx a year"
    if gas.spare_units:
        yield f"{gas.spare_units} spare unit{'' if gas.spare_units == 1 else 's'}"


def _tariff_conditions(case: ReportCase, site: Site, tariff: Tariff) -> Iterator[str]:
    if tariff.ramp:
        own = [row for row in case.instance.ramp_conditions if (row.site_id, row.contract_id) == (site.site_id, tariff.contract_id)]
        hangs_on = {row.month: f" ({row.condition})" for row in own}
        yield ", ".join(f"{short(mw)} MW from {_month(case, month)}{hangs_on.get(month, '')}" for month, mw in tariff.ramp)
    if tariff.kind == "interruptible":
        yield "gives way in the hours in which it is called"
    if tariff.converts_to:
        yield f"ends when {tariff.converts_to} begins"
    if tariff.sign_lead_months:
        yield f"signed {months(tariff.sign_lead_months)} before service"
    if tariff.min_take_fraction:
        yield f"at least {short(100 * tariff.min_take_fraction)} % of the MW is billed"
    if tariff.exit_musd is not None:
        yield f"may be left for {short(tariff.exit_musd)} million USD"


def _served(contract: ContractFields, open_end: str | None) -> str:
    """From when to when a contract serves; of one that still serves when the plan ends, to when its term runs on."""
    if open_end is None:
        return f"{_unbroken(contract['from'])} to {_unbroken(contract['to'])}"
    return f"from {_unbroken(contract['from'])} on{f', term to {_unbroken(open_end)}' if open_end else ''}"


def _unbroken(label: str) -> str:
    """Month that a narrow column does not break in two."""
    return month_name(label).replace(" ", "\N{NO-BREAK SPACE}")


def _signing_months(case: ReportCase, site: Site, contract_id: str) -> str:
    """Months in which a contract must be signed: the first, and how many more."""
    rows = case.tables["commitments"]
    dates = sorted(set(rows.loc[(rows["site_id"] == site.site_id) & (rows["subject"] == contract_id), "sign_by"]))
    more = f" and {len(dates) - 1} more" if len(dates) > 1 else ""
    return f"{_unbroken(dates[0])}{more}" if dates else ""


def _kinds(case: ReportCase, site: Site, contract_id: str) -> str:
    """Kinds of source that a contract's inputs have: what is a fact of it, and what an assumption."""
    key = f"{site.site_id}/{contract_id}"
    rows = case.tables["assumptions"]
    keys = rows["key"].astype(str)
    kinds = rows.loc[(keys == key) | keys.str.startswith(f"{key}/"), "kind"].fillna("").value_counts()
    return ", ".join(f"{str(kind).replace('_', ' ') or 'no source'} {number}" for kind, number in kinds.items())


def _month(case: ReportCase, month: int) -> str:
    return month_name(case.calendar.label(max(month, 0)))
