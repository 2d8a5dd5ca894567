"""Where every number of a scenario comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from optimizer.scenario.schema.rows import SourceRow

ANY = "*"


@dataclass(frozen=True, slots=True)
class Provenance:
    """The sources of a scenario by table, key and column."""

    rows: Mapping[tuple[str, str, str], SourceRow]

    def source_of(self, table: str, key: str, column: str) -> SourceRow | None:
        """Most exact row that covers a cell: the cell itself, its whole column, its whole row, the whole table."""
        candidates = ((table, key, column), (table, ANY, column), (table, key, ANY), (table, ANY, ANY))
        return next((self.rows[candidate] for candidate in candidates if candidate in self.rows), None)


def provenance_of(rows: Iterable[SourceRow]) -> Provenance:
    """Provenance from the rows of the table ``sources``."""
    return Provenance({(row.table, row.key, row.column): row for row in rows})
