"""The plan as a PyPSA network: its load, contracts, agreements and batteries for the studies of power planners (docs/workbook.md)."""

from optimizer.report.pypsa_network.tables import NetworkTables, network_tables
from optimizer.report.pypsa_network.write import require_pypsa, to_pypsa, write_network

__all__ = ["NetworkTables", "network_tables", "require_pypsa", "to_pypsa", "write_network"]
