"""One site's portfolio over all 8,760 hours, here and in PyPSA: equal optimal costs, and the time of both side by side.

Run as ``python -m tests.benchmarks.bench_peer``; a number of rounds may follow. PyPSA lives in ``.venv-peers``, an environment of its
own made by ``make bench``. A campus runs already (sunk); for one year, in four quarters, it chooses an index tariff at ERCOT West's
prices, wind and solar agreements, rented gas units, a battery, and load to shed.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.core.calendar import Calendar
from optimizer.core.hours import Series
from optimizer.core.instance import Escalation, Horizon, Instance, PowerRules
from optimizer.core.offers import Battery, OnsiteGas, Ppa, Tariff
from optimizer.data.climate import FacilityRatios
from optimizer.data.series import capacity_factor_series, price_series, pue_series
from optimizer.scenario.assemble.typical_days import all_days, site_hours
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.benchmarks.figures import ROOT, Figure, machine, print_figures

PEERS = Path(os.environ.get("GIGASITE_PEERS", ROOT / ".venv-peers"))
"""Environment with PyPSA."""

PEER = Path(__file__).parent / "peer_pypsa.py"
SETTINGS = SolveSettings(gap=1e-9, options=(("dual_feasibility_tolerance", 1e-10),))
"""HiGHS's tolerance of 1e-7 on reduced costs is 0.1 usd/MWh of an objective in million usd: too much for costs to agree to 1e-6."""

AGREE = 1e-6
ROUNDS = 2
PRICE_YEAR = 2022
IT_MW = 100.0
ANSWERING = ("build", "compile", "solve", "extract")
"""Phases from the instance to the plan; PyPSA neither audits nor verifies."""


def main(rounds: int = ROUNDS) -> bool:
    """Print the table of the best round of each; True when costs agree and we are no slower."""
    print(machine())
    if not (PEERS / "bin" / "python").exists():
        print(f"There is no {PEERS.name}: PyPSA is left out. `make bench` makes it (it needs a package index).")
        return False
    case = json.dumps(peer_case(campus()))
    pairs = [(_own(), _peer(case)) for _ in range(rounds)]
    own, peer = min((pair[0] for pair in pairs), key=_answer_s), min((pair[1] for pair in pairs), key=_peer_s)
    return print_figures(_figures(own, peer))


def _figures(own: dict[str, Any], peer: dict[str, Any]) -> list[Figure]:
    ours, theirs = own["objective_musd"] * 1e6, peer["cost_usd"]
    print(f"gigasite: {own['status']}, {own['size']}, seconds {own['seconds']}")
    print(f"PyPSA {peer['version']}: {peer['status']}, {peer['rows']} rows, {peer['columns']} columns")
    print(f"cost: {ours:,.2f} usd here, {theirs:,.2f} usd in PyPSA")
    print(f"gigasite: {own['mw']}")
    print(f"PyPSA:    {({name: round(mw, 2) for name, mw in peer['mw'].items()})}")
    return [
        Figure("portfolio: difference of the costs, relative", abs(ours - theirs) / abs(theirs), AGREE),
        *(Figure(f"portfolio: {phase} here, s", own["seconds"][phase]) for phase in (*ANSWERING, "audit", "verify")),
        Figure("portfolio: network in PyPSA, s", peer["network_s"]),
        Figure("portfolio: optimize in PyPSA (model, HiGHS, answer), s", peer["optimize_s"]),
        Figure("portfolio: build to answer here, s", _answer_s(own)),
        Figure("portfolio: build to answer in PyPSA, s", _peer_s(peer)),
        Figure("portfolio: ratio of the two", _answer_s(own) / _peer_s(peer), 1.0),
        Figure("portfolio: processor time here, with audit and verify, s", own["processor_s"]),
        Figure("portfolio: processor time in PyPSA, s", peer["processor_s"]),
        Figure("portfolio: peak memory here, MB", own["peak_memory_mb"]),
        Figure("portfolio: peak memory in PyPSA, MB", peer["peak_mb"]),
    ]


