"""The network as PyPSA's own, in memory or as a NetCDF file; PyPSA is an extra."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.core.errors import ExportError, OutputUnwritable
from optimizer.core.interrupts import shielded
from optimizer.files.single_files import Say, set_file_aside, silent
from optimizer.report.pypsa_network.site_parts import Part
from optimizer.report.pypsa_network.tables import NetworkTables

_RESULTS = ("p", "p0", "p1", "state_of_charge")
"""Attributes that PyPSA counts as results: what the plan does."""

_COMPONENTS = ("Bus", "Load", "Generator", "Link", "StorageUnit")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep PyPSA's notices to its own developers off the screen."""
    logger = logging.getLogger("pypsa")
    before = logger.level
    logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        logger.setLevel(before)


def require_pypsa() -> None:
    """Say early that PyPSA is missing.

    Raises
    ------
    ExportError
        It is not installed.
    """
    if find_spec("pypsa") is None:
        raise ExportError("the export to PyPSA needs pypsa, which is not installed: pip install 'gigasite[pypsa]'")


def to_pypsa(tables: NetworkTables) -> Any:
    """Give the ``pypsa.Network`` of the tables; what the plan does stands where PyPSA puts results.

    Raises
    ------
    ExportError
        PyPSA is not installed.
    """
    require_pypsa()
    with _quiet():
        return _network(tables)


def _network(tables: NetworkTables) -> Any:
    import pypsa  # noqa: PLC0415 - an extra, and slow to import

    network = pypsa.Network(name=tables.name)
    network.set_snapshots(tables.times)
    for column in ("objective", "generators"):
        network.snapshot_weightings[column] = tables.weights_h
    network.snapshot_weightings["stores"] = 1.0
    network.add("Carrier", sorted({part.attributes["carrier"] for part in tables.parts}))
    for component in _COMPONENTS:
        _add(network, component, [part for part in tables.parts if part.component == component])
    network.meta = dict(tables.meta)
    return network


def _add(network: Any, component: str, parts: list[Part]) -> None:
    """Add all components of a class at once, then what the plan has them do."""
    if not parts:
        return
    names = [part.name for part in parts]
    own = [name for name in pd.DataFrame([part.attributes for part in parts]).columns if name != "emissions_t_per_mwh"]
    static = pd.DataFrame([part.attributes for part in parts], index=names)
    series = _by_snapshot(network.snapshots, parts)
    given = {name: frame for name, frame in series.items() if name not in _RESULTS}
    defaults = {name: frame.reindex(columns=names, fill_value=_default(name)) for name, frame in given.items()}
    network.add(component, names, **{name: static[name].fillna(_default(name)) for name in own}, **defaults)
    frames = network.components[component]
    if "emissions_t_per_mwh" in static:
        frames.static["emissions_t_per_mwh"] = static["emissions_t_per_mwh"].fillna(0.0)
    for name in _RESULTS:
        if name in series:
            frames.dynamic[name] = series[name]


def _by_snapshot(times: pd.Index[Any], parts: list[Part]) -> dict[str, pd.DataFrame]:
    """Attributes by snapshot, one column per component that has them."""
    names = dict.fromkeys(name for part in parts for name in part.by_snapshot)
    return {
        name: pd.DataFrame({part.name: part.by_snapshot[name] for part in parts if name in part.by_snapshot}, index=times)
        for name in names
    }


def _default(attribute: str) -> float:
    return 1.0 if attribute in ("p_max_pu", "sign") else 0.0


def write_network(tables: NetworkTables, file: Path, say: Say = silent) -> None:
    """Write the network as NetCDF, whole or not at all; a file that is there is set aside, which ``say`` hears.

    Raises
    ------
    ExportError
        PyPSA is not installed.
    OutputUnwritable
        Nothing can be written there.
    """
    network = to_pypsa(tables)
    try:
        with tempfile.TemporaryDirectory(prefix=".network-", dir=file.resolve().parent) as beside:
            fresh = Path(beside) / "network.nc"
            with _quiet():
                network.export_to_netcdf(fresh)
            with shielded():
                set_file_aside(file, say)
                os.replace(fresh, file)  # noqa: PTH105 - replaces what is there, on every system
    except OSError as error:
        raise OutputUnwritable(f"{file} cannot be written ({error.strerror or error}). Name another file.") from error
