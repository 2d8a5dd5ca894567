"""Contracts in use, from the table ``power``: their records, when they begin and when they end."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from optimizer.audit.calendar import Clock
from optimizer.audit.frames import TableReader
from optimizer.audit.paths import GasPath, TariffPath
from optimizer.audit.series import NOTHING, Series, complete, series
from optimizer.instance import Instance
from optimizer.offers import Tariff

GAS_KIND = "onsite_gas"
"""Label of on-site gas in the column ``kind``."""


def tariff_paths(reader: TableReader, instance: Instance, clock: Clock, power: pd.DataFrame) -> tuple[TariffPath, ...]:
    """Tariffs with rows in ``power``; rows of contracts that no site offers are faults."""
    offered = {(site.site_id, tariff.contract_id) for site in instance.sites for tariff in site.tariffs}
    offered |= {(site.site_id, gas.contract_id) for site in instance.sites for gas in site.onsite_gas}
    for row in power.itertuples():
        if (row.site_id, row.contract_id) not in offered:
            reader.fault(str(row.site_id), str(row.period), f"table power: the site offers no contract {row.contract_id!r}")
    paths = []
    for site in instance.sites:
        for tariff in site.tariffs:
            for path in _rows(reader, clock, power, (site.site_id, tariff.contract_id, tariff.kind)):
                begin = path.first("begins")
                paths.append(TariffPath(site, tariff, begin, _end(clock, tariff, begin, path), path.columns))
    return tuple(paths)


def gas_paths(reader: TableReader, instance: Instance, clock: Clock, power: pd.DataFrame) -> tuple[GasPath, ...]:
    """On-site gas contracts with rows in ``power``."""
    paths: list[GasPath] = []
    for site in instance.sites:
        for gas in site.onsite_gas:
            rows = _rows(reader, clock, power, (site.site_id, gas.contract_id, GAS_KIND))
            paths.extend(GasPath(site, gas, path.columns) for path in rows)
    return tuple(paths)


def _rows(reader: TableReader, clock: Clock, power: pd.DataFrame, contract: tuple[str, str, str]) -> Iterator[Series]:
    """Give the rows of a contract, if it has any: without a gap from its first one on."""
    site_id, contract_id, kind = contract
    rows = power[(power["site_id"] == site_id) & (power["contract_id"] == contract_id)]
    if rows.empty:
        return
    for row in rows[rows["kind"] != kind].itertuples():
        reader.fault(site_id, str(row.period), f"table power: {contract_id} is of kind {kind}, not {row.kind}")
    path = series(rows, clock)
    complete(reader, path, site_id, f"power, {contract_id}", int(np.argmax(path.present)))
    yield path


def _end(clock: Clock, tariff: Tariff, begin: int, path: Series) -> int:
    """First period out of service: the term is over, or the contract is left before that."""
    end = clock.count
    if tariff.term_months is not None and begin < end:
        end = clock.period_at(int(clock.first[begin]) + tariff.term_months)
    exits = np.flatnonzero(path.columns["exits"] > NOTHING)
    return min(end, int(exits[0])) if exits.size and exits[0] > begin else end
