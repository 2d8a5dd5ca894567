"""A portfolio of one day against a mixed-integer program written down apart, in matrices: index, gas, agreement and battery together."""

from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tests import builders as b
from tests.model.by_the_hour import YEAR_D, battery, daily, hourly, ppa
from tests.model.hand import musd, objective

H = 24
FLOWS = ("drawn", "generated", "own", "sold", "charge", "discharge", "stored", "discharging")
ONE_WAY = 0.9
FUEL_USD, STRIKE_USD, FEE_USD, WIRES_USD, WEAR_USD = 45.0, 35.0, 3.0, 4.0, 1.0
USD_PER_KW, USD_PER_KWH = 40.0, 30.0
GAS_MW, PPA_MW, STORE_MW, STORE_MWH = 0.4, 3.0, 1.5, 5.0


def column(flow, hour):
    return FLOWS.index(flow) * H + hour


SIGNED, STORE_POWER, STORE_SIZE = len(FLOWS) * H, len(FLOWS) * H + 1, len(FLOWS) * H + 2
COLUMNS = STORE_SIZE + 1


class Rows:
    def __init__(self):
        self.rows, self.low, self.high = [], [], []

    def add(self, terms, low, high):
        row = np.zeros(COLUMNS)
        for place, coefficient in terms.items():
            row[place] += coefficient
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)


def least_usd(node, hub, yields):
    """Dollars of a day, and of the battery, over a year of equal days with a load of 1 MW."""
    rows = Rows()
    for h in range(H):
        at = {flow: column(flow, h) for flow in FLOWS}
        sources = {at["drawn"]: 1, at["generated"]: 1, at["own"]: 1, at["discharge"]: 1, at["charge"]: -1}
        rows.add(sources, 1, 1)
        rows.add({at["own"]: 1, at["sold"]: 1, SIGNED: -yields[h]}, -np.inf, 0)
        kept = {at["stored"]: 1, column("stored", (h - 1) % H): -1, at["charge"]: -ONE_WAY, at["discharge"]: 1 / ONE_WAY}
        rows.add(kept, 0, 0)
        rows.add({at["stored"]: 1, STORE_SIZE: -1}, -np.inf, 0)
        rows.add({at["charge"]: 1, at["discharge"]: 1, STORE_POWER: -1}, -np.inf, 0)
        rows.add({at["charge"]: 1, at["discharging"]: STORE_MW}, -np.inf, STORE_MW)
        rows.add({at["discharge"]: 1, at["discharging"]: -STORE_MW}, -np.inf, 0)
    rows.add({SIGNED: sum(yields)}, 0, H)  # no more energy than the load
    costs, upper = np.zeros(COLUMNS), np.full(COLUMNS, np.inf)
    for h in range(H):
        net = hub[h] - FEE_USD
        by_flow = {"drawn": node[h], "generated": FUEL_USD, "own": WIRES_USD, "sold": -max(net, 0), "discharge": WEAR_USD}
        for flow, usd in by_flow.items():
            costs[column(flow, h)] = usd * YEAR_D
        upper[column("generated", h)], upper[column("discharging", h)] = GAS_MW, 1
        upper[column("sold", h)] = np.inf if net > 0 else 0
    costs[SIGNED] = STRIKE_USD * sum(yields) * YEAR_D
    costs[STORE_POWER], costs[STORE_SIZE] = USD_PER_KW * 1000, USD_PER_KWH * 1000
    upper[SIGNED], upper[STORE_POWER], upper[STORE_SIZE] = PPA_MW, STORE_MW, STORE_MWH
    whole = np.array([place // H == FLOWS.index("discharging") for place in range(COLUMNS)], dtype=int)
    limits = LinearConstraint(np.array(rows.rows), rows.low, rows.high)
    found = milp(costs, constraints=limits, bounds=Bounds(0, upper), integrality=whole, options={"mip_rel_gap": 0.0})
    assert found.status == 0
    return found.fun


@pytest.mark.parametrize("seed", range(6))
def test_the_portfolio_of_a_day(seed):
    portfolio, least = posed(seed)
    assert objective(portfolio) == musd(least)


def posed(seed):
    """An instance drawn by a seed, and the least million dollars of its year."""
    draw = random.Random(seed)
    node = [draw.uniform(-60.0, 140.0) for _ in range(H)]
    hub = [draw.uniform(-40.0, 120.0) for _ in range(H)]
    yields = [max(0.0, draw.uniform(-0.6, 1.0)) for _ in range(H)]
    agreed = ppa(
        profile_series="plant", strike_usd_per_mwh=STRIKE_USD, sell_back_fee_usd_per_mwh=FEE_USD, wires_usd_per_mwh=WIRES_USD,
        mw_max=PPA_MW, term_months=12,
    )
    stored = battery(
        mw_max=STORE_MW, mwh_max=STORE_MWH, usd_per_kw=USD_PER_KW, usd_per_kwh=USD_PER_KWH, round_trip_efficiency=ONE_WAY**2,
        degradation_usd_per_mwh=WEAR_USD,
    )
    portfolio = hourly(
        daily("node", node), daily("hub", hub), daily("plant", yields, "share"),
        tariffs=(b.tariff(kind="index", price_series="node"),),
        onsite_gas=(b.gas(unit_mw=GAS_MW, units_max=1, gas_usd_per_mmbtu=FUEL_USD / 10.0),),
        ppas=(agreed,), batteries=(stored,), is_committed=True,
    )
    return portfolio, least_usd(node, hub, yields) / 1e6
