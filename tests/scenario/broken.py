"""Broken scenarios of different kinds."""

from __future__ import annotations

from tests.scenario.broken_document import DOCUMENT, FEATURES
from tests.scenario.broken_tables import PROVENANCE, TABLE_CELLS

BROKEN = [*DOCUMENT, *FEATURES, *TABLE_CELLS, *PROVENANCE]
