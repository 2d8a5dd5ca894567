"""Make expected.csv anew: ``python -m tests.oracle.make_expected`` (some minutes)."""

from __future__ import annotations

from tests.oracle.enumerate import best_cost
from tests.oracle.expected import WHOLE, Expected, write_expected
from tests.oracle.generate import random_instance
from tests.oracle.relax import MECHANISMS
from tests.oracle.seeds import SEEDS


def optima(seed: int) -> dict[str, float | None]:
    """Solve the instance of a seed by brute force, whole and without each mechanism that it has."""
    instance = random_instance(seed)
    found = {WHOLE: best_cost(instance)}
    for name, relax in MECHANISMS.items():
        relaxed = relax(instance)
        if relaxed != instance:
            found[name] = best_cost(relaxed)
    return found


def main() -> None:
    """Solve all seeds and write the table."""
    expected: Expected = {seed: optima(seed) for seed in SEEDS}
    write_expected(expected)


if __name__ == "__main__":
    main()
