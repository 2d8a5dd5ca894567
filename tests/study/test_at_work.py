"""Time by the clock and workers at once, by hand."""

from datetime import UTC, datetime, timedelta

from optimizer.study.engine.at_work import at_work

START = datetime(2025, 1, 1, tzinfo=UTC)


def span(begin_s: float, end_s: float) -> tuple[datetime, datetime]:
    return START + timedelta(seconds=begin_s), START + timedelta(seconds=end_s)


def test_time_in_which_nothing_runs_does_not_count() -> None:
    """0 to 10 and 4 to 12 overlap: 12 s; an hour later 3 s more."""
    assert at_work([span(3612, 3615), span(4, 12), span(0, 10)]) == {"wall_seconds": 15.0, "workers": 2}


def test_a_worker_that_goes_on_at_once_is_one_worker() -> None:
    assert at_work([span(0, 5), span(5, 7.5)]) == {"wall_seconds": 7.5, "workers": 1}


def test_without_a_run_there_is_nothing() -> None:
    assert at_work([]) == {"wall_seconds": 0.0, "workers": 0}
