"""Broken scenarios of different kinds."""

from __future__ import annotations

from tests.scenario.broken_csv import CSV, MEANT
from tests.scenario.broken_document import DOCUMENT, FEATURES
from tests.scenario.broken_power import POWER
from tests.scenario.broken_tables import PROVENANCE, TABLE_CELLS
from tests.scenario.broken_units import UNITS

BROKEN = [*DOCUMENT, *FEATURES, *TABLE_CELLS, *CSV, *MEANT, *UNITS, *PROVENANCE, *POWER]
