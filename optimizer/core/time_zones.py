"""Time zones of places in the United States, by state; a state with two is split along a line."""

from __future__ import annotations

import numpy as np

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"

_STATES = {
    EASTERN: "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    CENTRAL: "AL AR IA IL LA MN MO MS OK WI",
    MOUNTAIN: "CO MT NM UT WY",
    PACIFIC: "CA NV WA",
    "America/Phoenix": "AZ",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
}
_WHOLE = {state: zone for zone, states in _STATES.items() for state in states.split()}

_SPLIT: dict[str, tuple[str, str, tuple[tuple[float, float], ...]]] = {
    "TX": (MOUNTAIN, CENTRAL, ((31.0, -104.92),)),
    "FL": (CENTRAL, EASTERN, ((30.0, -85.0),)),
    "TN": (CENTRAL, EASTERN, ((35.0, -85.42), (35.4, -85.35), (35.75, -84.88), (36.6, -84.75))),
    "KY": (CENTRAL, EASTERN, ((36.6, -84.98), (37.1, -85.0), (37.35, -85.48), (37.5, -86.05), (38.0, -86.32))),
    "IN": (
        CENTRAL,
        EASTERN,
        (
            (38.0, -86.47),
            (38.2, -86.5),
            (38.24, -87.4),
            (38.5, -87.4),
            (38.55, -89.0),
            (40.7, -89.0),
            (40.75, -86.93),
            (41.16, -86.93),
            (41.18, -86.5),
        ),
    ),
    "MI": (
        CENTRAL,
        EASTERN,
        ((45.7, -87.25), (45.99, -87.4), (46.24, -87.62), (46.26, -88.1), (46.42, -88.12), (46.44, -89.1), (46.75, -91.0)),
    ),
    "ND": (MOUNTAIN, CENTRAL, ((45.9, -101.0), (46.6, -101.3), (46.8, -102.1), (47.55, -102.2), (47.65, -106.0))),
    "SD": (MOUNTAIN, CENTRAL, ((44.2, -101.15), (44.6, -100.5), (46.0, -100.4))),
    "NE": (MOUNTAIN, CENTRAL, ((41.7, -101.3), (41.75, -100.85), (42.1, -100.85), (42.15, -101.25))),
    "KS": (MOUNTAIN, CENTRAL, ((37.72, -103.0), (37.74, -101.5), (39.55, -101.45), (39.57, -103.0))),
    "OR": (PACIFIC, "America/Boise", ((42.4, -116.0), (42.45, -118.2), (44.3, -118.2), (44.5, -116.0))),
}
"""Zone in the west, zone in the east, and between them a line of latitudes and longitudes along the counties (within about 20 km)."""

_IDAHO_PACIFIC_LAT = 45.5
"""North of about the Salmon River Idaho keeps Pacific time."""

_BOUNDS = ((-85.0, EASTERN), (-101.5, CENTRAL), (-114.0, MOUNTAIN), (-125.0, PACIFIC))


def time_zone(lat: float, lon: float, state: str | None = None) -> str:
    """IANA time zone of a place, such as ``America/Chicago``.

    Parameters
    ----------
    lat, lon : float
        Degrees, WGS 84.
    state : str, optional
        Its two letters. Without it, or unknown: the zone of the longitude, outside the contiguous United States the nearest whole hour.
    """
    if state in _WHOLE:
        return _WHOLE[state]
    if state == "ID":
        return PACIFIC if lat > _IDAHO_PACIFIC_LAT else "America/Boise"
    if state in _SPLIT:
        west, east, line = _SPLIT[state]
        lats, lons = zip(*line, strict=True)
        return west if lon < float(np.interp(lat, lats, lons)) else east
    if 24.0 <= lat <= 49.5 and -125.0 <= lon <= -66.0:
        return next(zone for bound, zone in _BOUNDS if lon >= bound)
    ahead = round(lon / 15.0)
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
