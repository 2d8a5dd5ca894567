"""The table of instances in which each mechanism of power by the hour binds; ``python -m tests.oracle.hourly_binding`` makes it anew."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from optimizer.solve import HighsProcess
from tests.oracle.dropping import optimum_without
from tests.oracle.expected import INFEASIBLE
from tests.oracle.hourly_expected import SEEDS, read_hourly, same_optimum
from tests.oracle.hourly_generate import random_hourly
from tests.oracle.hourly_relax import MECHANISMS

TABLE = Path(__file__).with_name("hourly_binding.csv")
AT_MOST = 10
"""Instances of a mechanism that the table holds: the first ones."""

Binding = dict[str, dict[int, float | None]]
"""Mechanism, seed, and the optimum in musd without it (None: infeasible)."""


def read_binding() -> Binding:
    """Read the committed table."""
    binding: Binding = {name: {} for name in MECHANISMS}
    with TABLE.open(newline="") as file:
        for row in csv.DictReader(file):
            binding[row["without"]][int(row["seed"])] = None if row["musd"] == INFEASIBLE else float(row["musd"])
    return binding


def optimum_relaxed(highs: HighsProcess, seed: int, name: str) -> float | None:
    """Least cost of a seed's instance without a mechanism, by the model that agrees with brute force on the whole ones."""
    return optimum_without(highs, MECHANISMS[name](random_hourly(seed)), ())


def _binding(highs: HighsProcess, name: str) -> Iterator[tuple[int, float | None]]:
    whole = read_hourly()
    for seed in SEEDS:
        instance = random_hourly(seed)
        if MECHANISMS[name](instance) != instance and not same_optimum(whole[seed], musd := optimum_relaxed(highs, seed, name)):
            yield seed, musd


def main() -> None:
    """Solve until each mechanism has its instances, and write the table (some minutes)."""
    with HighsProcess() as highs, TABLE.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("without", "seed", "musd"))
        for name in MECHANISMS:
            for _, (seed, musd) in zip(range(AT_MOST), _binding(highs, name), strict=False):
                writer.writerow((name, seed, INFEASIBLE if musd is None else repr(round(musd, 9))))


if __name__ == "__main__":
    main()
