"""Solves the runs of ``scenarios/west-texas-portfolio`` and prints the tables of its README.

``python -m tests.benchmarks.west_texas`` prints mixes and what breaks them; with ``all_hours`` the same plan on all 8,760 hours.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from optimizer.cli.exit_codes import EXIT_CODES, UNVERIFIED
from optimizer.core.calendar import Calendar
from optimizer.core.finance import Money
from optimizer.data.series import capacity_factor_series, price_series
from optimizer.plan.plan import Plan
from optimizer.workflow.whole_way import plan

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "west-texas-portfolio"
RUNS = tomllib.loads((FOLDER / "runs.toml").read_text(encoding="utf-8"))
ZONE = "America/Chicago"
HUB = "ercot_rt_west"
DISCOUNT_PER_YEAR = 0.08
HEAD = ("run | M USD | USD/MWh | wind MW | solar MW | gas MW | battery MW, MWh | error | exit code | s", "---|" * 9 + "---")


def main(*which: str) -> None:
    """Print a row of a table as each run is solved."""
    if which:
        days = [(f"{count} days", [f"contracts.typical_days={count}"]) for count in (12, 24, 48)]
        _table([*days, ("all hours", ['contracts.hours="all"'])])
        return
    for year in RUNS["years"]:
        print(f"\nprices of {year}")
        _table((mix["name"], mix_overrides(mix["name"], year)) for mix in RUNS["mix"])
        print(settlement(year))
    print("\nwhat breaks it, prices of 2022")
    _table((run["name"], break_overrides(run["name"], "2022")) for run in RUNS["break"])


def mix_overrides(name: str, year: str) -> list[str]:
    """Give what is set for a mix at the prices of a year."""
    mix = next(row for row in RUNS["mix"] if row["name"] == name)
    away = [text for offer, texts in RUNS["offers"].items() if offer not in mix["offers"] for text in texts]
    return [*RUNS["years"][year], *away, *mix.get("set", ())]


def break_overrides(name: str, year: str) -> list[str]:
    """Give what is set for one of the runs that break the mix."""
    return [*RUNS["years"][year], *next(row["set"] for row in RUNS["break"] if row["name"] == name)]


def cost_musd(answer: Plan) -> float:
    """Present cost in million USD as dispatched over all 8,760 hours: of power alone, for the campus and its GPUs stand."""
    return float(answer.header["verification"]["verified_musd"])


def usd_per_mwh(answer: Plan) -> float:
    """Present cost over the energy of the load, discounted alike."""
    periods = list(dict.fromkeys(answer.tables["workloads"]["period"]))
    money = Money(Calendar(periods[0], 3 * len(periods), 3), DISCOUNT_PER_YEAR, 2024)
    load = answer.tables["load"].set_index("period")["facility_mwh"]
    return 1e6 * cost_musd(answer) / sum(money.period_discount(t) * load.get(name, 0.0) for t, name in enumerate(periods))


def megawatts(answer: Plan) -> dict[str, float]:
    """Most MW of each contract but the index over the horizon, and the MWh of the battery."""
    found = {"wind": 0.0, "solar": 0.0, "turbines": 0.0, "battery": 0.0, "battery_mwh": 0.0}
    for name, column in (("ppas", "mw"), ("batteries", "mw"), ("batteries", "mwh")):
        most = answer.tables[name].groupby("contract_id")[column].max() if len(answer.tables[name]) else {}
        for contract, value in dict(most).items():
            found[f"{contract}_mwh" if column == "mwh" else str(contract)] = float(value)
    found["turbines"] = 36.05 * float(answer.tables["power"]["units"].max())
    return found


def exit_code(answer: Plan) -> int:
    """Exit code that ``gigasite solve`` gives with a plan."""
    if answer.status in EXIT_CODES:
        return EXIT_CODES[answer.status]
    return 0 if answer.header["verification"]["passed"] else UNVERIFIED


def settlement(year: str) -> str:
    """What 300 MW of each agreement settle at in a year of its prices, whatever the load: (hub - strike) x volume."""
    price = np.asarray(price_series(HUB, int(year), ZONE).values)
    lines = []
    for technology, strike in (("wind", 40.0), ("solar", 35.0)):
        volume = 300.0 * np.asarray(capacity_factor_series("ERCOT", technology, ZONE).values)
        captured = float(volume @ price) / float(volume.sum())
        below = float(volume[price < 0].sum()) / float(volume.sum())
        earned = float(volume @ (price - strike)) / 1e6
        lines.append(f"{technology}: captures {captured:.1f} USD/MWh, {below:.0%} of it below 0; {earned:+.1f} M USD a year")
    return f"mean of the hub {price.mean():.1f} USD/MWh; " + "; ".join(lines)


def _table(runs: Iterable[tuple[str, list[str]]]) -> None:
    for line in HEAD:
        print(f"| {line} |")
    for name, overrides in runs:
        began = time.perf_counter()
        answer = plan(FOLDER, overrides)
        print(_row(name, answer, time.perf_counter() - began), flush=True)


def _row(name: str, answer: Plan, seconds: float) -> str:
    code = exit_code(answer)
    if not answer.tables:
        return f"| {name} | none | | | | | | | {code} ({answer.status}) | {seconds:.0f} |"
    mw = megawatts(answer)
    sizes = " | ".join(f"{mw[key]:.1f}" for key in ("wind", "solar", "turbines"))
    battery = f"{mw['battery']:.1f}, {mw['battery_mwh']:.1f}"
    error = f"{answer.header['typical_hours_error']:.2%}"
    return f"| {name} | {cost_musd(answer):.1f} | {usd_per_mwh(answer):.2f} | {sizes} | {battery} | {error} | {code} | {seconds:.0f} |"


if __name__ == "__main__":
    main(*sys.argv[1:])
