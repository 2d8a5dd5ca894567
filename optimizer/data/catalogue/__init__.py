"""The bundled datasets: their cards, and their tables as typed frames. Units are converted when a table is derived, once."""

from __future__ import annotations

from optimizer.core.bundled import dataset_path, scenario_path
from optimizer.data.catalogue.cards import Card, Field, card, cards, dataset_names
from optimizer.data.catalogue.tables import counties, table, table_path

__all__ = [
    "Card",
    "Field",
    "card",
    "cards",
    "counties",
    "dataset_names",
    "dataset_path",
    "scenario_path",
    "table",
    "table_path",
]
