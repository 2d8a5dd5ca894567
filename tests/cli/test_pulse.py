"""A command that is silent says what it is at: within two seconds in its own setting, here within a hundredth of that."""

from __future__ import annotations

import io
import re
import time

from optimizer.cli import pulse
from optimizer.cli.failing import errors_as_text
from optimizer.cli.progress import ProgressView
from optimizer.cli.pulse import EVERY_SECONDS, QUIET_SECONDS, Pulse
from optimizer.core.progress import Progress


def waited_for(stream: io.StringIO, lines: int) -> list[str]:
    """Lines of a stream once there are so many; at most ten seconds later."""
    end = time.monotonic() + 10
    while stream.getvalue().count("\n") < lines and time.monotonic() < end:
        time.sleep(0.005)
    return stream.getvalue().splitlines()


def test_it_says_what_the_command_is_at_and_again() -> None:
    stream = io.StringIO()
    with Pulse(stream, 0.02, 0.02):
        assert waited_for(stream, 1)[0].split()[0] == "working"
        pulse.enter("read")
        assert any(re.fullmatch(r"read +0 s", line) for line in waited_for(stream, 3))
    told = stream.getvalue()
    time.sleep(0.1)
    assert stream.getvalue() == told  # it has ended


def test_what_is_quick_says_nothing(capsys) -> None:
    with errors_as_text():
        pass
    assert capsys.readouterr().err == ""
    assert (QUIET_SECONDS, EVERY_SECONDS) == (2.0, 10.0)


def test_what_shows_itself_is_not_talked_over() -> None:
    stream, shown = io.StringIO(), io.StringIO()
    with Pulse(stream, 0.2, 60.0), ProgressView(shown) as view:
        view(Progress("build", 3.0))
        time.sleep(0.4)
    assert stream.getvalue() == ""
    assert "build" in shown.getvalue()


def test_a_phase_that_takes_long_is_told_again() -> None:
    """Building 3,000 counties takes minutes, and the search's listener hears of it once."""
    stream = io.StringIO()
    with Pulse(stream, 0.02, 0.02), ProgressView(io.StringIO()) as view:
        view(Progress("build", 0.0))
        assert any(line.startswith("build") for line in waited_for(stream, 2))
