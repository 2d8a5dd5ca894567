"""Gas turbines on the site, bought: asked for by ``sites.fill.onsite_gas``, for no dataset knows where pipelines run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.data.catalogue import table
from optimizer.scenario.fill.notes import assumed, of_fact, of_table
from optimizer.scenario.fill.rules import Filled, FillQuestion

UNIT_MW = 16.0
SPARE_UNITS = 1
SIGN_LEAD_MONTHS = 12
PERMIT_MONTHS = 15
CO2_T_PER_MMBTU = 0.05306
"""EPA, Emission Factors for Greenhouse Gas Inventories: 53.06 kg CO2 per MMBtu of natural gas."""

TECHNOLOGY = "gas_combustion_turbine"


def gas_columns(facts: pd.DataFrame, sites: pd.DataFrame, modes: pd.DataFrame, asked: FillQuestion) -> Filled:
    """Fill an offer of simple-cycle turbines that could carry the whole site, one of them spare."""
    filled = Filled()
    costs = table("generation_costs")
    turbine = costs[(costs["technology"] == TECHNOLOGY)].sort_values("year").iloc[0]
    peak_mw = modes["max_it_mw"] * sites["peak_facility_ratio"]
    units = np.ceil(peak_mw.fillna(0.0) / UNIT_MW).astype("int64") + SPARE_UNITS
    cost_note = of_table("generation_costs", "simple-cycle turbine, dollars of 2022")
    for column, value in (
        ("unit_mw", UNIT_MW), ("units_max", units), ("spare_units", SPARE_UNITS), ("sign_lead_months", SIGN_LEAD_MONTHS),
        ("permit_months", PERMIT_MONTHS),
    ):
        filled.put(column, value, assumed(f"{column} of turbines", asked.as_of))
    heat_rate = float(turbine["heat_rate_mmbtu_per_mwh"])
    filled.put("heat_rate_mmbtu_per_mwh", heat_rate, cost_note)
    filled.put("buy_usd_per_kw", float(turbine["capex_usd2022_per_kw"]), cost_note)
    gas_note = of_fact("gas_price_usd_per_mmbtu", "industrial gas price of the state", asked.known_by)
    filled.put("gas_usd_per_mmbtu", facts["gas_price_usd_per_mmbtu"], gas_note)
    filled.put("emissions_t_per_mwh", round(heat_rate * CO2_T_PER_MMBTU, 3), assumed("heat rate x 0.05306 t CO2/MMBtu (EPA)", asked.as_of))
    filled.put("permit_route", "assumed: permit to construct and operate")
    return filled
