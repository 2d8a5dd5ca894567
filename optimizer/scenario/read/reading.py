"""Reading a scenario: from a folder and what was set on the command line to checked, frozen records."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from optimizer.core.changed import Change
from optimizer.core.errors import ScenarioError
from optimizer.core.offers import Rate
from optimizer.scenario.checks.carbon import check_carbon
from optimizer.scenario.checks.dates import check_dates
from optimizer.scenario.checks.debt import check_debt
from optimizer.scenario.checks.features import check_features
from optimizer.scenario.checks.money import check_money
from optimizer.scenario.checks.names import check_names
from optimizer.scenario.checks.numbers import check_numbers
from optimizer.scenario.checks.offers import check_offers
from optimizer.scenario.checks.places import check_places
from optimizer.scenario.checks.series import check_series
from optimizer.scenario.checks.sources import check_sources
from optimizer.scenario.checks.tariffs import check_tariffs
from optimizer.scenario.fill.fill_cells import fill_cells
from optimizer.scenario.fill.fill_tables import fill_tables
from optimizer.scenario.fill.filled import Filler
from optimizer.scenario.read.cells import Cell, numeric_cells
from optimizer.scenario.read.changed import changes_of
from optimizer.scenario.read.document import FILE_NAME, read_document
from optimizer.scenario.read.draft import Draft
from optimizer.scenario.read.findings import Findings
from optimizer.scenario.read.override_cells import apply_to_tables, change_filled
from optimizer.scenario.read.override_text import parse_overrides
from optimizer.scenario.read.overrides import apply_to_document
from optimizer.scenario.read.own_series import read_own_series
from optimizer.scenario.read.partly_read import forget_unread
from optimizer.scenario.read.provenance import Provenance, provenance_of
from optimizer.scenario.read.rates import read_rates
from optimizer.scenario.read.table_rows import TableRows, check_rows, read_tables
from optimizer.scenario.read.validate import check_document
from optimizer.scenario.schema.config import Config
from optimizer.scenario.schema.rows import ModeRow, RampRow, SiteRow
from optimizer.scenario.schema.rows_power import BatteryRow, OnsiteGasRow, PpaRow, TariffRow


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows of the tables of a scenario, in the order they stand in."""

    sites: tuple[SiteRow, ...]
    modes: tuple[ModeRow, ...]
    tariffs: tuple[TariffRow, ...]
    onsite_gas: tuple[OnsiteGasRow, ...]
    ppas: tuple[PpaRow, ...]
    batteries: tuple[BatteryRow, ...]
    ramps: tuple[RampRow, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a person wants, checked.

    Attributes
    ----------
    folder : Path
        Folder it was read from.
    config : Config
        Sections of scenario.toml, with what it extends and what was set.
    tables : Tables
        Rows of its tables.
    cells : tuple of Cell
        Every number that was given.
    provenance : Provenance
        Where numbers come from.
    sha256 : str
        Hash of all of this but the folder: two scenarios that say the same have the same.
    series : mapping of str to tuple of float
        Its own hourly series: 8,760 values each.
    rates : mapping of str to Rate
        The rates that its tariffs name.
    changes : tuple of Change
        Values that ``--set`` changed.
    """

    folder: Path
    config: Config
    tables: Tables
    cells: tuple[Cell, ...]
    provenance: Provenance
    sha256: str
    series: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


CHECKS = (check_names, check_series, check_places, check_carbon, check_debt, check_features)
"""Checks of the whole that are made whatever else is wrong."""

CHECKS_OF_NUMBERS = (check_numbers, check_offers, check_tariffs, check_dates)
"""Checks that hold the values of a row against each other: as far as they can be read."""


def read_scenario(path: Path | str, overrides: Sequence[str] = (), fill: Filler | None = None) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    path : Path or str
        Folder of the scenario, or its scenario.toml.
    overrides : sequence of str
        Values to change, each ``path=value``, such as ``gpus.H100.price_usd=30000`` or ``sites.memphis.annual_pue=1.3``.
    fill : callable, optional
        Fills sites and open cells from the datasets (``optimizer.scenario.fill.filling.fill_sites``); a scenario that asks for it is
        refused without.

    Raises
    ------
    ScenarioError
        With every problem found, each with its file, line or row, field and what is allowed.
    """
    folder = Path(path).parent if Path(path).name == FILE_NAME else Path(path)
    findings = Findings()
    document = read_document(folder, findings)
    if not document.is_whole:
        raise ScenarioError(findings.problems)
    written = copy.deepcopy(document.data) if overrides else {}
    parsed = parse_overrides(overrides, document, findings)
    for override in parsed:
        if not override.is_cell:
            apply_to_document(document, override, findings)
    config = check_document(document, findings)
    tables = read_tables(document, findings, config.sites if config is not None else None)
    if config is not None and config.sites.is_filled:
        fill_tables(tables, config, document, findings, fill)
    waiting = apply_to_tables(tables, [override for override in parsed if override.is_cell], document, findings)
    if config is not None:
        fill_cells(tables, config, document, findings, fill)
        change_filled(waiting, document, findings)
    rows, readable = check_rows(tables, findings)
    if config is None:
        raise ScenarioError(findings.problems)
    series = read_own_series(config.contracts, document, findings)
    rates = read_rates(tables["tariffs"].rows if "tariffs" in tables else (), document.folder, findings)
    whole = _whole(Draft(document, config, tables, rows, findings, series, rates), readable)
    return replace(whole, changes=changes_of(written, document.data, tables, parsed)) if overrides else whole


def _whole(draft: Draft, readable: TableRows) -> Scenario:
    """Check that everything fits together, and freeze it."""
    cells = numeric_cells(draft)
    for check in CHECKS:
        check(draft)
    since = len(draft.findings.problems)
    for check in CHECKS_OF_NUMBERS:
        check(replace(draft, rows=readable))
    forget_unread(draft.findings, since)
    check_money(draft)
    check_sources(draft, cells)
    if draft.findings.problems:
        raise ScenarioError(draft.findings.problems)
    provenance = provenance_of(placed.row for placed in draft.rows.sources)
    return Scenario(
        draft.document.folder, draft.config, _bare(draft.rows), cells, provenance, _hash(draft), draft.series.values, draft.rates
    )


def _bare(rows: TableRows) -> Tables:
    return Tables(
        sites=tuple(placed.row for placed in rows.sites),
        modes=tuple(placed.row for placed in rows.modes),
        tariffs=tuple(placed.row for placed in rows.tariffs),
        onsite_gas=tuple(placed.row for placed in rows.onsite_gas),
        ppas=tuple(placed.row for placed in rows.ppas),
        batteries=tuple(placed.row for placed in rows.batteries),
        ramps=tuple(placed.row for placed in rows.ramps),
    )


def _hash(draft: Draft) -> str:
    cells = {name: [row.cells for row in table.rows] for name, table in draft.tables.items()}
    said: dict[str, Any] = {"scenario": draft.document.data, "tables": cells}
    if draft.series.values:
        said["series"] = dict(draft.series.values)
    if draft.rates:
        said["rates"] = {name: asdict(rate) for name, rate in draft.rates.items()}
    text = json.dumps(said, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
