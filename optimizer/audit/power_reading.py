"""Contracts in use, from the tables ``power``, ``ppas``, ``batteries`` and ``bills``: their records, when they begin and end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from optimizer.audit.calendar import Clock
from optimizer.audit.comparison import FloatArray
from optimizer.audit.frames import TableReader
from optimizer.audit.paths import BatteryPath, GasPath, PpaPath, TariffPath
from optimizer.audit.series import NOTHING, Series, complete, series
from optimizer.core.instance import Instance, Site
from optimizer.core.offers import Tariff

GAS_KIND = "onsite_gas"
"""Label of on-site gas in the column ``kind``."""

MINIMUM_BILL = "minimum_bill"
"""Charge of ``bills`` that tops a bill up."""

ByContract = Mapping[tuple[str, str], pd.DataFrame]
"""Rows of a table by site and contract."""


def tariff_paths(reader: TableReader, instance: Instance, clock: Clock, power: pd.DataFrame) -> tuple[TariffPath, ...]:
    """Tariffs with rows in ``power``; rows of contracts that no site offers are faults."""
    kinds = {(site.site_id, tariff.contract_id): str(tariff.kind) for site in instance.sites for tariff in site.tariffs}
    kinds |= {(site.site_id, gas.contract_id): GAS_KIND for site in instance.sites for gas in site.onsite_gas}
    _offered(reader, "power", power, kinds)
    _of_their_kind(reader, power, kinds)
    by_contract = _by_contract(power)
    paths = []
    for site in instance.sites:
        of_site = [(tariff, _path(reader, clock, by_contract, (site.site_id, tariff.contract_id, "power"))) for tariff in site.tariffs]
        found = {tariff.contract_id: path for tariff, path in of_site if path is not None}
        for tariff, path in of_site:
            if path is not None:
                early = min(_exited(path, clock), _converted(tariff, found, clock))
                paths.append(_tariff_path(clock, site, tariff, path, early))
    return tuple(paths)


def gas_paths(reader: TableReader, instance: Instance, clock: Clock, power: pd.DataFrame) -> tuple[GasPath, ...]:
    """On-site gas contracts with rows in ``power``; what is wrong with a row's kind is found with the tariffs."""
    by_contract = _by_contract(power)
    return tuple(
        GasPath(site, gas, path.columns)
        for site in instance.sites
        for gas in site.onsite_gas
        if (path := _path(reader, clock, by_contract, (site.site_id, gas.contract_id, "power"))) is not None
    )


def ppa_paths(reader: TableReader, instance: Instance, clock: Clock) -> tuple[PpaPath, ...]:
    """Power purchase agreements with rows in ``ppas``."""
    frame = reader.read("ppas")
    _offered(reader, "ppas", frame, {(site.site_id, ppa.contract_id) for site in instance.sites for ppa in site.ppas})
    by_contract = _by_contract(frame)
    paths = []
    for site in instance.sites:
        for ppa in site.ppas:
            path = _path(reader, clock, by_contract, (site.site_id, ppa.contract_id, "ppas"))
            if path is None:
                continue
            begin = path.first("begins")
            is_term = ppa.term_months is not None and begin < clock.count
            end = clock.period_at(int(clock.first[begin]) + (ppa.term_months or 0)) if is_term else clock.count
            paths.append(PpaPath(site, ppa, begin, end, path.columns))
    return tuple(paths)


def battery_paths(reader: TableReader, instance: Instance, clock: Clock) -> tuple[BatteryPath, ...]:
    """Batteries with rows in ``batteries``."""
    frame = reader.read("batteries")
    _offered(reader, "batteries", frame, {(site.site_id, each.contract_id) for site in instance.sites for each in site.batteries})
    by_contract = _by_contract(frame)
    return tuple(
        BatteryPath(site, battery, path.columns)
        for site in instance.sites
        for battery in site.batteries
        if (path := _path(reader, clock, by_contract, (site.site_id, battery.contract_id, "batteries"))) is not None
    )


