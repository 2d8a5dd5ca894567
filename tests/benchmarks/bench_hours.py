"""Many sites with hourly contracts: this bridge beside HiGHS on bare arrays of the same model, in one run, and the seconds per phase.

Run as ``python -m tests.benchmarks.bench_hours``; a number of sites may follow.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Any

import highspy
import numpy as np

from optimizer.core.hours import DAYS, Series, TypicalDays
from optimizer.core.instance import Horizon, Instance, PowerRules, Site
from optimizer.core.offers import Battery, Ppa
from optimizer.model import build
from optimizer.model.extract import extract_tables
from optimizer.solve import CompiledModel, SolveSettings, compile_model
from optimizer.workflow.whole_way import solve_instance
from tests import builders as b
from tests.benchmarks.figures import ROOT, Figure, machine, print_figures, timed
from tests.solve.test_extract_hourly import whole_year

SITES, QUARTERS, DAYS_PER_SEASON = 20, 14, 2
GAP = 1e-3
RATIO_MAX, MEMORY_MAX_MB, READING_MAX_S = 1.5, 3000.0, 5.0
BARE_LIMIT_S = 600.0
"""So long HiGHS may take alone: where it is not done by then, the ratio is at most the one that is shown."""

SEASON_FIRST = (0, 90, 181, 273)
"""First days of January, April, July and October."""


def main(sites: int = SITES) -> bool:
    """Print the table; True when nothing was missed."""
    print(machine())
    own, bare = _in_a_process("own", sites), _in_a_process("bare", sites)
    spent = own["seconds"]
    print(f"{sites} sites: {own['size']}, {own['status']}, {own['objective_musd']:.3f} musd here, {bare['objective']:.3f} on bare arrays")
    if bare["gap"] > GAP:
        print(f"HiGHS on bare arrays did not reach the gap in {BARE_LIMIT_S:g} s: {bare['gap']:.2%}")
    ratio = (spent["build"] + spent["compile"] + spent["solve"]) / bare["seconds"]
    return print_figures([
        *(Figure(f"{sites} sites: {phase}, s", seconds) for phase, seconds in spent.items() if seconds),
        Figure(f"{sites} sites: HiGHS on bare arrays, s", bare["seconds"]),
        Figure(f"{sites} sites: build, compile and solve over HiGHS on bare arrays", ratio, RATIO_MAX),
        Figure(f"{sites} sites: proven gap", own["gap"], GAP),
        Figure(f"{sites} sites: peak memory of HiGHS on bare arrays, with build and compile, MB", bare["peak_memory_mb"]),
        Figure(f"{sites} sites: peak memory of both processes, MB", own["peak_memory_mb"], MEMORY_MAX_MB),
        Figure("one site, all hours of three years: seconds of reading the answer", _seconds_of_reading(), READING_MAX_S),
    ])


def _in_a_process(what: str, sites: int) -> dict[str, Any]:
    """Run one side in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", __spec__.name, str(sites), what]
    told: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    return told


def _seconds_of_reading() -> float:
    model = whole_year()
    return timed(lambda: extract_tables(model))[1]


def solve_own(sites: int) -> dict[str, Any]:
    """Header of the plan, the whole way."""
    header = solve_instance(many_sites(sites), SolveSettings(gap=GAP)).header
    kept = ("status", "objective_musd", "size", "seconds", "peak_memory_mb")
    return {**{key: header[key] for key in kept}, "gap": header["goals"][-1]["gap"]}


def solve_bare(sites: int) -> dict[str, Any]:
    """Seconds of HiGHS alone on the compiled arrays, with its own options but for gap and threads."""
    compiled = compile_model(build(many_sites(sites)))
    highs, seconds = timed(lambda: _bare(compiled))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    found = highs.getInfo()
    return {"objective": found.objective_function_value, "gap": found.mip_gap, "seconds": seconds, "peak_memory_mb": peak_mb}


