"""The table of optima that brute force found on the hourly instances; ``python -m tests.oracle.hourly_expected`` makes it anew."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.oracle.expected import INFEASIBLE
from tests.oracle.hourly_enumerate import best_cost
from tests.oracle.hourly_generate import random_hourly

TABLE = Path(__file__).with_name("hourly_expected.csv")
SEEDS = range(240)
"""Ten instances of every kind."""


def read_hourly() -> dict[int, float | None]:
    """Read the committed table: seed and optimum in musd (None: infeasible)."""
    with TABLE.open(newline="") as file:
        return {int(row["seed"]): None if row["musd"] == INFEASIBLE else float(row["musd"]) for row in csv.DictReader(file)}


def same_optimum(one: float | None, other: float | None) -> bool:
    """Say whether two optima are the same to 1e-6 of them (of 1 musd where they are less)."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 1e-6 * max(1.0, abs(one))


def main() -> None:
    """Solve all seeds and write the table (a minute or two)."""
    with TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("seed", "musd"))
        for seed in SEEDS:
            musd = best_cost(random_hourly(seed))
            writer.writerow((seed, INFEASIBLE if musd is None else repr(round(musd, 9))))


if __name__ == "__main__":
    main()
