"""What we want: the scenario folder, read and checked (``gigasite schema`` prints what may stand in it)."""

from __future__ import annotations

from optimizer.scenario.read.reading import Scenario, Tables, read_scenario
from optimizer.scenario.schema.describe import schema_json, schema_text
from optimizer.scenario.template_folder import new_scenario

__all__ = ["Scenario", "Tables", "new_scenario", "read_scenario", "schema_json", "schema_text"]
