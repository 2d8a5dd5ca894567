from __future__ import annotations

import io

from optimizer.cli.progress import ProgressView, progress_line
from optimizer.core.progress import Progress


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_line_leaves_out_what_is_not_known():
    assert progress_line(Progress("build", 3.4)) == "build           3 s"
    line = progress_line(Progress("solve", 12.0, 1234.5, 1230.0, 0.00364))
    assert line.split("   ")[-3:] == ["best 1,234.50", "bound 1,230.00", "gap 0.364%"]


def test_a_line_says_its_unit():
    line = progress_line(Progress("solve", 12.0, 1234.5, 1230.0, 0.00364, "musd"))
    assert line.split("   ")[-3:] == ["best 1,234.50 million USD", "bound 1,230.00 million USD", "gap 0.364%"]


def test_without_a_terminal_a_line_per_phase_and_then_every_ten_seconds():
    stream = io.StringIO()
    reports = [("read", 0.1), ("build", 1.9), ("solve", 2.5), ("solve", 5.0), ("solve", 12.4), ("solve", 12.5), ("audit", 13.0)]
    with ProgressView(stream) as view:
        for phase, seconds in reports:
            view(Progress(phase, seconds))
    told = [line.split()[:2] for line in stream.getvalue().splitlines()]
    # quick phases are silent; 2.5 opens the solve, 12.5 is ten seconds later, a new phase is told at once
    assert told == [["solve", "2"], ["solve", "12"], ["audit", "13"]]


def test_in_a_terminal_one_line_is_kept_up_to_date():
    stream = _Terminal()
    with ProgressView(stream) as view:
        view(Progress("build", 1.0))
        assert stream.getvalue() == ""
        view(Progress("solve", 3.0))
        view(Progress("solve", 4.0, 10.0, 9.0, 0.1))
    assert "solve" in stream.getvalue()
