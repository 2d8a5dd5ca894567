"""The table of optima that brute force found: one row per seed and mechanism left out (none: the instance itself)."""

from __future__ import annotations

import csv
from pathlib import Path

TABLE = Path(__file__).with_name("expected.csv")
WHOLE = "nothing"
"""What is left out of the instance itself."""
INFEASIBLE = "infeasible"

Expected = dict[int, dict[str, float | None]]
"""Seed, what is left out, and the optimum in musd (None: infeasible)."""


def read_expected() -> Expected:
    """Read the committed table."""
    expected: Expected = {}
    with TABLE.open(newline="") as file:
        for row in csv.DictReader(file):
            musd = None if row["musd"] == INFEASIBLE else float(row["musd"])
            expected.setdefault(int(row["seed"]), {})[row["without"]] = musd
    return expected


def write_expected(expected: Expected) -> None:
    """Write the table."""
    with TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("seed", "without", "musd"))
        for seed, optima in sorted(expected.items()):
            for without, musd in optima.items():
                writer.writerow((seed, without, INFEASIBLE if musd is None else repr(round(musd, 9))))


def agree(one: float | None, other: float | None) -> bool:
    """Say whether two optima are the same: to 1e-6 of them, or 1e-5 musd."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= max(1e-5, 1e-6 * abs(one))
