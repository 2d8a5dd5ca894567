"""For all tests: what depends on the clock or on how they were started, and on nothing that is tested."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


SLOW_FILES = frozenset((
    "cli/test_study_command.py", "data/test_data_cli.py", "datasets/test_derivation.py", "docs/test_blocks.py", "model/test_hours_use.py",
    "oracle/test_dates_of_signing.py", "oracle/test_debt.py", "oracle/test_dropped_rules.py", "oracle/test_enumeration.py",
    "oracle/test_hourly.py", "oracle/test_idle.py", "properties/test_hourly_power.py", "properties/test_properties.py",
    "report/test_report_command.py", "solve/test_carried.py", "solve/test_signed.py", "study/test_command.py", "study/test_dask_engine.py",
    "study/test_pool.py", "study/test_study_kill.py", "study/test_two_hundred.py", "test_audit_independence.py",
    "test_audit_reads_every_number.py", "test_flagship.py", "test_flagship_studies.py", "test_signals.py", "test_west_texas.py",
    "test_wheel.py", "test_whole_way.py", "test_workflow_study.py", "verify/test_exit_code.py",
))
"""Files that take long: oracles over hundreds of questions, whole commands, studies, killed processes, every block of the documentation.

``make test`` leaves them out, ``make test-all`` runs them too. A new file that takes more than some ten seconds belongs here.
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of slow files."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix() in SLOW_FILES:
            item.add_marker("slow")


@pytest.fixture(autouse=True, scope="session")
def _signals_are_heard() -> Iterator[None]:
    """A job that a shell starts in the background, or by nohup, is deaf to some signals, and so would be all that it starts."""
    deaf = [number for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_IGN]
    for number in deaf:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number in deaf:
        signal.signal(number, signal.SIG_IGN)
