"""What is drawn is drawn in a process of its own: a drawing library that ends its process takes nothing else with it."""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

from optimizer.core.errors import DrawingFailed
from optimizer.core.interrupts import exposed

Maker = str
"""Where the function stands that makes a file of a case, ``module:name``: what it imports is slow, and the other process's alone."""

_CAUSE = re.compile(r"\b(fatal|panicked|memory|\w*Error:)", re.IGNORECASE)
"""A line in which a library that ends its process says why; addresses of its stack come after it."""


class Drawer:
    """The process, as a context; made early, it is ready by the time that it is needed.

    An interpreter started afresh, never a fork: the parent holds threads of HiGHS and of its progress line.

    Parameters
    ----------
    module : str
        Module of the makers, imported while nothing is asked yet.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._said = _message_file()
        self._why = ""
        self._process = self._started()

    def __enter__(self) -> Drawer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()
        self._said.close()

    def draw(self, makers: Mapping[str, Maker], case: object) -> Iterator[tuple[str, bytes | str]]:
        """Make files of a case one after the other; give each one's name with its content, or with why there is none.

        Parameters
        ----------
        makers : mapping of str to str
            Makers by the name of their file.
        case : object
            What each is given.

        Raises
        ------
        KeyboardInterrupt
            A person ended it.
        """
        waiting = dict(makers)
        while waiting:
            if self._process is None:
                yield from dict.fromkeys(waiting, f"the process that draws it cannot be started ({self._why})").items()
                return
            for name, made in _heard(self._process, waiting, case):
                del waiting[name]
                yield name, made
            if waiting:  # the process has ended at the first of them
                name = next(iter(waiting))
                del waiting[name]
                yield name, self._end_reason(self._process)
                if waiting:
                    self._end()
                    self._process = self._started()

    def _end_reason(self, process: subprocess.Popen[bytes]) -> str:
        """Why the process ended, in a line."""
        code = process.wait()
        self._said.seek(0)
        lines = [line.strip() for line in self._said.read()[-4000:].decode(errors="replace").splitlines() if line.strip()]
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        memory = " (from outside, or because memory ran out)" if code == -signal.SIGKILL else ""
        said = next((line for line in lines if _CAUSE.search(line)), lines[-1] if lines else "")
        return f"the process that draws it {how}{memory}{f': {said[:200]}' if said else ''}"

    def _started(self) -> subprocess.Popen[bytes] | None:
        """Start the process; None, and why, where the system does not: a plan that is still to be written is worth more."""
        self._said.seek(0)
        self._said.truncate()
        try:
            return subprocess.Popen(
                [sys.executable, "-m", "optimizer.report.drawing_worker", self._module],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
                env={**os.environ, "PYTHONPATH": _search_path()},
                start_new_session=True,  # a Ctrl-C at the terminal reaches the parent only
            )
        except OSError as error:
            self._why = error.strerror or str(error)
            return None

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def drawn(make: Maker, case: object, name: str) -> bytes:
    """Make one file.

    Parameters
    ----------
    make : str
        Its maker.
    case : object
        Of this.
    name : str
        Of the file, for a message.

    Raises
    ------
    DrawingFailed
        It could not be made.
    """
    with Drawer(make.partition(":")[0]) as drawer:
        made = dict(drawer.draw({name: make}, case))[name]
    if isinstance(made, str):
        raise DrawingFailed(f"{name} could not be made: {made}.")
    return made


def _message_file() -> IO[bytes]:
    """Give a file for what the process says when it ends: in memory where that can be, for there may be no room for it elsewhere."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("drawing"), "w+b")
    return tempfile.TemporaryFile()


def _heard(process: subprocess.Popen[bytes], waiting: Mapping[str, Maker], case: object) -> Iterator[tuple[str, bytes | str]]:
    """Hand the work over and give what comes back, until the process ends or all is there."""
    pipe_in, pipe_out = process.stdin, process.stdout
    assert pipe_in is not None
    assert pipe_out is not None
    with contextlib.suppress(OSError):  # a process that has ended already says so below
        pickle.dump((dict(waiting), case), pipe_in, protocol=pickle.HIGHEST_PROTOCOL)
        pipe_in.flush()
    for _ in range(len(waiting)):
        try:
            with exposed():
                name, made = _received(pipe_out)
        except (EOFError, pickle.UnpicklingError):
            return
        yield name, made


def _received(pipe: IO[bytes]) -> tuple[str, bytes | str]:
    name, made = pickle.load(pipe)
    return name, made


def _search_path() -> str:
    """Let the process find every package where the parent found it."""
    return os.pathsep.join(str(Path(entry or ".").resolve()) for entry in sys.path)
