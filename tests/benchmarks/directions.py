"""Runs a scenario's ``directions.toml`` and prints the table of its README: what each change does to the plan.

``python -m tests.benchmarks.directions scenarios/xai-2024 "no battery anywhere"`` runs the named directions alone.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from optimizer.plan.plan import Plan
from optimizer.solve import SolveSettings
from optimizer.workflow.whole_way import plan

GAP = 1e-4
"""Tighter than the default of 0.001: the table tells differences of a few million USD in seven thousand."""

EXIT_CODES = {"infeasible": 3, "no_plan_in_time": 4}
HEAD = ("| direction | site | ready | cash cost | value of time | in all | exit code | gap | s |",
        "|---|---|---|---|---|---|---|---|---|")


def main(folder: str = "scenarios/xai-2024", *names: str) -> None:
    """Print one row per direction, or per named one, as it is solved (million USD, present value)."""
    for line in chain(HEAD, rows(Path(folder), names)):
        print(line, flush=True)


def rows(folder: Path, names: tuple[str, ...]) -> Iterator[str]:
    """Rows of the table, one per direction; no names: all."""
    directions = tomllib.loads((folder / "directions.toml").read_text(encoding="utf-8"))["direction"]
    for direction in (row for row in directions if not names or row["name"] in names):
        began = time.perf_counter()
        answer = plan(folder, direction["set"], SolveSettings(gap=GAP))
        yield _row(direction["name"], answer, time.perf_counter() - began)


def _row(name: str, answer: Plan, seconds: float) -> str:
    header = answer.header
    code = EXIT_CODES.get(answer.status, 0)
    if code:
        return f"| {name} | none | | | | | {code} ({answer.status}) | | {seconds:.0f} |"
    where = [f"{site['site_id']} ({site['mode']})" for site in header["sites"]] or ["no site"]
    ready = [f"{row['ready'] or 'never'}{_host(row)}" for row in header["workloads"]]
    money = [f"{header[key]:,.0f}" for key in ("cash_cost_musd", "value_of_time_musd", "objective_musd")]
    gap = f"{100 * max(goal['gap'] for goal in header['goals']):.2f} %"
    return f"| {name} | {', '.join(where)} | {', '.join(ready)} | {' | '.join(money)} | {code} | {gap} | {seconds:.0f} |"


def _host(row: dict[str, dict[str, float]]) -> str:
    return "".join(f" at {host}" for host in row["sites"])


if __name__ == "__main__":
    main(*sys.argv[1:])