def _bare(compiled: CompiledModel) -> highspy.Highs:
    """Hand the arrays to HiGHS and run it."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = compiled.matrix.shape
    model.offset_, model.col_cost_ = compiled.offset, compiled.costs
    model.col_lower_, model.col_upper_ = compiled.column_lower, compiled.column_upper
    model.row_lower_, model.row_upper_ = compiled.row_lower, compiled.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = compiled.matrix.indptr, compiled.matrix.indices
    model.a_matrix_.value_ = compiled.matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[whole] for whole in compiled.integrality.tolist()]
    highs = highspy.Highs()
    for name, value in (("output_flag", False), ("mip_rel_gap", GAP), ("threads", 1), ("time_limit", BARE_LIMIT_S)):
        highs.setOptionValue(name, value)
    highs.passModel(model)
    highs.run()
    return highs


def many_sites(sites: int) -> Instance:
    """Places that differ in prices, wind and costs, each with five offers; two days a season stand for all its days."""
    random = np.random.default_rng(1)
    places, series = [], []
    for number in range(sites):
        node, wind, pue = _hours(number, random)
        series += [node, wind, pue]
        places.append(_place(number, (node, wind, pue), random))
    gpus = (
        b.gpu(price_usd=30_000.0, it_kw_per_gpu=1.4, lot=2000, install_months=1, supply=((0, 12_000.0),), resale_fraction=0.4,
              lifetime_months=60),
    )
    workload = b.workload(gpus_h100e=100_000.0, delay_cost_musd_per_month=120.0, utilisation=0.9, flexible_fraction=0.0)
    return b.instance(
        name="many-sites", horizon=Horizon("2025-01", 3 * QUARTERS, 3), currency_year=2025, sites=tuple(places), gpus=gpus,
        workloads=(workload,), series=tuple(series), discount_rate_per_year=0.1, power_rules=PowerRules(price_year=2022),
    )


def _place(number: int, series: tuple[Series, Series, Series], random: np.random.Generator) -> Site:
    """An index and a firm tariff, rented gas units, a wind agreement and a battery."""
    node, wind, pue = (each.name for each in series)
    mode = b.mode(lead_months=int(random.integers(3, 7)), mw_per_month=float(random.uniform(25, 35)), max_it_mw=200.0,
                  capex_musd_per_mw=float(random.uniform(9, 10)), cooling="air", staff_musd_per_mw_year=0.1)
    index = b.tariff(contract_id=f"index-{number}", kind="index", price_series=node, adder_usd_per_mwh=6.0, sign_lead_months=6,
                     transmission_usd_per_mwh=4.0, capacity_usd_per_kw_month=5.0, mw_max=120.0)
    firm = b.tariff(contract_id=f"firm-{number}", energy_usd_per_mwh=float(random.uniform(35, 55)), mw_max=150.0, sign_lead_months=12,
                    demand_usd_per_kw_month=float(random.uniform(8, 15)), ratchet_fraction=0.8, min_take_fraction=0.6)
    gas = b.gas(contract_id=f"gas-{number}", unit_mw=16.0, units_max=10, spare_units=1, heat_rate_mmbtu_per_mwh=9.0, sign_lead_months=3,
                gas_usd_per_mmbtu=float(random.uniform(2.5, 4.0)), rent_usd_per_kw_month=12.0, min_months=6)
    ppa = Ppa(
        contract_id=f"wind-{number}", exclusive_group=None, technology="wind", form="as_produced", settlement="physical",
        strike_usd_per_mwh=float(random.uniform(14, 24)), profile_series=wind, hub_series=node, mw_min=0.0, mw_max=200.0,
        available_from=6, term_months=None, sell_back_fee_usd_per_mwh=5.0, wires_usd_per_mwh=4.0,
    )
    battery = Battery(
        contract_id=f"battery-{number}", exclusive_group=None, mw_max=100.0, duration_h=None, mwh_max=400.0, usd_per_kw=120.0,
        usd_per_kwh=60.0, round_trip_efficiency=0.85, degradation_usd_per_mwh=5.0, sign_lead_months=6, lifetime_months=180,
        resale_fraction=0.6,
    )
    return b.site(
        site_id=f"site-{number}", peak_facility_ratio=1.4, annual_pue=1.25, pue_series=pue, typical_days=_days(), modes=(mode,),
        tariffs=(index, firm), onsite_gas=(gas,), ppas=(ppa,), batteries=(battery,),
    )


def _hours(number: int, random: np.random.Generator) -> tuple[Series, Series, Series]:
    """Price of the node, wind and PUE of a site: two kinds of day a season, so that the typical days are exact."""
    hours = np.arange(24)
    kinds = (len(SEASON_FIRST), DAYS_PER_SEASON, 1)
    price = random.uniform(20, 40) * random.gamma(4.0, 0.25, kinds) * (0.7 + np.exp(-((hours - 18.0) ** 2) / 18.0))
    price += random.normal(0.0, 3.0, price.shape)
    wind = np.clip(random.beta(2.0, 3.0, kinds) * (1.2 - 0.4 * np.sin(hours * np.pi / 24)), 0.0, 1.0)
    warm = np.array([-1.0, 0.0, 1.0, 0.0])[:, None, None] + np.zeros(kinds)
    pue = 1.25 + 0.08 * warm + 0.03 * np.sin((hours - 9) * np.pi / 12)
    made = (("node", "price", np.maximum(price, 1.0)), ("wind", "share", wind), ("pue", "pue", pue))
    first, second, third = (Series(f"{name}-{number}", kind, "", _year(values.round(6))) for name, kind, values in made)
    return first, second, third


def _year(kinds: Any) -> tuple[float, ...]:
    """Values of all hours from those of each season's kinds of day, shape (4, 2, 24)."""
    season = np.searchsorted(SEASON_FIRST, np.arange(DAYS), side="right") - 1
    day = (np.arange(DAYS) - np.asarray(SEASON_FIRST)[season]) % DAYS_PER_SEASON
    return tuple(kinds[season, day].ravel().tolist())


def _days() -> TypicalDays:
    """Of each season the first two days, one for the even and one for the odd days: 48 hours in a quarter."""
    days = tuple(first + parity for first in SEASON_FIRST for parity in range(DAYS_PER_SEASON))
    season = [max(first for first in SEASON_FIRST if first <= day) for day in range(DAYS)]
    return TypicalDays(days, tuple(first + (day - first) % DAYS_PER_SEASON for day, first in enumerate(season)))


if __name__ == "__main__":
    count = int(sys.argv[1]) if sys.argv[1:] else SITES
    if sys.argv[2:]:
        print(json.dumps({"own": solve_own, "bare": solve_bare}[sys.argv[2]](count)))
    else:
        sys.exit(0 if main(count) else 1)
