"""A table from GeoJSON (RFC 7946): properties are cells, geometries give places; ids and members beside them are passed over."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from optimizer.core.input_files import InputFault, read_text
from optimizer.core.input_json import parse_shallow_json
from optimizer.core.input_limits import GEOMETRY_BYTES, TABLE_BYTES
from optimizer.core.printable import shown
from optimizer.scenario.read.cell_text import cell_text
from optimizer.scenario.read.csv_table import Cells, NumberedRows, require_size
from optimizer.scenario.read.layer_places import with_places

_CRS = re.compile(r"(?:urn:ogc:def:crs:)?(?P<authority>[A-Za-z]+)(?::[\d.]*)?:(?P<code>[A-Za-z0-9]+)")
_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def read_geojson(path: Path) -> Cells:
    """Read a GeoJSON file.

    Raises
    ------
    ValueError
        It is no collection of features, too large, or in a coordinate system that is not known.
    """
    data = parse_shallow_json(read_text(path, TABLE_BYTES))
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection":
        raise InputFault("is no GeoJSON: it should be an object of type FeatureCollection with a list of features")
    columns: dict[str, None] = {}
    for feature in features:
        columns.update(dict.fromkeys(_properties(feature)))
    require_size(len(features), len(columns))
    rows = [(at, _cells(feature, list(columns), at)) for at, feature in enumerate(features, start=2)]
    crs = _crs(data, features)
    numbered: NumberedRows = rows
    return with_places(list(columns), numbered, [_shape(feature, at) for at, feature in enumerate(features, start=2)], crs)


def _properties(feature: Any) -> dict[str, Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise InputFault("is no GeoJSON: each of its features should be an object of type Feature")
    held = feature.get("properties")
    if held is not None and not isinstance(held, dict):
        raise InputFault("is no GeoJSON: properties of a feature should be an object")
    return held or {}


def _cells(feature: Any, columns: Sequence[str], number: int) -> dict[str, str]:
    held = _properties(feature)
    try:
        return {column: cell_text(held.get(column)) for column in columns}
    except ValueError as error:
        raise InputFault(f"a property {error}", f"row {number}") from error


def _shape(feature: dict[str, Any], number: int) -> Any:
    import shapely  # noqa: PLC0415 - few scenarios need it

    geometry = feature.get("geometry")
    if geometry is None:
        return None
    if not isinstance(geometry, dict) or geometry.get("type") not in _KINDS:
        raise InputFault(f"a geometry is none of {', '.join(_KINDS)}", f"row {number}")
    text = json.dumps(geometry)
    if len(text) > GEOMETRY_BYTES.most * 4:
        raise InputFault(f"a geometry is larger than {GEOMETRY_BYTES}", f"row {number}")
    try:
        return shapely.from_geojson(text)
    except (shapely.GEOSException, ValueError) as error:
        raise InputFault(f"a geometry cannot be read: {shown(str(error))}", f"row {number}") from error


def _crs(data: dict[str, Any], features: Sequence[Any]) -> str:
    """Name of the coordinate system: degrees (RFC 7946) where the file names none, as its old form allowed."""
    if "crs" not in data:
        return "OGC:CRS84"
    crs = data["crs"]
    named = crs.get("properties") if isinstance(crs, dict) and crs.get("type") == "name" else None
    name = named.get("name") if isinstance(named, dict) else None
    found = _CRS.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        first = next((json.dumps(one["geometry"].get("coordinates")) for one in features if isinstance(one.get("geometry"), dict)), "")
        raise InputFault(
            f"names the coordinate system {shown(json.dumps(name if name is not None else crs))}, which is not known; read as degrees its "
            f"first coordinates would be {shown(first)} (longitude, latitude), read in that system they are another place: "
            "save it in EPSG:4326, without the member crs"
        )
    return f"{found['authority'].upper()}:{found['code']}"
