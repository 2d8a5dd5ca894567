"""Makers that fail, found by the process that draws."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from pathlib import Path


def fails(case):
    raise ValueError("no such drawing")


def aborts(case):
    print("panicked at the disco\n==== C stack trace ====\n/lib/libc.so.6(+0x1098ec) [0x7fe5641278ec]", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGABRT)


def hungers(case):
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
    return bytes(2**31)


def lingers(case):
    Path(os.environ["LINGERS"]).touch()
    time.sleep(60)
    return b""
