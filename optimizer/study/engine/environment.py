"""What a result depends on beside its question: versions of Python and the libraries, and gigasite's own source."""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import optimizer

LIBRARIES = ("gigasite", "highspy", "numpy", "pandas", "pyomo", "scipy")

TOLD = ("gigasite", "pyomo", "highspy")
"""Libraries whose versions a reader of the answers is told."""


@functools.cache
def environment() -> Mapping[str, str]:
    """Give versions by name; ``source`` is a hash of the package's modules, for two copies of one version that differ."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{name: version(name) for name in LIBRARIES}, "source": _source()}


def versions() -> dict[str, str]:
    """Give the versions that a reader is told, by name, in the form of a plan's header."""
    return {**{name: version(name) for name in TOLD}, "python": platform.python_version()}


def _source() -> str:
    """Hash of every module; the datasets inside a wheel are none."""
    package = Path(optimizer.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package)
        if name.parts[0] != "_data":
            digest.update(name.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Name what differs, in words; empty where nothing does.

    Parameters
    ----------
    here, there : mapping of str to str
        Two environments.
    """
    names = [*here, *(name for name in there if name not in here)]
    found = [f"{name} {there.get(name, 'none')} (here {here.get(name, 'none')})" for name in names if here.get(name) != there.get(name)]
    return ", ".join(found)
