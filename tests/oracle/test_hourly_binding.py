"""The 240 hourly instances put every mechanism of power by the hour to the test: without it, the optimum of many of them is another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from optimizer.solve import HighsProcess
from tests.oracle.hourly_binding import optimum_relaxed, read_binding
from tests.oracle.hourly_expected import read_hourly, same_optimum
from tests.oracle.hourly_relax import MECHANISMS

BINDING = read_binding()
WHOLE = read_hourly()
BINDING_IN = 6
"""All but three bind in ten or more: the months of a ratchet in 6, the term of a tariff in 8, the least MW of an agreement in 9."""


@pytest.fixture(scope="module")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_binds_often(mechanism: str) -> None:
    binding = [seed for seed, musd in BINDING[mechanism].items() if not same_optimum(WHOLE[seed], musd)]
    assert len(binding) >= BINDING_IN, f"{mechanism} binds in {binding}"


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_table_holds_what_is_found_without_a_mechanism(highs: HighsProcess, mechanism: str) -> None:
    seed, musd = next(iter(BINDING[mechanism].items()))
    assert same_optimum(musd, optimum_relaxed(highs, seed, mechanism))
