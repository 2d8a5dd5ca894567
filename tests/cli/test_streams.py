"""What is printed may find no reader and no room; the work is done all the same."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

WORK = """
import sys
from pathlib import Path
from optimizer.cli.failing import errors_as_text, reader_may_leave
with errors_as_text():
    for number in range(3):
        print("progress", file=sys.stderr, flush=True)
    with reader_may_leave():
        print("summary")
    Path(sys.argv[1]).touch()
sys.exit(3)
"""
"""A command that says how far it has come, prints, works on, and ends with a code of its own."""


def worked(tmp_path: Path, redirected: str) -> tuple[int, bool, str]:
    """Run it in a shell; give its code, whether its work was done, and what it said on standard error."""
    done = subprocess.run(["sh", "-c", f'"$0" -c "$1" "$2" {redirected}', sys.executable, WORK, str(tmp_path / "done")],
                          capture_output=True, text=True, check=False, timeout=60, cwd=Path(__file__).parents[2])
    return done.returncode, (tmp_path / "done").exists(), done.stderr


def test_a_full_disk_under_standard_output_is_told_and_ends_nothing(tmp_path: Path) -> None:
    code, is_done, said = worked(tmp_path, "> /dev/full")
    assert (code, is_done) == (2, True)
    assert said.splitlines()[3:] == ["What was to be printed could not be written (No space left on device); all else is done."]


def test_a_full_disk_under_standard_error_ends_nothing(tmp_path: Path) -> None:
    assert worked(tmp_path, "2> /dev/full")[:2] == (3, True)


def test_streams_that_were_closed_before_the_start_end_nothing(tmp_path: Path) -> None:
    assert worked(tmp_path, ">&- 2>&-")[:2] == (3, True)


def test_a_pipe_whose_reader_has_gone_ends_nothing(tmp_path: Path) -> None:
    """As ``2>&1 | head -1``: progress finds no reader while the plan is still searched."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([sys.executable, "-c", WORK, str(tmp_path / "done")], stdout=writer, stderr=writer, check=False, timeout=60)
    os.close(writer)
    assert (done.returncode, (tmp_path / "done").exists()) == (3, True)


def test_a_terminal_that_is_closed_ends_nothing_that_is_not_to_hear_it(tmp_path: Path) -> None:
    """As under ``nohup``: the signal is ignored, and every line of progress fails."""
    terminal, end = pty.openpty()
    os.close(terminal)
    done = subprocess.run([sys.executable, "-c", WORK, str(tmp_path / "done")], stdout=end, stderr=end, check=False, timeout=60)
    os.close(end)
    assert (done.returncode, (tmp_path / "done").exists()) == (3, True)


def test_a_name_that_is_no_text_is_printed_by_its_numbers(tmp_path: Path) -> None:
    code = WORK.replace('"summary"', r'"bad\udcff name, \u65e5"')
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "done")], capture_output=True, check=False, timeout=60,
                          env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stdout) == (3, b"bad\\udcff name, \\u65e5\n")