def bills(reader: TableReader, instance: Instance, clock: Clock) -> dict[tuple[str, str, str, int], FloatArray]:
    """What each charge bills by period, by site, contract, charge and tier (counted from 1; 0: the charge has none)."""
    frame = reader.read("bills")
    tiers = pd.to_numeric(frame["tier"], errors="coerce").fillna(0).astype(int)
    known = {
        (site.site_id, tariff.contract_id, *charge): unit
        for site in instance.sites
        for tariff in site.tariffs
        for charge, unit in _charges(tariff).items()
    }
    found: dict[tuple[str, str, str, int], FloatArray] = {}
    for key, rows in frame.assign(tier=tiers).groupby(["site_id", "contract_id", "charge", "tier"], sort=False):
        site_id, contract_id, charge, tier = str(key[0]), str(key[1]), str(key[2]), int(str(key[3]))
        unit = known.get((site_id, contract_id, charge, tier))
        if unit is None:
            reader.fault(site_id, "", f"table bills: {contract_id} has no charge {charge!r} with a tier {tier}")
            continue
        if set(rows["unit"]) != {unit}:
            reader.fault(site_id, "", f"table bills: {charge} of {contract_id} is billed in {unit}")
        found[site_id, contract_id, charge, tier] = series(rows, clock).columns["billed"]
    return found


def _charges(tariff: Tariff) -> Mapping[tuple[str, int], str]:
    """Charges and tiers that a tariff may bill, with their units."""
    charges = {(MINIMUM_BILL, 0): "musd"}
    if tariff.rate is not None:
        charges |= {(demand.name, 0): "MW" for demand in tariff.rate.demand}
        charges |= {(energy.name, tier + 1): "MWh" for energy in tariff.rate.energy for tier in range(len(energy.tiers))}
    return charges


def _offered(reader: TableReader, table: str, frame: pd.DataFrame, known: Collection[tuple[str, str]]) -> None:
    """Keep a fault for each row of a contract that its site does not offer."""
    for row in frame.itertuples():
        if (row.site_id, row.contract_id) not in known:
            reader.fault(str(row.site_id), str(row.period), f"table {table}: the site offers no contract {row.contract_id!r}")


def _of_their_kind(reader: TableReader, power: pd.DataFrame, kinds: Mapping[tuple[str, str], str]) -> None:
    """Keep a fault for each row of an offered contract that names another kind than the offer's."""
    columns = [power[name].astype(str) for name in ("site_id", "contract_id", "kind", "period")]
    for site_id, contract_id, kind, period in zip(*columns, strict=True):
        offered = kinds.get((site_id, contract_id), kind)
        if kind != offered:
            reader.fault(site_id, period, f"table power: {contract_id} is of kind {offered}, not {kind}")


def _by_contract(frame: pd.DataFrame) -> ByContract:
    """Rows of a table by site and contract; a contract without rows is left out."""
    groups = frame.groupby(["site_id", "contract_id"], sort=False)
    return {(str(site_id), str(contract_id)): rows for (site_id, contract_id), rows in groups}


def _path(reader: TableReader, clock: Clock, by_contract: ByContract, of: tuple[str, str, str]) -> Series | None:
    """Give the rows of a contract, without a gap from its first one on; None where it has none. ``of``: site, contract and table."""
    site_id, contract_id, table = of
    rows = by_contract.get((site_id, contract_id))
    if rows is None:
        return None
    path = series(rows, clock)
    complete(reader, path, site_id, f"{table}, {contract_id}", int(np.argmax(path.present)))
    return path


def _tariff_path(clock: Clock, site: Site, tariff: Tariff, path: Series, early: int) -> TariffPath:
    """Give a tariff in use, out of service when it ends ``early`` or when the terms of its begin and of all MW added are over."""
    begin = path.first("begins")
    served = TariffPath(site, tariff, begin, early, path.columns, _added(clock, tariff, path, early))
    if tariff.term_months is None or begin >= clock.count:
        return served
    return replace(served, end=min(early, clock.period_at(int(clock.first[served.last_added]) + tariff.term_months)))


def _added(clock: Clock, tariff: Tariff, path: Series, early: int) -> FloatArray:
    """MW added by period: what the contracted MW grow by, and what makes up for MW whose term is over."""
    added: FloatArray = np.diff(path.columns["contracted_mw"], prepend=0.0)
    if tariff.term_months is not None:
        for period in range(clock.count):
            after = clock.period_at(int(clock.first[period]) + tariff.term_months)
            if after < clock.count:
                added[after] += added[period]
    added[early:] = 0.0
    return added


def _exited(path: Series, clock: Clock) -> int:
    """Period in which a contract is left before its end; T where it is not."""
    exits = np.flatnonzero(path.columns["exits"] > NOTHING)
    return int(exits[0]) if exits.size and exits[0] > path.first("begins") else clock.count


def _converted(tariff: Tariff, found: Mapping[str, Series], clock: Clock) -> int:
    """Period in which the firm offer begins that an interruptible one converts to; T where it does not."""
    firm = None if tariff.converts_to is None else found.get(tariff.converts_to)
    return clock.count if firm is None else firm.first("begins")
