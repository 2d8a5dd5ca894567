"""The portfolio of ``bench_peer`` as a PyPSA network: run by the Python of the peers' environment, it knows nothing of gigasite.

Reads the case as JSON from standard input; writes cost, sizes, seconds and memory as JSON to standard output.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from typing import Any

import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
began = time.perf_counter()
import pypsa  # noqa: E402

IMPORT_S = time.perf_counter() - began
LIFELONG = 1000


def network(case: dict[str, Any]) -> pypsa.Network:
    """Four investment periods are the four quarters: a storage unit is cyclic in each, gas units are rented for each."""
    quarters = case["hours_of_quarter"]
    n = pypsa.Network()
    n.set_snapshots(pd.MultiIndex.from_tuples([(q + 1, h) for q, hours in enumerate(quarters) for h in range(hours)]))
    n.investment_periods = list(range(1, len(quarters) + 1))
    n.add("Bus", ["campus", "store", "wind", "solar"])
    load = case["it_mw"] * _hours(n, case["pue"])
    n.add("Load", "load", bus="campus", p_set=load)
    n.add("Generator", "index", bus="campus", p_nom=case["grid_mw"], marginal_cost=_hours(n, case["index_usd_per_mwh"]))
    n.add("Generator", "shed", bus="campus", p_nom=case["it_mw"] * case["flexible_fraction"], p_max_pu=_hours(n, case["pue"]),
          marginal_cost=case["shed_usd_per_mwh"])
    for q in n.investment_periods:
        n.add("Generator", f"gas {q}", bus="campus", build_year=q, lifetime=1, p_nom_extendable=True, p_nom_mod=case["unit_mw"],
              p_nom_max=case["unit_mw"] * case["units_max"], marginal_cost=case["fuel_usd_per_mwh"],
              capital_cost=case["rent_usd_per_mw_quarter"])
    for name in ("wind", "solar"):
        _add_ppa(n, case, name)
    _add_battery(n, case)
    return n


def _hours(n: pypsa.Network, values: list[float]) -> pd.Series:
    return pd.Series(values, index=n.snapshots)


def _add_ppa(n: pypsa.Network, case: dict[str, Any], name: str) -> None:
    """A plant whose whole volume is paid for: the strike is a cost of its MW; used through a link, sold at the hub or spilled.

    An extendable generator's capital cost falls due in every period: the strike on the mean volume of a quarter.
    """
    ppa = case["ppas"][name]
    share = _hours(n, ppa["profile"])
    strike = ppa["strike_usd_per_mwh"] * float(share.sum()) / len(n.investment_periods)
    n.add("Generator", name, bus=name, build_year=1, lifetime=LIFELONG, p_nom_extendable=True, p_nom_max=ppa["mw_max"],
          p_max_pu=share, capital_cost=strike)
    n.add("Generator", f"{name} sold", bus=name, p_nom=ppa["mw_max"], p_min_pu=_hours(n, ppa["may_sell"]) * -1.0, p_max_pu=0.0,
          marginal_cost=_hours(n, ppa["net_hub_usd_per_mwh"]))
    n.add("Link", f"{name} own use", bus0=name, bus1="campus", p_nom=ppa["mw_max"], marginal_cost=ppa["wires_usd_per_mwh"])


def _add_battery(n: pypsa.Network, case: dict[str, Any]) -> None:
    """MW and MWh are chosen apart: a store between two links, of which ``_one_converter`` makes one."""
    battery, periods = case["battery"], len(n.investment_periods)
    one_way = battery["one_way_efficiency"]
    standing = {"build_year": 1, "lifetime": LIFELONG}
    n.add("Store", "battery", bus="store", e_nom_extendable=True, e_nom_max=battery["mwh_max"], e_cyclic_per_period=True,
          capital_cost=battery["usd_per_mwh"] / periods, **standing)
    n.add("Link", "charge", bus0="campus", bus1="store", efficiency=one_way, p_nom_extendable=True, p_nom_max=battery["mw_max"],
          capital_cost=battery["usd_per_mw"] / periods, **standing)
    n.add("Link", "discharge", bus0="store", bus1="campus", efficiency=one_way, p_nom_extendable=True,
          marginal_cost=battery["wear_usd_per_mwh"] * one_way, **standing)


def _one_converter(n: pypsa.Network, snapshots: pd.Index) -> None:
    """MW at the campus are the same in both directions."""
    del snapshots
    mw = n.model["Link-p_nom"]
    one_way = float(n.links.loc["discharge", "efficiency"])
    n.model.add_constraints(mw.loc["charge"] - one_way * mw.loc["discharge"] == 0, name="one-converter")


def main() -> None:
    """Build, optimise, and tell."""
    case = json.load(sys.stdin)
    start, processor = time.perf_counter(), time.process_time()
    n = network(case)
    built = time.perf_counter()
    status, condition = n.optimize(
        multi_investment_periods=True, solver_name="highs", extra_functionality=_one_converter, log_to_console=False,
        solver_options={"mip_rel_gap": case["gap"], "threads": 1},
    )
    done = time.perf_counter()
    solver = n.model.solver_model if getattr(n.model, "solver_model", None) is not None else None
    told = {
        "status": f"{status}, {condition}",
        "cost_usd": float(n.objective),
        "version": pypsa.__version__,
        "import_s": IMPORT_S,
        "network_s": built - start,
        "optimize_s": done - built,
        "processor_s": time.process_time() - processor,
        "highs_s": None if solver is None else solver.getRunTime(),
        "rows": int(n.model.ncons),
        "columns": int(n.model.nvars),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
        "mw": {**n.generators.p_nom_opt.to_dict(), **n.links.p_nom_opt.to_dict(), **n.stores.e_nom_opt.to_dict()},
    }
    print(json.dumps(told, default=lambda number: np.asarray(number).item()))


if __name__ == "__main__":
    main()