def _answer_s(own: dict[str, Any]) -> float:
    return float(sum(own["seconds"][phase] for phase in ANSWERING))


def _peer_s(peer: dict[str, Any]) -> float:
    return float(peer["network_s"] + peer["optimize_s"])


def _own() -> dict[str, Any]:
    """Solve in a process of its own, so that its memory is its own."""
    done = subprocess.run([sys.executable, "-m", __spec__.name, "own"], capture_output=True, text=True, check=True, cwd=ROOT)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _peer(case: str) -> dict[str, Any]:
    done = subprocess.run([PEERS / "bin" / "python", PEER], input=case, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"PyPSA failed: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def solve_own() -> dict[str, Any]:
    """Header of the plan, its MW and units by contract and quarter, and the seconds of processor time."""
    instance, began = campus(), _processor_s()
    plan = solve_instance(instance, SETTINGS)
    processor_s = _processor_s() - began
    mw: dict[str, Any] = {}
    for table, column in (("power", "peak_mw"), ("power", "units"), ("ppas", "mw"), ("batteries", "mw"), ("batteries", "mwh")):
        for contract, rows in plan.tables[table].groupby("contract_id"):
            mw[f"{contract} {column}"] = [round(float(each), 3) for each in rows[column]]
    kept = ("status", "objective_musd", "size", "seconds", "peak_memory_mb", "verification")
    return {**{key: plan.header[key] for key in kept}, "mw": mw, "processor_s": processor_s}


def _processor_s() -> float:
    """Of this process and the solver's: what a busy machine does not change."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def campus() -> Instance:
    """The portfolio: quarters of 2023 at the prices of 2022, all hours, no discount, nothing escalates."""
    zone = "America/Chicago"
    pue = replace(pue_series("48441", FacilityRatios(1.25, 1.5)), name="pue")
    node, hub = (price_series(name, PRICE_YEAR, zone) for name in ("ercot_rt_west", "ercot_rt_hub_average"))
    # Below 0 the battery would be paid to burn energy: PyPSA lets it charge and discharge at once, gigasite does not.
    node = Series("node", "price", node.unit, tuple(max(price, 0.0) for price in node.values))
    hub = replace(hub, name="hub")
    plants = [replace(capacity_factor_series("ERCOT", name, zone), name=name) for name in ("wind", "solar")]
    site = b.site(
        site_id="campus", annual_pue=1.25, pue_series="pue", peak_facility_ratio=_least_peak(pue), typical_days=all_days(),
        modes=(b.mode(initial_it_mw=IT_MW, max_it_mw=IT_MW),), tariffs=(INDEX,), onsite_gas=(GAS,), batteries=(BATTERY,),
        ppas=(replace(PPA, contract_id="wind", technology="wind", profile_series="wind", strike_usd_per_mwh=22.0),
              replace(PPA, contract_id="solar", technology="solar", profile_series="solar", strike_usd_per_mwh=28.0)),
    )
    gpu = b.gpu(supply=((0, 0.0),), lot=0, initial_gpus=(("campus", 100_000),))
    return b.instance(
        name="portfolio", horizon=Horizon("2023-01", 12, 3), currency_year=2023, sites=(site,), gpus=(gpu,),
        workloads=(b.workload(gpus_h100e=100_000.0, deadline=0, flexible_fraction=0.3, lost_compute_usd_per_mwh=400.0),),
        series=(pue, node, hub, *plants), escalation=Escalation(0.0, 0.0, 0.0, 0.0),
        power_rules=PowerRules(price_year=PRICE_YEAR, ppa_energy_share_max=10.0, ppa_peak_multiple_max=10.0),
    )


INDEX = b.tariff(contract_id="index", kind="index", price_series="node", adder_usd_per_mwh=2.0, transmission_usd_per_mwh=5.0, mw_max=130.0)
GAS = b.gas(unit_mw=5.0, units_max=30, rent_usd_per_kw_month=14.0, heat_rate_mmbtu_per_mwh=9.0, gas_usd_per_mmbtu=6.5)
PPA = Ppa(
    contract_id="", exclusive_group=None, technology="wind", form="as_produced", settlement="physical", strike_usd_per_mwh=0.0,
    profile_series=None, hub_series="hub", mw_min=0.0, mw_max=150.0, available_from=0, term_months=None,
    sell_back_fee_usd_per_mwh=8.0, wires_usd_per_mwh=3.0,
    begin_by=0,  # PyPSA's capacities stand from the first hour: what begins when is no question there
)
BATTERY = Battery(
    contract_id="battery", exclusive_group=None, mw_max=100.0, duration_h=None, mwh_max=600.0, usd_per_kw=30.0, usd_per_kwh=15.0,
    round_trip_efficiency=0.85, degradation_usd_per_mwh=3.0, sign_lead_months=0, lifetime_months=1200, resale_fraction=0.0,
)


def _least_peak(pue: Series) -> float:
    """Least of the quarters' highest PUE: the facility's peak is then that of its hours, as in PyPSA."""
    return float(min(max(part) for part in np.array_split(np.asarray(pue.values), np.cumsum([90 * 24, 91 * 24, 92 * 24]))))


def peer_case(instance: Instance) -> dict[str, Any]:
    """The instance as plain numbers by hour of the horizon, for PyPSA."""
    site = instance.sites[0]
    calendar = Calendar(instance.horizon.start, instance.horizon.months, instance.horizon.months_per_period)
    hours = site_hours(instance, site, calendar)
    periods = range(calendar.periods)
    values = {name: np.concatenate([hours.values(name, t) for t in periods]) for name in ("node", "hub", "pue", "wind", "solar")}
    tariff, gas, battery, workload = site.tariffs[0], site.onsite_gas[0], site.batteries[0], instance.workloads[0]
    return {
        "gap": SETTINGS.gap,
        "hours_of_quarter": [hours.count(t) for t in periods],
        "it_mw": IT_MW,
        "pue": values["pue"].tolist(),
        "grid_mw": tariff.mw_max,
        "index_usd_per_mwh": (values["node"] + _on_top(tariff)).tolist(),
        "flexible_fraction": workload.flexible_fraction,
        "shed_usd_per_mwh": workload.lost_compute_usd_per_mwh,
        **_gas_case(gas, calendar),
        "ppas": {ppa.contract_id: _ppa_case(ppa, values) for ppa in site.ppas},
        "battery": {
            "mw_max": battery.mw_max, "mwh_max": battery.mwh_max,
            "usd_per_mw": battery.usd_per_kw * 1000.0, "usd_per_mwh": battery.usd_per_kwh * 1000.0,
            "one_way_efficiency": math.sqrt(battery.round_trip_efficiency), "wear_usd_per_mwh": battery.degradation_usd_per_mwh,
        },
    }


def _on_top(tariff: Tariff) -> float:
    return tariff.adder_usd_per_mwh + tariff.ancillary_usd_per_mwh + tariff.transmission_usd_per_mwh


def _gas_case(gas: OnsiteGas, calendar: Calendar) -> dict[str, Any]:
    rent = gas.rent_usd_per_kw_month
    assert rent is not None
    return {
        "unit_mw": gas.unit_mw, "units_max": gas.units_max, "fuel_usd_per_mwh": gas.heat_rate_mmbtu_per_mwh * gas.gas_usd_per_mmbtu,
        "rent_usd_per_mw_quarter": rent * 1000.0 * calendar.months_per_period,
    }


def _ppa_case(ppa: Ppa, values: dict[str, Any]) -> dict[str, Any]:
    net = values["hub"] - ppa.sell_back_fee_usd_per_mwh
    return {
        "profile": values[ppa.contract_id].tolist(), "strike_usd_per_mwh": ppa.strike_usd_per_mwh, "mw_max": ppa.mw_max,
        "net_hub_usd_per_mwh": net.tolist(), "may_sell": (net > 0.0).astype(float).tolist(), "wires_usd_per_mwh": ppa.wires_usd_per_mwh,
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["own"]:
        print(json.dumps(solve_own()))
    else:
        sys.exit(0 if main(*(int(each) for each in sys.argv[1:])) else 1)
