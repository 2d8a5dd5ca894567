"""Points of another coordinate system as latitude and longitude, and what shows that the system is not theirs."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]
"""Latitude and longitude, degrees (WGS 84)."""

WGS84 = ("EPSG:4326", "OGC:CRS84")
"""Names of the system of latitude and longitude in which everything else is."""

_NAME = re.compile(r"(?P<authority>[A-Za-z]{2,12}):(?P<code>[A-Za-z0-9]{1,20})")
_ALLOWED = "allowed: a name such as EPSG:5070"


class CoordinateFault(ValueError):
    """A coordinate system that is not known, or points that cannot be meant in it."""


class System:
    """A coordinate system by its name.

    Parameters
    ----------
    name : str
        Authority and code, such as ``EPSG:5070``: nothing that might lead to a file or to the network.

    Raises
    ------
    CoordinateFault
        There is no such system.
    """

    def __init__(self, name: str) -> None:
        from pyproj import Transformer, network  # noqa: PLC0415 - few scenarios need it
        from pyproj.exceptions import CRSError, ProjError  # noqa: PLC0415

        network.set_network_enabled(active=False)
        self.name = name
        if not _NAME.fullmatch(name):
            raise CoordinateFault(f"there is no coordinate system {name[:60]!r}; {_ALLOWED}")
        try:
            self._transformer = Transformer.from_crs(name, 4326, always_xy=True)
        except (CRSError, ProjError) as error:
            raise CoordinateFault(f"there is no coordinate system {name!r}; {_ALLOWED}") from error

    @property
    def is_projected(self) -> bool:
        """Whether its coordinates are lengths, not degrees."""
        source: Any = self._transformer.source_crs
        return bool(source.is_projected)

    def point(self, x: float, y: float) -> Point:
        """Latitude and longitude of an easting (or longitude) and a northing (or latitude).

        Raises
        ------
        CoordinateFault
            The point lies outside the system, or degrees stand where lengths should.
        """
        if not self.is_projected and not (abs(x) <= 180 and abs(y) <= 90):
            raise CoordinateFault(f"{x:g}, {y:g} (east, north) are no degrees, as {self.name} has them: -180 to 180 and -90 to 90")
        lat, lon = self._degrees(x, y)
        if self.is_projected and abs(x) <= 180 and abs(y) <= 90:
            read = f"{lat:.2f}, {lon:.2f}" if math.isfinite(lat) else "no place"
            raise CoordinateFault(
                f"{x:g}, {y:g} look like degrees, east and north: read as them the place is {y:g}, {x:g}; {self.name} counts lengths, "
                f"and in it they are {read}. Name the system of the degrees, EPSG:4326, or give coordinates in {self.name}"
            )
        if not (math.isfinite(lat) and math.isfinite(lon)):
            raise CoordinateFault(f"{x:g}, {y:g} (east, north) lies outside {self.name}")
        return lat, lon

    def _degrees(self, x: float, y: float) -> Point:
        lon, lat = self._transformer.transform(x, y)
        return float(lat), float(lon)


def as_text(point: Sequence[float]) -> str:
    """A latitude and longitude as in a message."""
    return f"{point[0]:.4f}, {point[1]:.4f}"
