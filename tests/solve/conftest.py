"""One warm HiGHS process for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from optimizer.solve import HighsProcess


@pytest.fixture(scope="session")
def highs() -> Iterator[HighsProcess]:
    with HighsProcess() as process:
        yield process
