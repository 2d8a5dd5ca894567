"""A scenario whose values are right one by one, before it is known whether they fit together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimizer.core.offers import Rate
from optimizer.scenario.read.document import Document, item_name
from optimizer.scenario.read.findings import Findings
from optimizer.scenario.read.own_series import OwnSeries
from optimizer.scenario.read.table_rows import TableRows
from optimizer.scenario.read.tables import RawTable
from optimizer.scenario.schema.config import Config
from optimizer.scenario.schema.fields import month_number
from optimizer.scenario.schema.rows import KEYS, OFFER_TABLES, TABLE_SETTINGS


@dataclass(frozen=True, slots=True)
class Draft:
    """What the checks of the whole look at; they note what is wrong in ``findings``."""

    document: Document
    config: Config
    tables: Mapping[str, RawTable]
    rows: TableRows
    findings: Findings
    series: OwnSeries = field(default_factory=OwnSeries)
    rates: Mapping[str, Rate] = field(default_factory=dict)

    def add(self, path: tuple[str, ...], message: str) -> None:
        """Note a problem with a value of scenario.toml."""
        self.findings.add(self.document.place(path), ".".join(path), message)

    def is_wrong(self, section: str) -> bool:
        """Whether a problem with a section is known already, so that checks built on it would mislead."""
        return any(problem.field.split(".")[0] == section for problem in self.findings.problems)

    @property
    def has_horizon(self) -> bool:
        """Whether the first month and the length of the horizon could be read; else stand-ins are in their place."""
        return not any(self.is_wrong_at(("horizon", name)) for name in ("start", "months"))

    def is_wrong_at(self, path: tuple[str, ...]) -> bool:
        """Whether a problem with a field, or with what holds it, is known already."""
        wrong = {tuple(problem.field.split(".")) for problem in self.findings.problems}
        return any(path[: end + 1] in wrong for end in range(len(path)))

    def was_read(self, *names: str) -> bool:
        """Whether all of these tables that scenario.toml names could be read with their key columns."""
        return all(self._was_read(name) for name in names)

    def _was_read(self, name: str) -> bool:
        section, field = TABLE_SETTINGS[name]
        settings = self.document.data.get(section)
        if not isinstance(settings, dict) or field not in settings:
            return True
        return name in self.tables and {*KEYS[name]} <= {*self.tables[name].columns}

    def item_names(self, section: str) -> list[str]:
        """Names in a list of named items, of those too that are wrong elsewhere."""
        items = self.document.data.get(section)
        return [name for item in items if (name := item_name(item))] if isinstance(items, list) else []

    def site_ids(self) -> set[str]:
        """Ids of all sites, of those too whose row is wrong elsewhere."""
        return self.tables["sites"].all_keys() if "sites" in self.tables else set()

    def contract_keys(self) -> set[str]:
        """``site_id/contract_id`` of all offers of power."""
        return {key for name in OFFER_TABLES if name in self.tables for key in self.tables[name].all_keys()}

    def month(self, month: str) -> int:
        """Months from the first day of the horizon to the first day of a month."""
        return month_number(month) - month_number(self.config.horizon.start)
