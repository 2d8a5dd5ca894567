"""A vendor whose monthly supply is no whole number of lots: the model against brute force, which counts them on its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from optimizer.core.instance import Instance
from optimizer.solve import HighsProcess
from tests.oracle import change
from tests.oracle.dropping import optimum_without
from tests.oracle.enumerate import best_cost
from tests.oracle.expected import agree
from tests.oracle.generate import random_instance

SEEDS = [seed for seed in range(36) if random_instance(seed).goals == ("min_cost",)]
SHARES = (0.4, 0.7, 0.999, 1.3, 1.999, 2.6)
"""Lots that the vendor ships in a period."""


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


def in_parts(seed: int) -> Instance:
    """The instance of a seed without a deadline, whose vendors ship parts of lots from the first month on."""
    thrown = change.workload(random_instance(seed), deadline=None)
    share, width = SHARES[seed % len(SHARES)], thrown.horizon.months_per_period
    return change.gpus(thrown, supply=((0, share * thrown.gpus[0].lot / width),))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_model_agrees_with_brute_force(highs: HighsProcess, seed: int) -> None:
    instance = in_parts(seed)
    found, known = optimum_without(highs, instance, ()), best_cost(instance)
    assert agree(known, found), f"brute force {known}, model {found}"
