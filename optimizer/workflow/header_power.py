"""What the header of a plan says of a site's power: energy by source, price per MWh, basis, emissions, clean share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from optimizer.core.accounts import ACCOUNTS
from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money
from optimizer.core.instance import Instance, Site
from optimizer.core.offers import Ppa
from optimizer.plan.header import PowerFields
from optimizer.scenario.assemble.typical_days import site_hours

Tables = Mapping[str, pd.DataFrame]

SOURCES = ("drawn", "generated", "own_use")
"""Flows that bring energy to a site."""

CURTAILED_MW = 1e-6
"""An hour in which more than this is shed or shifted out is a curtailed one."""


def power_facts(site: Site, instance: Instance, tables: Tables) -> PowerFields:
    """Say where a site's energy comes from and what it costs over the horizon; numbers are ``None`` where it has no load.

    Parameters
    ----------
    site : Site
    instance : Instance
    tables : mapping of str to pandas.DataFrame
        Tables of the plan.
    """
    rows = _of(tables["dispatch"], site)
    mwh = (rows["mw"] * rows["weight_h"]).astype(float)
    energy = mwh[rows["flow"].isin(SOURCES)].groupby(rows["subject"], sort=False).sum()
    flows = mwh.groupby(rows["flow"]).sum()
    load_mwh = float(flows.get("load", 0.0))
    emissions = _of(tables["emissions"], site)
    matched = float(emissions["matched_mwh"].sum())
    return {
        "load_mwh": _mwh(load_mwh),
        "energy_mwh": {str(subject): _mwh(value) for subject, value in energy.items()},
        "battery_loss_mwh": _mwh(flows.get("charge", 0.0) - flows.get("discharge", 0.0)),
        "shed_mwh": _mwh(flows.get("shed", 0.0)),
        "shifted_mwh": _mwh(flows.get("shifted_out", 0.0)),
        "sold_mwh": _mwh(flows.get("sold", 0.0)),
        "spilled_mwh": _mwh(flows.get("spilled", 0.0)),
        "curtailed_hours_share": _curtailed_share(rows),
        "usd_per_mwh": _usd_per_mwh(site, instance, tables),
        "basis_usd_per_mwh": {ppa.contract_id: basis for ppa in site.ppas if (basis := _basis(site, ppa, instance, tables)) is not None},
        "emissions_t": {by: round(float(emissions[f"{by}_t"].sum()), 3) for by in ("location", "market")},
        "clean_matched_share": round(matched / load_mwh, 6) if load_mwh else None,
    }


def _of(table: pd.DataFrame, site: Site) -> pd.DataFrame:
    return table[table["site_id"] == site.site_id]


def _mwh(value: float) -> float:
    return round(float(value), 3)


def _calendar(instance: Instance) -> Calendar:
    return Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)


def _curtailed_share(rows: pd.DataFrame) -> float | None:
    """Share of the hours with load in which some of it is shed or shifted out."""
    hours = float(rows.loc[rows["flow"] == "load", "weight_h"].sum())
    given_up = rows[rows["flow"].isin(("shed", "shifted_out")) & (rows["mw"] > CURTAILED_MW)]
    curtailed = float(given_up.drop_duplicates(["period", "hour"])["weight_h"].sum())
    return round(curtailed / hours, 6) if hours else None


def _usd_per_mwh(site: Site, instance: Instance, tables: Tables) -> float | None:
    """Present value of every line of power, less residual value, over the MWh delivered, discounted alike."""
    ledger = _of(tables["ledger"], site)
    is_power = pd.Series([ACCOUNTS[group, line].is_power for group, line in zip(ledger["group"], ledger["line"], strict=True)],
                         index=ledger.index, dtype=bool)
    calendar = _calendar(instance)
    money = Money(calendar, instance.discount_rate_per_year, instance.currency_year)
    factor = {calendar.period_label(t): money.period_discount(t) for t in range(calendar.periods)}
    rows = _of(tables["dispatch"], site)
    sign = rows["flow"].map({"load": 1.0, "shed": -1.0}).fillna(0.0).astype(float)
    discounted = rows["period"].map(factor).astype(float)  # without rows the map keeps text
    delivered = float((sign * rows["mw"] * rows["weight_h"] * discounted).astype(float).sum())
    return round(1e6 * float(ledger.loc[is_power, "present_musd"].sum()) / delivered, 4) if delivered > 0.0 else None


def _basis(site: Site, ppa: Ppa, instance: Instance, tables: Tables) -> float | None:
    """Price at the hub less that at the node of the site's index tariff, by the volume of a financial agreement in service."""
    held = _of(tables["ppas"], site)
    held = held[(held["contract_id"] == ppa.contract_id) & (held["mw"] > 0.0)]
    power = _of(tables["power"], site)
    drawn = power.groupby("contract_id")["energy_mwh"].sum()
    nodes = [tariff for tariff in site.tariffs if tariff.price_series is not None and tariff.contract_id in drawn.index]
    if ppa.settlement != "financial" or not nodes or held.empty:
        return None
    node = max(nodes, key=lambda tariff: drawn[tariff.contract_id]).price_series
    calendar = _calendar(instance)
    hours = site_hours(instance, site, calendar)
    in_service = set(held["period"])
    apart = volume = 0.0
    for t in range(calendar.periods):
        if calendar.period_label(t) in in_service and node is not None:
            shape = np.ones(hours.count(t)) if ppa.profile_series is None else hours.values(ppa.profile_series, t)
            weights = hours.weights(t) * shape
            apart += float(weights @ (hours.values(ppa.hub_series, t) - hours.values(node, t)))
            volume += float(weights.sum())
    return round(apart / volume, 4) if volume else None
